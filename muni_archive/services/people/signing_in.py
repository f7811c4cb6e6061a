"""Somebody signs in: the password is compared, tries are counted, and who guesses waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from muni_archive.domain.centre_errors import SignInLocked, SignInRefused
from muni_archive.domain.people import Person, PersonState, SignIn
from muni_archive.domain.permissions import Action
from muni_archive.ports import UnitOfWork
from muni_archive.services.audit.record import record_entrance
from muni_archive.services.moments import iso
from muni_archive.services.people.passwords import hash_password, is_old, is_password
from muni_archive.services.workplace import Workplace

FREE_TRIES = 5
"""Tries before the first wait."""
FIRST_WAIT_S, LONGEST_WAIT_S = 30, 3600
FORGOTTEN = timedelta(days=1)
"""Tries under a name are forgotten so long after the last wait."""
SIGN_IN_DAYS, FORGOTTEN_AT_ONCE = 400, 5000
"""Days for which sign-ins are kept, unless a centre's administrator says otherwise; rows forgotten at once."""


def sign_in(
    place: Workplace, name: str, password: str, *, at: str, people: Callable[[], UnitOfWork] | None = None,
    told: bool = False,
) -> Person:  # fmt: skip
    """The person behind name and password, at the station of that id. Raises `SignInRefused`, `SignInLocked`.

    `people` tells who they are where that stands elsewhere than their passwords. A try counts as failed until it has
    succeeded, so that many at once are many tries. It counts by name and station: who guesses on one station locks
    nobody out on another. `told`: the journal says it too (a centre's does not: its stations' do).
    """
    with place.unit_of_work() as unit:
        unit.lock()
        wait = _count_try(place, unit, at, name)
        person = _named(people or place.unit_of_work, name)
        secret = unit.people.password_hash(person.id) if person else None
        if wait:
            _note(place, unit, at, name, person, "locked", told=told)
            unit.commit()
            raise SignInLocked(seconds=wait)
        unit.commit()
    right = is_password(secret, password)
    allowed = right and person is not None and person.state is PersonState.ACTIVE
    ended = person is not None and person.state is PersonState.DISABLED  # their password is forgotten: none is right
    outcome = "ok" if allowed else "disabled" if ended else "wrong"
    renewed = hash_password(password) if allowed and secret and is_old(secret) else None
    with place.unit_of_work() as unit:
        unit.lock()
        _note(place, unit, at, name, person, outcome, told=told)
        if allowed:
            unit.people.forget_tries(name, at)
        if renewed and person:
            unit.people.keep_password(person.id, renewed, person.password_since)  # the same password, better kept
        unit.commit()
    if not allowed or person is None:
        raise SignInRefused
    return person


def note_outcome(
    place: Workplace, unit: UnitOfWork, at: str, name: str, person: Person | None, outcome: str, *,
    method: str = "password", told: bool = True,
) -> None:  # fmt: skip
    """Somebody else has found out who it is; within the caller's unit. `told`: the journal says it too."""
    _note(place, unit, at, name, person, outcome, told=told, method=method)


def note_sign_out(place: Workplace, person: Person, *, at: str, reason: str) -> None:
    """The person has gone: `asked`, `closed`, or `disabled` where what they signed in with counts no more."""
    with place.unit_of_work() as unit:
        _note(place, unit, at, person.name, person, "out", told=True, reason=reason)
        unit.commit()


def last_sign_ins(place: Workplace, limit: int, *, name: str = "") -> Sequence[SignIn]:
    """Newest first; under this name only."""
    place.guard.require(Action.AUDIT)
    with place.unit_of_work() as unit:
        return unit.people.sign_ins(limit, name)


def waiting_time(failures: int) -> int:
    """Seconds that the next try must wait after so many: none at first, then twice as long each time."""
    if failures < FREE_TRIES:
        return 0
    return int(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures - FREE_TRIES, 20)))


def _named(people: Callable[[], UnitOfWork], name: str) -> Person | None:
    with people() as unit:
        return unit.people.named(name)


def _count_try(place: Workplace, unit: UnitOfWork, at: str, name: str) -> int:
    """Seconds to wait; 0 when the try may be made, which is counted with this."""
    now = place.clock.now()
    failures, locked_until = unit.people.tries(name, at)
    if locked_until > iso(now):
        return max(1, int((datetime.fromisoformat(locked_until) - now).total_seconds()))
    unit.people.forget_tries_before(iso(now - FORGOTTEN))
    locked = now + timedelta(seconds=waiting_time(failures + 1))
    unit.people.count_try(name, at, failures=failures + 1, locked_until=iso(locked))
    return 0


def _note(
    place: Workplace, unit: UnitOfWork, at: str, name: str, person: Person | None, outcome: str, *, told: bool,
    reason: str = "", method: str = "password",
) -> None:  # fmt: skip
    person_id, now = person.id if person else None, place.clock.now()
    unit.lock()
    unit.people.note(SignIn(at=iso(now), name=name, person_id=person_id, station_id=at, outcome=outcome))
    if told:
        record_entrance(place, unit, name, person, outcome, reason=reason, method=method)
        unit.people.forget_sign_ins_before(iso(now - timedelta(days=SIGN_IN_DAYS)), FORGOTTEN_AT_ONCE)
