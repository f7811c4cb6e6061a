"""People are admitted, disabled, and sign in on top of a station."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from muni_archive.domain.errors import NotFound, PersonKnown, SignInLocked, SignInRefused, WrongUse
from muni_archive.domain.events import PersonAdmitted, PersonDisabled
from muni_archive.domain.people import LONGEST_NAME, Person, PersonState, Role, SignIn, plain_name
from muni_archive.domain.together import Station
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.passwords import check_strength, hash_password, is_old, is_password
from muni_archive.services.centre.place import Centre

FREE_TRIES = 5
"""Tries before the first wait."""
FIRST_WAIT_S, LONGEST_WAIT_S = 30, 3600
SIGN_IN_DAYS, FORGOTTEN_AT_ONCE = 400, 5000
"""Days for which sign-ins are kept, unless an administrator says otherwise; rows forgotten in one transaction."""
FORGOTTEN = timedelta(days=1)
"""Tries under a name are forgotten so long after the last wait."""


def add_person(
    centre: Centre, name: str, password: str, *, role: Role = Role.READER, departments: Sequence[str] = ()
) -> Person:
    """Admit somebody. Raises `PersonKnown`, `PasswordWeak`, `WrongUse`."""
    if not plain_name(name) or len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongUse(detail=f"a name has 1 to {LONGEST_NAME} printable signs")
    check_strength(password, name)
    secret = hash_password(password)
    with centre.unit_of_work() as unit:
        unit.lock()
        if unit.people.named(name):
            raise PersonKnown(name=name)
        person_id = centre.place.ids.new()
        unit.record(PersonAdmitted(person_id=person_id, name=name, role=role.value, departments=tuple(departments)))
        unit.people.keep_password(person_id, secret, _iso(centre.place.clock.now()))
        unit.commit()
        return unit.people.person(person_id)


def change_password(centre: Centre, name: str, password: str) -> Person:
    """A new password for somebody, who is signed out where the old one was used. Raises `NotFound`, `PasswordWeak`."""
    check_strength(password, name)
    secret = hash_password(password)
    with centre.unit_of_work() as unit:
        unit.lock()
        person = _named(unit, name)
        unit.people.keep_password(person.id, secret, _iso(centre.place.clock.now()))
        unit.commit()
        return person


def disable_person(centre: Centre, name: str, *, reason: str) -> Person:
    """End somebody's access at once, and forget the password. Raises `NotFound`."""
    with centre.unit_of_work() as unit:
        unit.lock()
        person = _named(unit, name)
        unit.record(PersonDisabled(person_id=person.id, reason=reason))
        unit.people.forget_password(person.id)
        unit.commit()
        return unit.people.person(person.id)


def people(centre: Centre) -> Sequence[Person]:
    with centre.unit_of_work() as unit:
        return unit.people.all()


def last_sign_ins(centre: Centre, limit: int) -> Sequence[SignIn]:
    with centre.unit_of_work() as unit:
        return unit.people.sign_ins(limit)


def forget_old_sign_ins(centre: Centre, *, days: int) -> int:
    """Forget those that are older, a part at a time, so that nobody waits long for the lock; returns how many."""
    before, forgotten = _iso(centre.place.clock.now() - timedelta(days=days)), 0
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

    A try counts as failed until it has succeeded, so that many at once are many tries. It counts by name and station:
    who guesses on one station locks nobody out on another.
    """
    with centre.unit_of_work() as unit:
        unit.lock()
        wait = _count_try(centre, unit, station, name)
        person = unit.people.named(name)
        secret = unit.people.password_hash(person.id) if person else None
        if wait:
            _note(centre, unit, station, name, person, "locked")
            unit.commit()
            raise SignInLocked(seconds=wait)
        unit.commit()
    right = is_password(secret, password)
    allowed = right and person is not None and person.state is PersonState.ACTIVE
    outcome = "ok" if allowed else "disabled" if right else "wrong"
    renewed = hash_password(password) if allowed and secret and is_old(secret) else None
    with centre.unit_of_work() as unit:
        unit.lock()
        _note(centre, unit, station, name, person, outcome)
        if allowed:
            unit.people.forget_tries(name, station.id)
        if renewed and person:
            unit.people.keep_password(person.id, renewed, person.password_since)  # the same password, better kept
        unit.commit()
    if not allowed or person is None:
        raise SignInRefused
    return person


def waiting_time(failures: int) -> int:
    """Seconds that the next try must wait after so many: none at first, then twice as long each time."""
    if failures < FREE_TRIES:
        return 0
    return int(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures - FREE_TRIES, 20)))


def _count_try(centre: Centre, unit: CentralUnit, station: Station, name: str) -> int:
    """Seconds to wait; 0 when the try may be made, which is counted with this."""
    now = centre.place.clock.now()
    failures, locked_until = unit.people.tries(name, station.id)
    if locked_until > _iso(now):
        return max(1, int((datetime.fromisoformat(locked_until) - now).total_seconds()))
    unit.people.forget_tries_before(_iso(now - FORGOTTEN))
    locked = now + timedelta(seconds=waiting_time(failures + 1))
    unit.people.count_try(name, station.id, failures=failures + 1, locked_until=_iso(locked))
    return 0


def _note(centre: Centre, unit: CentralUnit, station: Station, name: str, person: Person | None, outcome: str) -> None:
    person_id = person.id if person else None
    unit.people.note(
        SignIn(
            at=_iso(centre.place.clock.now()), name=name, person_id=person_id, station_id=station.id, outcome=outcome
        )
    )


def _named(unit: CentralUnit, name: str) -> Person:
    person = unit.people.named(name)
    if person is None:
        raise NotFound(key=name)
    return person


def _iso(at: datetime) -> str:
    """Always of one length, so that texts compare as times do."""
    return at.isoformat(timespec="microseconds")
