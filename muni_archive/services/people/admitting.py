"""People are admitted and disabled, and get their passwords."""

from __future__ import annotations

from collections.abc import Sequence

from muni_archive.domain.centre_errors import PersonKnown
from muni_archive.domain.errors import NotFound, WrongUse
from muni_archive.domain.events import PersonAdmitted, PersonDisabled
from muni_archive.domain.organisation_errors import LastAdministrator, PeopleKnown
from muni_archive.domain.people import LONGEST_NAME, Person, Role, plain_name
from muni_archive.domain.permissions import Action
from muni_archive.domain.roles import administrators
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.people.passwords import check_strength, hash_password
from muni_archive.services.workplace import Workplace


def add_person(
    place: Workplace, name: str, password: str, *, role: Role = Role.NONE, departments: Sequence[str] = ()
) -> Person:
    """Admit somebody. Raises `PersonKnown`, `PasswordWeak`, `WrongUse`."""
    place.guard.require(Action.ADMINISTER)
    secret = _new_secret(name, password)
    with place.unit_of_work() as unit:
        unit.lock()
        person = _admit(place, unit, name, secret, role, departments)
        unit.commit()
        return person


def set_up_administrator(place: Workplace, name: str, password: str) -> Person:
    """Admit the first person, who administers everything. Raises `PeopleKnown` when somebody is there already."""
    secret = _new_secret(name, password)
    with place.unit_of_work() as unit:
        unit.lock()
        if unit.people.all():
            raise PeopleKnown
        person = _admit(place, unit, name, secret, Role.ADMINISTRATOR, ())
        unit.commit()
        return person


def change_password(place: Workplace, name: str, password: str) -> Person:
    """A new password for somebody, who is signed out where the old one was used. Raises `NotFound`, `PasswordWeak`.

    Everybody may change their own.
    """
    acting = place.guard.acting
    if acting is None or plain_name(acting.name) != plain_name(name):
        place.guard.require(Action.ADMINISTER)
    check_strength(password, name)
    secret = hash_password(password)
    with place.unit_of_work() as unit:
        unit.lock()
        person = known_person(unit, name)
        unit.people.keep_password(person.id, secret, iso(place.clock.now()))
        unit.commit()
        return unit.people.person(person.id)


def disable_person(place: Workplace, name: str, *, reason: str) -> Person:
    """End somebody's access at once, and forget the password. Raises `NotFound`, `LastAdministrator`."""
    place.guard.require(Action.ADMINISTER)
    with place.unit_of_work() as unit:
        unit.lock()
        person = known_person(unit, name)
        before = administrators_of(place, unit)
        unit.record(PersonDisabled(person_id=person.id, reason=reason))
        unit.people.forget_password(person.id)
        keep_an_administrator(place, unit, before)
        unit.commit()
        return unit.people.person(person.id)


def admit_again(place: Workplace, name: str, password: str) -> Person:
    """Somebody who was disabled comes back, under the same name and with a new password."""
    place.guard.require(Action.ADMINISTER)
    secret = _new_secret(name, password)
    with place.unit_of_work() as unit:
        unit.lock()
        person = known_person(unit, name)
        unit.record(
            PersonAdmitted(person_id=person.id, name=person.name, role=person.role, departments=person.departments)
        )
        unit.people.keep_password(person.id, secret, iso(place.clock.now()))
        unit.commit()
        return unit.people.person(person.id)


def people(place: Workplace) -> Sequence[Person]:
    """Everybody who is or was admitted, by name."""
    place.guard.require(Action.ADMINISTER)
    with place.unit_of_work() as unit:
        return unit.people.all()


def known_person(unit: UnitOfWork, name: str) -> Person:
    """Raises `NotFound`."""
    person = unit.people.named(name)
    if person is None:
        raise NotFound(key=name)
    return person


def administrators_of(place: Workplace, unit: UnitOfWork) -> frozenset[str]:
    return administrators(unit.people.all(), unit.organisation.all(), place.roles, iso(place.clock.now()))


def keep_an_administrator(place: Workplace, unit: UnitOfWork, before: frozenset[str]) -> None:
    """After a change, before its commit. Raises `LastAdministrator` where there was one and now is none."""
    if before and not administrators_of(place, unit):
        raise LastAdministrator


def _new_secret(name: str, password: str) -> str:
    if not plain_name(name) or len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongUse(detail=f"a name has 1 to {LONGEST_NAME} printable signs")
    check_strength(password, name)
    return hash_password(password)


def _admit(
    place: Workplace, unit: UnitOfWork, name: str, secret: str, role: Role, departments: Sequence[str]
) -> Person:
    if unit.people.named(name):
        raise PersonKnown(name=name)
    person_id = place.ids.new()
    unit.record(PersonAdmitted(person_id=person_id, name=name, role=role.value, departments=tuple(departments)))
    unit.people.keep_password(person_id, secret, iso(place.clock.now()))
    return unit.people.person(person_id)
