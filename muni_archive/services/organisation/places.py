"""People get roles in units, lose them, and are transferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from muni_archive.domain.errors import FieldInvalid, NotFound
from muni_archive.domain.organisation import EVERYWHERE, RolePlace
from muni_archive.domain.organisation_events import PlaceEnded, PlaceGiven
from muni_archive.domain.permissions import AccessLevel, Action
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso_or_none
from muni_archive.services.organisation.changing import (
    active_person,
    check_role,
    check_time,
    open_unit_of,
    place_that_counts,
    reason_given,
)
from muni_archive.services.people.admitting import administrators_of, keep_an_administrator
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class NewPlace:
    """A role in a unit: from when to when, for which classes, up to which level; see `PlaceGiven`."""

    role: str
    unit_id: str = EVERYWHERE
    since: datetime | None = None
    until: datetime | None = None
    record_classes: tuple[str, ...] = ()
    highest: str = ""


def give_place(place: Workplace, name: str, new: NewPlace, *, reason: str = "") -> str:
    """The person has the role from now on; returns the place's id.

    Raises `NotFound`, `PersonNotActive`, `RoleUnknown`, `UnitIsClosed`, `TimeWrong`, `FieldInvalid`.
    """
    place.guard.require(Action.ADMINISTER)
    _check(place, new)
    with place.unit_of_work() as unit:
        unit.lock()
        given = _given(place, unit, name, new, reason)
        unit.record(given)
        unit.commit()
        return given.place_id


def end_place(place: Workplace, place_id: str, *, reason: str) -> RolePlace:
    """The person has the role no more. Raises `NotFound`, `LastAdministrator`."""
    place.guard.require(Action.ADMINISTER)
    why = reason_given(reason)
    with place.unit_of_work() as unit:
        unit.lock()
        before = administrators_of(place, unit)
        _end(unit, place_id, why)
        keep_an_administrator(place, unit, before)
        unit.commit()
        ended = unit.organisation.all().place(place_id)
        assert ended is not None
        return ended


def transfer_person(
    place: Workplace, name: str, *, ended: Sequence[str], new: Sequence[NewPlace], reason: str
) -> tuple[str, ...]:
    """End these places and give those, at once or not at all; returns the new places' ids.

    Raises what `give_place` and `end_place` raise.
    """
    place.guard.require(Action.ADMINISTER)
    why = reason_given(reason)
    for each in new:
        _check(place, each)
    with place.unit_of_work() as unit:
        unit.lock()
        before = administrators_of(place, unit)
        person = active_person(unit, name)
        for place_id in ended:
            if place_that_counts(unit.organisation.all(), place_id).person_id != person.id:
                raise NotFound(key=place_id)
            _end(unit, place_id, why)
        given = [_given(place, unit, name, each, why) for each in new]
        for event in given:
            unit.record(event)
        keep_an_administrator(place, unit, before)
        unit.commit()
        return tuple(event.place_id for event in given)


def _check(place: Workplace, new: NewPlace) -> None:
    check_role(place, new.role)
    check_time(place, new.since, new.until)
    for class_id in new.record_classes:
        place.record_classes.get(class_id)
    if new.highest and new.highest not in set(AccessLevel):
        raise FieldInvalid(value=new.highest, field="highest", detail=", ".join(AccessLevel))


def _given(place: Workplace, unit: UnitOfWork, name: str, new: NewPlace, reason: str) -> PlaceGiven:
    person = active_person(unit, name)
    open_unit_of(unit.organisation.all(), new.unit_id)
    return PlaceGiven(
        place_id=place.ids.new(), person_id=person.id, role=new.role, unit_id=new.unit_id,
        since=iso_or_none(new.since), until=iso_or_none(new.until), record_classes=tuple(new.record_classes),
        highest=new.highest, reason=reason.strip(),
    )  # fmt: skip


def _end(unit: UnitOfWork, place_id: str, reason: str) -> None:
    place_that_counts(unit.organisation.all(), place_id)
    unit.record(PlaceEnded(place_id=place_id, reason=reason))
