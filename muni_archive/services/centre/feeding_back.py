"""The central journal for stations that follow it, and a station's own for one that lost some of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from muni_archive.domain.errors import CopyParted
from muni_archive.domain.events import PersonAdmitted, PersonDisabled
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.together import Standing, Station, withheld
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.place import Centre
from muni_archive.services.centre.subjects import may_hear

LARGEST_PART = 2000
_OF_PEOPLE = {PersonAdmitted.kind, PersonDisabled.kind}
"""Who works elsewhere, and why somebody may not any more, is nothing that stations of some departments need."""
_OF_DOCUMENT = {"field-decided", "rendition-made", "conflict-found", "retention-extended", "disposal-proposed"}


def feed(
    centre: Centre, station: Station, *, after: int, link: str, limit: int = LARGEST_PART
) -> Sequence[JournalEntry]:
    """The central journal past `after`; what the station may not see is withheld, its place and hash are told.

    `link` is the hash of the entry at `after` as the station has it. Raises `CopyParted` when the centre's differs
    or is not there: the centre was restored from a backup, and the station's copy must begin anew.
    """
    with centre.unit_of_work() as unit:
        before = unit.records.journal(after=after - 1, limit=1) if after else ()
        known = before[0].hash if before else GENESIS
        if (after and not before) or (after and link != known):
            raise CopyParted
        entries = unit.records.journal(after=after, limit=min(limit, LARGEST_PART))
        if not station.departments:
            return entries
        return [entry if _visible(unit, station, entry) else withheld(entry) for entry in entries]


def own_journal(centre: Centre, station_id: str, *, after: int, limit: int = LARGEST_PART) -> Sequence[JournalEntry]:
    """The station's own journal as the centre has it, for a station that was restored from an old copy."""
    with centre.unit_of_work() as unit:
        return unit.own_entries(station_id, after=after, limit=min(limit, LARGEST_PART))


def standing(centre: Centre, station_id: str) -> tuple[Standing, int]:
    """How far the centre has the station's journal, and the central journal's last sequence."""
    with centre.unit_of_work() as unit:
        return unit.standing(station_id), unit.records.last_sequence()


def _visible(unit: CentralUnit, station: Station, entry: JournalEntry) -> bool:
    """Entries that speak of a department are for those who may see it; a page's words are its document's."""
    if entry.station == station.name:
        return True
    if entry.kind in _OF_PEOPLE:
        return False
    said = json.loads(entry.payload)
    if "department" in said:
        return station.may_see(said["department"])
    if not may_hear(unit, station.sight, entry.kind, said):
        return False
    document_id = said.get("document_id") if entry.kind in _OF_DOCUMENT else None
    if entry.kind == "word-reviewed":
        pages = unit.records.pages([said["page_id"]])
        document_id = pages[0].document_id if pages else None
    if document_id is None:
        return entry.kind != "word-reviewed"
    known = unit.records.documents_by_id([document_id])
    return all(station.may_see(document.department) for document in known.values())
