"""What every change of the organisation has in common: who may make it, and that it leaves no riddle behind."""

from __future__ import annotations

from datetime import datetime

from muni_archive.domain.errors import FieldsMissing, NotFound
from muni_archive.domain.organisation import EVERYWHERE, Organisation, OrgUnit, RolePlace
from muni_archive.domain.organisation_errors import PersonNotActive, RoleUnknown, TimeWrong, UnitIsClosed
from muni_archive.domain.people import Person, PersonState
from muni_archive.messages import N_, _
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.people.admitting import known_person
from muni_archive.services.workplace import Workplace

_REASON = N_("the reason")


def reason_given(reason: str) -> str:
    """The reason, as it is kept. Raises `FieldsMissing` for none."""
    if not reason.strip():
        raise FieldsMissing(fields=_(_REASON))
    return " ".join(reason.split())


def open_unit_of(organisation: Organisation, unit_id: str) -> OrgUnit | None:
    """The unit; None for the whole municipality. Raises `NotFound`, `UnitIsClosed`."""
    if unit_id == EVERYWHERE:
        return None
    unit = organisation.units.get(unit_id)
    if unit is None:
        raise NotFound(key=unit_id)
    if unit.closed:
        raise UnitIsClosed
    return unit


def active_person(unit: UnitOfWork, name: str) -> Person:
    """Raises `NotFound`, `PersonNotActive`."""
    person = known_person(unit, name)
    if person.state is not PersonState.ACTIVE:
        raise PersonNotActive(name=person.name)
    return person


def place_that_counts(organisation: Organisation, place_id: str) -> RolePlace:
    """Raises `NotFound` for one that is not there or has ended."""
    place = organisation.place(place_id)
    if place is None or place.ended:
        raise NotFound(key=place_id)
    return place


def check_role(place: Workplace, role: str) -> None:
    """Raises `RoleUnknown`."""
    if role not in place.roles:
        raise RoleUnknown(role=role)


def check_time(place: Workplace, since: datetime | None, until: datetime | None) -> None:
    """Raises `TimeWrong` where nothing would ever come of it."""
    now = place.clock.now()
    if until is not None and (until <= now or (since is not None and until <= since)):
        raise TimeWrong


def now_of(place: Workplace) -> str:
    return iso(place.clock.now())
