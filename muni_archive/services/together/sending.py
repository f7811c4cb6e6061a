"""The outbox is the journal: files first, then the entries that name them, in order, until the centre has them all."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import BytesMissing, BytesWrong, JournalGap, StationParted, StationRefused
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.naming import files_named
from muni_archive.domain.together import Standing, StationState
from muni_archive.domain.uploading import FileOffer
from muni_archive.ports import SyncTransport, UnitOfWork, Vault

ENTRIES, CHARACTERS = 500, 4_000_000
"""Entries sent at once, and characters in them, at most."""
FILES, SENDERS, FINISHERS = 24, 6, 2
"""Files announced at once, sent at the same time, and such parts verified at the same time."""
MOST_KNOWN = 20_000
"""Names of files that are remembered as sent; one that was forgotten is offered again, which costs a line."""


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """What sending needs: the journal and the vault, to read from, and the line."""

    unit_of_work: Callable[[], UnitOfWork]
    vault: Vault
    line: SyncTransport
    bytes_per_s: int = 0
    """No faster than this; 0 for as fast as the line is."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """How far sending has come."""

    acknowledged: Standing
    left: int
    """Entries still to go."""
    files: int
    bytes: int


def send_all(outbox: Outbox, *, cancel: CancelToken, told: Callable[[Sent], None]) -> Standing:
    """Send everything that the centre does not have; `told` hears after each part.

    The centre is asked how far it is, so nothing that is remembered here can lead to a loss: a centre that was restored
    from a backup is sent again what it is missing. Raises `StationParted` when the two journals differ, and everything
    that the line raises; what was acknowledged until then stays.
    """
    standing = ask_standing(outbox)
    sender = _FileSender(outbox, cancel)
    told(_sent(outbox, standing, sender))
    while entries := _next_part(outbox, standing.sequence):
        cancel.raise_if_cancelled()
        sender.send(tuple(files_named(entries)))
        try:
            standing = outbox.line.send_entries(entries)
        except BytesMissing:
            # The centre lost files that it had: they are offered anew.
            sender.forget()
            sender.send(tuple(files_named(entries)))
            standing = outbox.line.send_entries(entries)
        except JournalGap:
            standing = ask_standing(outbox)
        if (standing.sequence, standing.hash) != (entries[-1].sequence, entries[-1].hash):
            standing = ask_standing(outbox)  # the centre is elsewhere than this part ends: its word is checked
        told(_sent(outbox, standing, sender))
    return standing


def ask_standing(outbox: Outbox) -> Standing:
    """How far the centre has this journal. Raises `StationParted` when what it has is not a beginning of it."""
    standing, state, _ = outbox.line.standing()
    if state == StationState.REVOKED:
        raise StationRefused(detail=state)
    with outbox.unit_of_work() as unit:
        here = unit.records.journal(after=standing.sequence - 1, limit=1) if standing.sequence else ()
    known = here[0].hash if here else ("" if standing.sequence else GENESIS)
    if here and known != standing.hash and state == StationState.ACTIVE:
        outbox.line.send_entries(here)  # the centre sees for itself, and takes from neither of the two any more
    if state == StationState.FENCED or known != standing.hash:
        raise StationParted(sequence=standing.sequence)
    return standing


def _next_part(outbox: Outbox, after: int) -> Sequence[JournalEntry]:
    with outbox.unit_of_work() as unit:
        entries = unit.records.journal(after=after, limit=ENTRIES)
    total = 0
    for at, entry in enumerate(entries):
        total += len(entry.payload)
        if at and total > CHARACTERS:
            return entries[:at]
    return entries


def _sent(outbox: Outbox, standing: Standing, sender: _FileSender) -> Sent:
    with outbox.unit_of_work() as unit:
        left = unit.records.last_sequence() - standing.sequence
    return Sent(acknowledged=standing, left=left, files=sender.files, bytes=sender.bytes)


class _FileSender:
    """Sends files, several at a time and no faster than allowed; each once."""

    def __init__(self, outbox: Outbox, cancel: CancelToken) -> None:
        self._outbox, self._cancel = outbox, cancel
        self._known: set[str] = set()
        self._pace = _Pace(outbox.bytes_per_s)
        self._lock = threading.Lock()
        self.files = self.bytes = 0

    def forget(self) -> None:
        self._known.clear()

    def send(self, names: Sequence[str]) -> None:
        """Raises what the line or the vault raises; files that were sent until then count."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._known]
        with ThreadPoolExecutor(SENDERS) as pool, ThreadPoolExecutor(FINISHERS) as finisher:
            sending: deque[Sequence[Future[bool]]] = deque()
            verifying: list[Future[None]] = []
            for part in _parts(wanted, FILES):
                if self._cancel.cancelled or any(done.done() and done.exception() for done in verifying):
                    break
                offers = self._offers(part)
                sending.append([pool.submit(self._send_one, offer) for offer in offers])
                verifying.append(finisher.submit(self._finish_sent, offers, sending[-1]))
                if len(sending) > 1:
                    wait(sending.popleft())  # one part waits while one is sent: the line is never without work
            for done in verifying:
                done.result()
        self._cancel.raise_if_cancelled()
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known.update(wanted)

    def _offers(self, names: Sequence[str]) -> Sequence[FileOffer]:
        """How those can be sent that must be."""
        sizes = [(name, self._outbox.vault.size(name)) for name in names]
        return [offer for offer in self._outbox.line.offers(sizes) if not offer.stored]

    def _finish_sent(self, offers: Sequence[FileOffer], sent: Sequence[Future[bool]]) -> None:
        """When these are sent, have those verified of which the centre has yet to be told."""
        self._finish([offer for offer, whole in zip(offers, sent, strict=True) if not whole.result()])

    def _send_one(self, offer: FileOffer) -> bool:
        self._pace.wait(offer.size, self._cancel)
        try:
            whole = self._outbox.line.send_file(self._outbox.vault.path(offer.sha), offer, self._cancel)
        except BytesWrong:
            self._outbox.vault.check(offer.sha)  # is it the line, or has the file changed here?
            raise
        with self._lock:
            self.files += 1
            self.bytes += offer.size
        return whole

    def _finish(self, sent: Sequence[FileOffer]) -> None:
        """While others are sent, have these verified. What the store lost or damaged is sent again, once; then told."""
        for again in (False, True):
            failed = self._outbox.line.finish_files([(offer.sha, offer.size) for offer in sent]) if sent else ()
            if not failed:
                return
            if again:
                raise BytesWrong(sha=failed[0])
            sent = [offer for offer in self._offers(failed) if not self._send_one(offer)]


class _Pace:
    """Spreads bytes over time."""

    def __init__(self, bytes_per_s: int) -> None:
        self._bytes_per_s = bytes_per_s
        self._free_at = time.monotonic()
        self._lock = threading.Lock()

    def wait(self, size: int, cancel: CancelToken) -> None:
        if not self._bytes_per_s:
            return
        with self._lock:
            begins = max(self._free_at, time.monotonic())
            self._free_at = begins + size / self._bytes_per_s
        cancel.wait(begins - time.monotonic())
        cancel.raise_if_cancelled()


def _parts(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (names[at : at + size] for at in range(0, len(names), size))
