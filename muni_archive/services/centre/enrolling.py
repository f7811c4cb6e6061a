"""Stations come and go: a code for one of them, its key, its end."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from muni_archive.domain.centre_errors import CodeInvalid, NameTaken, NotAllowed, StationKnown
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import StationEnrolled, StationInvited, StationReadmitted, StationRevoked
from muni_archive.domain.station_names import checked_station_name
from muni_archive.domain.together import Station, StationState
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.place import Centre

CODE_BYTES = 15
"""120 bits: nobody guesses a code, so a plain hash keeps it."""
CODE_LIFE = timedelta(days=7)
"""A code that was not used until then counts no more."""


def invite_station(centre: Centre, departments: Sequence[str] = ()) -> str:
    """A code with which one station may enrol, once; shown now and never again."""
    code = secrets.token_hex(CODE_BYTES)
    with centre.unit_of_work() as unit:
        unit.record(StationInvited(code_hash=_hash(code), departments=tuple(departments)))
        unit.commit()
    return code


def enrol_station(
    centre: Centre,
    *,
    code: str,
    station_id: str,
    name: str,
    public_key: str,
    alone_until: int = 0,
    holds_key: bool = False,
) -> Station:
    """Take the station in. `alone_until`: the last entry with which it destroyed a record before it had a centre; of a
    station that was here before, what it said then counts. Raises `CodeInvalid`, `NameTaken`, `StationKnown`,
    `NotAllowed`, `StationNameInvalid`.

    The station that enrols again (its key was lost) keeps its place; a name belongs to one station for ever, because
    its documents' numbers begin with it. A key that counts is replaced by none: otherwise whoever has any code could
    become any station, and read what it wrote. Under the key that counts, only who has shown to hold it (`holds_key`)
    enrols again: everybody reads the public half in the feed, and another's code changes departments and ends a fence.
    """
    checked_station_name(name)
    if name == centre.place.station:
        raise NameTaken(name=name)  # otherwise its word about people would count as the centre's own
    with centre.unit_of_work() as unit:
        unit.lock()
        oldest = (centre.place.clock.now() - CODE_LIFE).isoformat(timespec="microseconds")
        departments = unit.invitation(_hash(code), since=oldest)
        if departments is None:
            return _enrolled_before(unit, code, station_id, public_key)
        everybody = unit.stations()
        for known in everybody:
            if known.name == name and known.id != station_id:
                raise NameTaken(name=name)
            if known.id == station_id and known.public_key != public_key and known.state is not StationState.REVOKED:
                raise StationKnown(name=known.name)
            if known.id == station_id and known.public_key == public_key and not holds_key:
                raise NotAllowed(detail="a station that is known enrols again with a signature of its key")
            if known.id == station_id and known.name != name:
                raise NotAllowed(detail=f"the station is called {known.name}, and keeps that name")
        unit.record(
            StationEnrolled(
                station_id=station_id,
                name=name,
                public_key=public_key,
                code_hash=_hash(code),
                departments=departments,
                alone_until=next((known.alone_until for known in everybody if known.id == station_id), alone_until),
            )
        )
        unit.commit()
        return unit.station(station_id)


def revoke_station(centre: Centre, name: str, *, reason: str) -> Station:
    """End a station's access at once; what it has sent stays."""
    with centre.unit_of_work() as unit:
        unit.lock()
        station = _named(unit.stations(), name)
        unit.record(StationRevoked(station_id=station.id, reason=reason))
        unit.commit()
        return unit.station(station.id)


def readmit_station(centre: Centre, station_id: str, *, sequence: int, link: str) -> None:
    """Lift the fence for a station that has taken over what the centre has of it: its last entry proves that."""
    with centre.unit_of_work() as unit:
        unit.lock()
        station, standing = unit.station(station_id), unit.standing(station_id)
        same = (standing.sequence, standing.hash) == (sequence, link)
        if station.state is StationState.FENCED and same:
            unit.record(StationReadmitted(station_id=station_id))
            unit.commit()


def stations(centre: Centre) -> Sequence[Station]:
    with centre.unit_of_work() as unit:
        return unit.stations()


def _enrolled_before(unit: CentralUnit, code: str, station_id: str, public_key: str) -> Station:
    """The answer was lost on the way, and the same station asks again with the same key. Raises `CodeInvalid`."""
    if unit.enrolled_with(_hash(code)) != station_id or unit.station(station_id).public_key != public_key:
        raise CodeInvalid
    return unit.station(station_id)


def _named(known: Sequence[Station], name: str) -> Station:
    for station in known:
        if station.name == name:
            return station
    raise NotFound(key=name)


def _hash(code: str) -> str:
    return hashlib.sha256(re.sub(r"[\s-]", "", code).lower().encode()).hexdigest()
