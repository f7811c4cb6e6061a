"""The outbox is the journal: files first, then the entries that name them, in order, until the centre has them all.

A file that is lost here holds nothing up: its entries go with the word that it is lost, and the centre wants it.
What an older centre does not understand is held back with all that follows it, files too, until the centre is updated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import BytesMissing, JournalGap, StationParted, StationRefused
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.naming import files_named
from muni_archive.domain.together import Standing, StationState
from muni_archive.domain.versions import sayable
from muni_archive.ports import SyncTransport, UnitOfWork, Vault
from muni_archive.services.together.sending_files import FileSender

ENTRIES, CHARACTERS = 500, 4_000_000
"""Entries sent at once, and characters in them, at most."""
_SHA = re.compile("[0-9a-f]{64}")


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
    lost: tuple[str, ...] = ()
    """Files that the centre wants and that are not here: this station's own, or others'."""
    held: bool = False
    """What is left waits until the centre is updated: it does not understand the next entry."""


def send_all(outbox: Outbox, *, cancel: CancelToken, told: Callable[[Sent], None]) -> Standing:
    """Send everything that the centre does not have; `told` hears after each part.

    The centre is asked how far it is, so nothing that is remembered here can lead to a loss: a centre that was restored
    from a backup is sent again what it is missing. Raises `StationParted` when the two journals differ, and everything
    that the line raises; what was acknowledged until then stays. What the centre is too old for stays here.
    """
    standing = ask_standing(outbox)
    sender = FileSender(
        outbox.vault, outbox.line, cancel, bytes_per_s=outbox.bytes_per_s, destroyed=lambda sha: _destroyed(outbox, sha)
    )
    _send_wanted(outbox, sender)
    told(_sent(outbox, standing, sender))
    while entries := _next_part(outbox, standing.sequence):
        cancel.raise_if_cancelled()
        try:
            standing = _send(outbox, sender, entries)
        except BytesMissing as missing:
            # The centre lost files that it had, or wants to be shown some that the entries do not name themselves.
            sender.forget()
            asked = missing.params.get("names")
            sender.send(_here(outbox, asked if isinstance(asked, list | tuple) else ()))
            standing = _send(outbox, sender, entries)
        except JournalGap:
            standing = ask_standing(outbox)
        if (standing.sequence, standing.hash) != (entries[-1].sequence, entries[-1].hash):
            standing = ask_standing(outbox)  # the centre is elsewhere than this part ends: its word is checked
        told(_sent(outbox, standing, sender))
    return standing


def _send_wanted(outbox: Outbox, sender: FileSender) -> None:
    """Send what the centre wants and is here; the rest is lost.

    Raises `BlobMissing` when the vault is away and the centre wants what was in it. Others' files never were.
    """
    wanted = outbox.line.wanted()
    here = set(_here(outbox, wanted))
    with outbox.unit_of_work() as unit:
        own = {name for name in wanted if name not in here and unit.retention.is_named(name)}
    sender.look_for(own)
    sender.send(sorted(here))
    sender.lost.update(name for name in wanted if name not in own | here)


def _send(outbox: Outbox, sender: FileSender, entries: Sequence[JournalEntry]) -> Standing:
    """Files, then the entries that name them; which of the files are lost is said with them."""
    names = tuple(dict.fromkeys(files_named(entries)))
    sender.send(names)
    lost = [name for name in names if name in sender.lost]
    return outbox.line.send_entries(entries, lost) if lost else outbox.line.send_entries(entries)


def _here(outbox: Outbox, names: Iterable[object]) -> Sequence[str]:
    """Those that are in the vault. What is no hash is no name there, whoever says it: it might be any file's path."""
    return [name for name in map(str, names) if _SHA.fullmatch(name) and outbox.vault.has(name)]


def ask_standing(outbox: Outbox) -> Standing:
    """How far the centre has this journal. Raises `StationParted` when what it has is not a beginning of it."""
    standing, state, _ = outbox.line.standing()
    if state == StationState.REVOKED:
        raise StationRefused(detail=state)
    with outbox.unit_of_work() as unit:
        here = unit.records.journal(after=standing.sequence - 1, limit=1) if standing.sequence else ()
    known = here[0].hash if here else ("" if standing.sequence else GENESIS)
    differs = bool(sayable(here, outbox.line.spoken())) and known != standing.hash
    if differs and state == StationState.ACTIVE:
        outbox.line.send_entries(here)  # the centre sees for itself, and takes from neither of the two any more
    if state == StationState.FENCED or known != standing.hash:
        raise StationParted(sequence=standing.sequence)
    return standing


def can_go_on(outbox: Outbox, after: int) -> bool:
    """Whether there is an entry past this one, and the centre understands it."""
    with outbox.unit_of_work() as unit:
        return bool(sayable(unit.records.journal(after=after, limit=1), outbox.line.spoken()))


def _next_part(outbox: Outbox, after: int) -> Sequence[JournalEntry]:
    with outbox.unit_of_work() as unit:
        entries = unit.records.journal(after=after, limit=ENTRIES, most_signs=CHARACTERS)
    return sayable(entries, outbox.line.spoken())


def _destroyed(outbox: Outbox, sha: str) -> bool:
    with outbox.unit_of_work() as unit:
        return unit.retention.was_destroyed(sha)


def _sent(outbox: Outbox, standing: Standing, sender: FileSender) -> Sent:
    with outbox.unit_of_work() as unit:
        left = unit.records.last_sequence() - standing.sequence
    return Sent(
        acknowledged=standing, left=left, files=sender.files, bytes=sender.bytes, lost=tuple(sorted(sender.lost)),
        held=left > 0 and not can_go_on(outbox, standing.sequence),
    )  # fmt: skip
