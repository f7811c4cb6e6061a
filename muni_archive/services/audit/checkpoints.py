"""Signed checkpoints: the archive's own key says how the journal stood, daily, at the end, and before an export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from muni_archive.audit_ports import HeldKey
from muni_archive.domain.auditing import Checkpoint, checkpoint_text
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import BranchPlanted, CheckpointSigned
from muni_archive.domain.journal import JournalEntry
from muni_archive.ports import Problem, Records, UnitOfWork
from muni_archive.services.audit.record import records
from muni_archive.services.workplace import Workplace
from muni_archive.sync.signing import is_signed

DAY = timedelta(days=1)


def sign_checkpoint(place: Workplace) -> Checkpoint | None:
    """Sign how the journal stands; the last checkpoint when nothing came since. None where nothing is signed."""
    if not records(place) or place.signer is None:
        return None
    last = last_checkpoint(place)
    key = _own_key(place, last) if last or not place.central else None
    with place.unit_of_work() as unit:
        unit.lock()
        standing = _standing(unit.records)
        known = _last(unit)
        key = key or _own_key(place, known)  # a centre's first is made under the lock: processes may begin together
        if known and known.sequence == standing.sequence and _signs_here(known):
            return Checkpoint(sequence=known.sequence - 1, head=known.previous)
        archive_id = unit.records.archive().archive_id
        signature = key.sign(checkpoint_text(archive_id, standing.sequence, standing.head))
        unit.record(
            CheckpointSigned(
                archive_id=archive_id, sequence=standing.sequence, head=standing.head, public_key=key.public_key,
                signature=signature,
            )
        )  # fmt: skip
        unit.commit()
    return standing


def signing_key(place: Workplace) -> HeldKey:
    """The archive's own key. Made where there is none yet; not at a centre whose journal another process has signed,
    which has that key: there it signs as soon as it is made. Raises `KeyStoreFailed`, `KeyMissing`,
    `SigningKeyElsewhere`.
    """
    last = last_checkpoint(place)
    if last is None and place.central:
        sign_checkpoint(place)
        last = last_checkpoint(place)
    return _own_key(place, last)


def sign_if_due(place: Workplace) -> Checkpoint | None:
    """Sign when the last checkpoint is a day old, or of a time to come (the clock was wrong), or there is none; None
    when nothing was due.
    """
    if not records(place):
        return None
    last = last_checkpoint(place)
    if last is not None and abs(place.clock.now() - datetime.fromisoformat(last.at)) < DAY:
        if place.central and place.signer is not None:
            signing_key(place)  # a process that lacks it says so from its start on
        return None
    return sign_checkpoint(place)


def last_checkpoint(place: Workplace) -> JournalEntry | None:
    """The entry of the archive's own last checkpoint."""
    with place.unit_of_work() as unit:
        return _last(unit)


def checkpoint_problems(place: Workplace, known: Checkpoint | None = None) -> Iterator[Problem]:
    """Each of the archive's checkpoints against the journal as it is now, and against the archive's own key.

    A whole chain that somebody computed anew is found by this and by nothing else; a cut end, by one that is `known`.
    """
    if known is not None:
        yield from _missing(place, known)
    own = place.signer.known_key() if place.signer else ""
    with place.unit_of_work() as unit:
        try:
            archive_id, signed = unit.records.archive().archive_id, 0
        except NotFound:  # damaged, which the tables show
            return
        for entry in _own(unit, archive_id):
            wrong = _wrong(unit, entry, archive_id, own)
            if wrong:
                detail = f"entry {entry.sequence}: {wrong}; look at entries {signed + 1} to {entry.sequence}"
                yield Problem(kind="checkpoint", detail=detail)
            else:
                signed = entry.sequence - 1


def _own_key(place: Workplace, last: JournalEntry | None) -> HeldKey:
    assert place.signer is not None
    return place.signer.held(new=not place.central or last is None)


def _missing(place: Workplace, known: Checkpoint) -> Iterator[Problem]:
    """Whether the journal still has the entry that a checkpoint speaks of."""
    with place.unit_of_work() as unit:
        last = unit.records.last_sequence()
        entry = unit.records.journal(after=known.sequence - 1, limit=1)
    if last < known.sequence:
        yield Problem(kind="chain-cut", detail=f"entries {last + 1} to {known.sequence} are missing")
    elif not entry or (entry[0].sequence, entry[0].hash) != (known.sequence, known.head):
        yield Problem(kind="checkpoint", detail=f"entry {known.sequence} was another at the checkpoint that you know")


def _wrong(unit: UnitOfWork, entry: JournalEntry, archive_id: str, own: str) -> str:
    """What is wrong with a checkpoint, empty for nothing; one that was planted again vouches for nothing."""
    said = _payload(entry)
    key, signature = str(said.get("public_key")), str(said.get("signature"))
    before = unit.records.journal(after=entry.sequence - 2, limit=1)
    if not before or (said.get("sequence"), said.get("head")) != (entry.sequence - 1, before[0].hash):
        return "" if _planted(unit, entry) else "it signs another journal"
    if not is_signed(key, checkpoint_text(archive_id, entry.sequence - 1, before[0].hash), signature):
        return "its signature is not of its key"
    return "it is not signed with this archive's key" if own and key != own else ""


def _planted(unit: UnitOfWork, entry: JournalEntry) -> bool:
    """Whether the entry was written again behind the centre's part of a journal (see `rejoining`). At the centre there
    are branches of stations too, which speak of the stations' journals.
    """
    station = unit.records.archive().station
    return any(
        planted.sequence < entry.sequence <= planted.sequence + int(_payload(planted).get("entries", 0))
        for planted in unit.audit.of_kind(BranchPlanted.kind)
        if planted.station == station
    )


def _signs_here(entry: JournalEntry) -> bool:
    said = _payload(entry)
    return (said.get("sequence"), said.get("head")) == (entry.sequence - 1, entry.previous)


def _own(unit: UnitOfWork, archive_id: str, *, newest_first: bool = False) -> Iterator[JournalEntry]:
    """At the centre there are those of stations too, which speak of the stations' journals."""
    for entry in unit.audit.of_kind(CheckpointSigned.kind, newest_first=newest_first):
        if _payload(entry).get("archive_id") == archive_id:
            yield entry


def _standing(records: Records) -> Checkpoint:
    last = records.last_sequence()
    return Checkpoint(sequence=last, head=records.journal(after=last - 1, limit=1)[0].hash)


def _last(unit: UnitOfWork) -> JournalEntry | None:
    return next(_own(unit, unit.records.archive().archive_id, newest_first=True), None)


def _payload(entry: JournalEntry) -> Mapping[str, Any]:
    """What the entry says; nothing where it was damaged, which the chain shows."""
    try:
        said = json.loads(entry.payload)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
