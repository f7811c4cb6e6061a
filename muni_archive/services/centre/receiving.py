"""Entries of a station come in: checked, put into the central journal once, and settled where two stations differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from muni_archive.domain.errors import BytesMissing, EntryInvalid, JournalGap, NotAllowed, StationParted, StationRefused
from muni_archive.domain.events import ConflictResolved, DocumentRevised, StationFenced
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.naming import files_named
from muni_archive.domain.together import CENTRE_ONLY, WITHHELD, Standing, Station, StationState, is_whole
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.place import Centre
from muni_archive.services.centre.settling import settle

LARGEST_BATCH = 2000
"""Entries taken at once."""
_ARBITRATED = {DocumentRevised.kind, ConflictResolved.kind}


def receive_entries(centre: Centre, station_id: str, entries: Sequence[JournalEntry]) -> Standing:
    """Admit the next part of the station's journal; returns how far the centre has it now.

    What is here already is passed over, so a part may arrive any number of times. Raises `JournalGap`, `BytesMissing`,
    `EntryInvalid`, `NotAllowed`, `StationRefused`; `StationParted` after the station was fenced.
    """
    _check_chain(entries)
    with centre.unit_of_work() as unit:
        unit.lock()
        station = unit.station(station_id)
        check_admitted(station)
        standing = unit.standing(station_id)
        news = _news(unit, station, standing, entries)
        if news is None:
            unit.record(StationFenced(station_id=station_id, sequence=entries[0].sequence))
            unit.commit()
            raise StationParted(sequence=entries[0].sequence)
        if not news:
            return standing
        _check_rights(station, news)
        missing = unit.missing_blobs(tuple(files_named(news)))
        if missing:
            raise BytesMissing(count=len(missing), names=missing)
        for part in _parts(news):
            for entry in unit.admit(station_id, part):
                if entry.kind in _ARBITRATED:
                    settle(centre.place.ids, unit, entry)
        unit.commit()
        return Standing(sequence=news[-1].sequence, hash=news[-1].hash)


def _parts(entries: Sequence[JournalEntry]) -> Iterator[Sequence[JournalEntry]]:
    """Parts in which no document is revised twice: a revision is settled before the next one of it is applied, else a
    station that revised a document twice would seem to contradict itself.
    """
    begin, revised = 0, set[str]()
    for at, entry in enumerate(entries):
        if entry.kind not in _ARBITRATED:
            continue
        document_id = json.loads(entry.payload).get("document_id", "")
        if document_id in revised:
            yield entries[begin:at]
            begin, revised = at, set()
        revised.add(document_id)
    yield entries[begin:]


def check_admitted(station: Station) -> None:
    """Raises `StationRefused` for one that was revoked, `StationParted` for one behind the fence."""
    if station.state is StationState.REVOKED:
        raise StationRefused(detail=station.note or "revoked")
    if station.state is StationState.FENCED:
        raise StationParted(sequence=station.note)


def _news(
    unit: CentralUnit, station: Station, standing: Standing, entries: Sequence[JournalEntry]
) -> Sequence[JournalEntry] | None:
    """What the centre does not have yet; None when the journals part. Raises `JournalGap`."""
    if not entries:
        return ()
    first = entries[0].sequence
    if first > standing.sequence + 1:
        raise JournalGap(sequence=standing.sequence)
    known = unit.own_entries(station.id, after=first - 1, limit=len(entries))
    if any(mine.hash != theirs.hash for mine, theirs in zip(known, entries, strict=False)):
        return None
    news = entries[len(known) :]
    follows = not news or news[0].previous == (standing.hash if standing.sequence else GENESIS)
    return news if follows else None


def _check_chain(entries: Sequence[JournalEntry]) -> None:
    """Each entry is what it says and follows the one before. Raises `EntryInvalid`."""
    if len(entries) > LARGEST_BATCH:
        raise EntryInvalid(sequence=entries[LARGEST_BATCH].sequence, detail=f"at most {LARGEST_BATCH} at once")
    for at, entry in enumerate(entries):
        if not is_whole(entry):
            raise EntryInvalid(sequence=entry.sequence, detail="it was changed on the way")
        if at and (entry.sequence, entry.previous) != (entries[at - 1].sequence + 1, entries[at - 1].hash):
            raise EntryInvalid(sequence=entry.sequence, detail="it does not follow the one before")


def _check_rights(station: Station, entries: Sequence[JournalEntry]) -> None:
    """Stations speak for themselves, of the departments that are theirs. Raises `NotAllowed`."""
    for entry in entries:
        if entry.station != station.name:
            raise NotAllowed(detail=f"entry {entry.sequence} is of station {entry.station}")
        if entry.kind in CENTRE_ONLY or entry.kind == WITHHELD:
            raise NotAllowed(detail=f"only the centre writes {entry.kind} (entry {entry.sequence})")
        if station.departments:
            department = json.loads(entry.payload).get("department", "")
            if department and not station.may_see(department):
                raise NotAllowed(detail=f"records of {department} (entry {entry.sequence})")
