"""Files on their way to the centre: several at a time, no faster than allowed, those that are lost set apart."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import BytesWrong
from muni_archive.domain.errors import ArchiveError, BlobCorrupt, BlobMissing, Cancelled
from muni_archive.domain.pacing import Pace
from muni_archive.domain.uploading import FileOffer
from muni_archive.ports import SyncTransport, Vault

FILES, SENDERS, FINISHERS = 24, 10, 4
"""Files announced at once, sent at the same time, and such parts verified at the same time."""
MOST_KNOWN = 20_000
"""Names of files that are remembered as sent; one that was forgotten is offered again, which costs a line."""


class FileSender:
    """Sends files, several at a time and no faster than allowed; each once."""

    def __init__(
        self,
        vault: Vault,
        line: SyncTransport,
        cancel: CancelToken,
        *,
        bytes_per_s: int = 0,
        destroyed: Callable[[str], bool] = lambda _sha: False,
    ) -> None:
        """`destroyed` tells whether the journal itself proves that a file was destroyed: nobody looks for that."""
        self._vault, self._line, self._cancel, self._destroyed = vault, line, cancel, destroyed
        self._known: set[str] = set()
        self._pace = Pace(bytes_per_s)
        self._lock = threading.Lock()
        self.files = self.bytes = 0
        self.lost: set[str] = set()
        """Names of files that are missing here, were destroyed, or are not what they were."""
        self._vault_is_there = False

    def forget(self) -> None:
        """What was sent is offered again, what was lost is looked for again."""
        self._known.clear()
        self.lost.clear()

    def look_for(self, names: Iterable[str]) -> None:
        """What of these is not here is `lost`. Raises `BlobMissing` when the vault is away."""
        for name in names:
            self._size(name)

    def send(self, names: Sequence[str]) -> None:
        """Raises what the line raises; files that were sent until then count. What the vault lacks is `lost` then.

        The largest go first: so the last senders end together, and none is left alone with a drawing. Raises
        `BlobMissing` when the vault has no file at all: then it is away, and nothing is lost.
        """
        wanted = [name for name in dict.fromkeys(names) if name not in self._known]
        wanted.sort(key=lambda name: self._size(name) or 0, reverse=True)
        with ThreadPoolExecutor(self._pace.lines(SENDERS)) as pool, ThreadPoolExecutor(FINISHERS) as finisher:
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
        sizes = [(name, size) for name in names if name not in self.lost and (size := self._size(name)) is not None]
        return [offer for offer in self._line.offers(sizes) if not offer.stored] if sizes else []

    def _size(self, name: str) -> int | None:
        try:
            return self._vault.size(name)
        except BlobMissing:
            if self._destroyed(name):
                self.lost.add(name)
            else:
                self._lose(name)
            return None

    def _lose(self, name: str) -> None:
        """Called where `BlobMissing` or `BlobCorrupt` was caught; raises `BlobMissing` when the whole vault is away."""
        with self._lock:
            self._vault_is_there = self._vault_is_there or any(True for _ in self._vault.names())
            if not self._vault_is_there:
                raise BlobMissing(sha=name)
            self.lost.add(name)

    def _finish_sent(self, offers: Sequence[FileOffer], sent: Sequence[Future[bool]]) -> None:
        """When these are sent, have those verified of which the centre has yet to be told."""
        self._finish([offer for offer, whole in zip(offers, sent, strict=True) if not whole.result()])

    def _send_one(self, offer: FileOffer) -> bool:
        """True: nothing is left to do for this file, because the centre has it or because it is lost here."""
        try:
            whole = self._line.send_file(self._vault.path(offer.sha), offer, self._cancel, self._pace)
        except Cancelled:
            raise
        except (ArchiveError, OSError):
            # Is it the line, or has the file changed here? A store says of wrong bytes whatever it likes.
            if self._is_lost(offer.sha):
                return True
            raise
        with self._lock:
            self.files += 1
            self.bytes += offer.size
        return whole

    def _is_lost(self, name: str) -> bool:
        try:
            self._vault.check(name)
        except (BlobMissing, BlobCorrupt):
            self._lose(name)
        return name in self.lost

    def _finish(self, sent: Sequence[FileOffer]) -> None:
        """While others are sent, have these verified. What the store lost or damaged is sent again, once; then told."""
        for again in (False, True):
            failed = self._line.finish_files([(offer.sha, offer.size) for offer in sent]) if sent else ()
            if not failed:
                return
            if again:
                raise BytesWrong(sha=failed[0])
            self._lose_changed(failed)
            sent = [offer for offer in self._offers(failed) if not self._send_one(offer)]

    def _lose_changed(self, names: Sequence[str]) -> None:
        """What the store found to be wrong may be wrong here."""
        for name in names:
            self._is_lost(name)


def _parts(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (names[at : at + size] for at in range(0, len(names), size))
