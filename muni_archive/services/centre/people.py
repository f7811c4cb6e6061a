"""People at the centre: admitted, disabled, signed in as anywhere, but on top of a station."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from muni_archive.domain.account_errors import NoProvider
from muni_archive.domain.accounts import SIGN_IN_S
from muni_archive.domain.entitled import Entitled, entitled
from muni_archive.domain.people import Person, Role, Sight, SignIn
from muni_archive.domain.permissions import LEVELS
from muni_archive.domain.scope import Area, Scope
from muni_archive.domain.together import Station
from muni_archive.services.centre.place import Centre
from muni_archive.services.moments import iso
from muni_archive.services.people import admitting, signing_in
from muni_archive.services.people.accounts import desk_of, provider_here, sign_in_with_account
from muni_archive.services.people.guarding import PersonGuard

SIGN_IN_DAYS = signing_in.SIGN_IN_DAYS
FORGOTTEN_AT_ONCE = signing_in.FORGOTTEN_AT_ONCE


def add_person(
    centre: Centre, name: str, password: str, *, role: Role = Role.READER, departments: Sequence[str] = ()
) -> Person:
    """Admit somebody. Raises `PersonKnown`, `PasswordWeak`, `WrongUse`."""
    return admitting.add_person(centre.place, name, password, role=role, departments=departments)


def change_password(centre: Centre, name: str, password: str) -> Person:
    """A new password for somebody, who is signed out where the old one was used. Raises `NotFound`, `PasswordWeak`."""
    return admitting.change_password(centre.place, name, password)


def disable_person(centre: Centre, name: str, *, reason: str) -> Person:
    """End somebody's access at once, and forget the password. Raises `NotFound`, `LastAdministrator`."""
    return admitting.disable_person(centre.place, name, reason=reason)


def people(centre: Centre) -> Sequence[Person]:
    return admitting.people(centre.place)


def last_sign_ins(centre: Centre, limit: int, *, name: str = "") -> Sequence[SignIn]:
    return signing_in.last_sign_ins(centre.place, limit, name=name)


def forget_old_sign_ins(centre: Centre, *, days: int) -> int:
    """Forget those that are older, a part at a time, so that nobody waits long for the lock; returns how many."""
    before, forgotten = iso(centre.place.clock.now() - timedelta(days=days)), 0
    while True:
        with centre.unit_of_work() as unit:
            unit.lock()
            part = unit.people.forget_sign_ins_before(before, FORGOTTEN_AT_ONCE)
            unit.commit()
        forgotten += part
        if part < FORGOTTEN_AT_ONCE:
            return forgotten


def sign_in(centre: Centre, station: Station, name: str, password: str) -> Person:
    """The person behind name and password. Raises `SignInRefused`, `SignInLocked`.

    Each try stands in the table of sign-ins until it is forgotten. The journal hears of it from the station, whose door
    it was: both would say everything twice, and whoever speaks the protocol could fill a journal that never forgets.
    """
    return signing_in.sign_in(centre.place, name, password, at=station.id)


def sign_in_with_token(centre: Centre, station: Station, id_token: str, nonce: str) -> Person:
    """The person whose account the ID token proves, which must have been made just now. Raises `AccountError`s."""
    place = centre.place
    provider = provider_here(place)
    if provider is None:
        raise NoProvider
    since = place.clock.now() - timedelta(seconds=SIGN_IN_S)
    account = desk_of(place).verify(provider, id_token, nonce=nonce, since=since)
    return sign_in_with_account(place, account, at=station.id)


def scope_of(centre: Centre, person: Person) -> Scope:
    """What a person may see: by places in the organisation; with a role of the admission, the departments that it
    names, but no document that was raised above the role.
    """
    place = centre.place
    if person.role is not Role.NONE:
        rule = place.roles.get(person.role.value)
        closed = rule.highest.above if rule else LEVELS
        return Scope(areas=(Area(departments=person.sight.departments, closed=closed),))
    guard = PersonGuard(
        person.id, unit_of_work=place.unit_of_work, roles=place.roles, classes=place.record_classes, clock=place.clock
    )
    return guard.scope()


def entitled_at(centre: Centre, station: Station, person: Person) -> Entitled:
    """All that the person may do now, as the station's copy will tell when it is as far as the centre."""
    place = centre.place
    with place.unit_of_work() as unit:
        organisation, people = unit.organisation.all(), {each.id: each for each in unit.people.all()}
    told = tuple(grant for grant in organisation.grants if station.sight.covers(grant.department))
    return entitled(people[person.id], people, replace(organisation, grants=told), place.roles, iso(place.clock.now()))


def seen_by(centre: Centre, person: Person) -> Sight:
    """The departments of which the person may see something."""
    named = [area.departments for area in scope_of(centre, person).areas]
    if any(departments is None for departments in named):
        return Sight()
    return Sight(departments=frozenset().union(*(departments for departments in named if departments is not None)))
