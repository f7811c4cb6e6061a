"""Coming in at the window of an archive: who has to, who may, and leaving again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from muni_archive.domain.people import Person
from muni_archive.ports import UnitOfWork
from muni_archive.services.people.signing_in import note_sign_out, sign_in
from muni_archive.services.workplace import Workplace


class Door(Protocol):
    """The way in. An archive alone has people of its own; one with a centre has the centre's."""

    @property
    def people(self) -> Callable[[], UnitOfWork]:
        """Where it is read who they are, and what they may."""
        ...

    def has_people(self) -> bool:
        """Whether somebody has to sign in: as soon as anybody was ever admitted."""
        ...

    def enter(self, name: str, password: str) -> Person:
        """Sign in. Raises `SignInRefused`, `SignInLocked`."""
        ...

    def leave(self, person: Person, reason: str = "asked") -> None:
        """Sign out; `reason` as `note_sign_out` has it."""
        ...

    def still_may(self, person: Person) -> bool:
        """Whether what the person signed in with still counts: not disabled, no other password since."""
        ...


class OwnDoor:
    """Implements `Door` for people of the archive's own."""

    def __init__(self, place: Workplace) -> None:
        self._place = place

    @property
    def people(self) -> Callable[[], UnitOfWork]:
        return self._place.unit_of_work

    def has_people(self) -> bool:
        with self.people() as unit:
            return bool(unit.people.all())

    def enter(self, name: str, password: str) -> Person:
        """Each try is told in the journal too; why it failed, only there."""
        return sign_in(self._place, name, password, at=station_of(self._place), told=True)

    def leave(self, person: Person, reason: str = "asked") -> None:
        note_sign_out(self._place, person, at=station_of(self._place), reason=reason)

    def still_may(self, person: Person) -> bool:
        with self.people() as unit:
            now = unit.people.person(person.id)
        return (now.state, now.password_since) == (person.state, person.password_since)


def station_of(place: Workplace) -> str:
    """The id under which the archive's own tries are counted."""
    with place.unit_of_work() as unit:
        return unit.records.archive().archive_id
