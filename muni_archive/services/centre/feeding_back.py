"""The central journal for stations that follow it, and a station's own for one that lost some of it."""

from __future__ import annotations

from collections.abc import Sequence

from muni_archive.domain.centre_errors import CentreTooNew, CopyParted
from muni_archive.domain.journal import GENESIS, LONGEST_PART, JournalEntry
from muni_archive.domain.together import Standing, Station
from muni_archive.domain.versions import PROTOCOL, tellable
from muni_archive.services.centre.place import Centre
from muni_archive.services.centre.showing import shown

LARGEST_PART = 2000
"""Entries."""


def feed(
    centre: Centre,
    station: Station,
    *,
    after: int,
    link: str,
    limit: int = LARGEST_PART,
    again: bool = False,
    held: bool = False,
    version: int = PROTOCOL,
) -> Sequence[JournalEntry]:
    """The central journal past `after`; what the station may not see is withheld, its place and hash are told.

    With `again`, what was withheld of a document is told under its own place before the entry that brings it into
    sight, and an entry that takes one out of sight says so; with `held`, marks, holds and decisions about destruction
    too, which older programs do not take told again. `link` is the hash of the entry at `after` as the station
    has it. Raises `CopyParted` when the centre's differs or is not there: the centre was restored from a backup, and
    the station's copy must begin anew; `CentreTooNew` when what follows cannot be said in the station's `version`.
    """
    with centre.unit_of_work() as unit:
        before = unit.records.journal(after=after - 1, limit=1) if after else ()
        known = before[0].hash if before else GENESIS
        if (after and not before) or (after and link != known):
            raise CopyParted
        entries = unit.records.journal(after=after, limit=min(limit, LARGEST_PART), most_signs=LONGEST_PART)
        if station.departments:
            entries = shown(unit, station, entries, again=again, held=held, most=LARGEST_PART)
        entries = unit.with_arrivals(entries)
    told, strange = tellable(entries, version, after=after) if version < PROTOCOL else (entries, "")
    if strange and not told:
        raise CentreTooNew(kind=strange)
    return told


def own_journal(centre: Centre, station_id: str, *, after: int, limit: int = LARGEST_PART) -> Sequence[JournalEntry]:
    """The station's own journal as the centre has it, for a station that was restored from an old copy."""
    with centre.unit_of_work() as unit:
        return unit.own_entries(station_id, after=after, limit=min(limit, LARGEST_PART), most_signs=LONGEST_PART)


def standing(centre: Centre, station_id: str) -> tuple[Standing, int]:
    """How far the centre has the station's journal, and the central journal's last sequence."""
    with centre.unit_of_work() as unit:
        return unit.standing(station_id), unit.records.last_sequence()
