"""Coming in at the window of an archive: who has to, who may, and leaving again."""

from __future__ import annotations

from muni_archive.domain.people import Person
from muni_archive.services.people.signing_in import note_sign_out, sign_in
from muni_archive.services.workplace import Workplace


def has_people(place: Workplace) -> bool:
    """Whether somebody has to sign in: as soon as anybody was ever admitted."""
    with place.unit_of_work() as unit:
        return bool(unit.people.all())


def enter(place: Workplace, name: str, password: str) -> Person:
    """Sign in at this archive. Raises `SignInRefused`, `SignInLocked`."""
    return sign_in(place, name, password, at=_here(place))


def leave(place: Workplace, person: Person) -> None:
    """Sign out."""
    note_sign_out(place, person, at=_here(place))


def still_may(place: Workplace, person: Person) -> bool:
    """Whether what the person signed in with still counts: not disabled, no other password since."""
    with place.unit_of_work() as unit:
        now = unit.people.person(person.id)
    return (now.state, now.password_since) == (person.state, person.password_since)


def _here(place: Workplace) -> str:
    with place.unit_of_work() as unit:
        return unit.records.archive().archive_id
