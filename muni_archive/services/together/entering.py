"""Coming in at a station that has a centre: the centre is asked, and who it once let in may come in without it.

The station keeps a hash of its own (argon2) of what the centre accepted. It counts while the copy of the centre says
that the person is active, and is forgotten when the centre refuses the very password that it was made of.
"""

from __future__ import annotations

from collections.abc import Callable

from muni_archive.domain.errors import CentreError, LineOpen, SignInLocked, SignInRefused
from muni_archive.domain.people import Person, PersonState
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.people.entering import station_of
from muni_archive.services.people.passwords import hash_password, is_password
from muni_archive.services.people.signing_in import note_sign_in, note_sign_out, sign_in
from muni_archive.services.workplace import Workplace


class CentreDoor:
    """Implements `Door`. `place` is the station's own archive, where tries, hashes and sign-ins are kept."""

    def __init__(self, place: Workplace, people: Callable[[], UnitOfWork], ask: Callable[[str, str], str]) -> None:
        """`ask` tells the id of the person behind name and password; raises what the line raises."""
        self._place, self._people, self._ask = place, people, ask

    @property
    def people(self) -> Callable[[], UnitOfWork]:
        return self._people

    def has_people(self) -> bool:
        with self._people() as unit:
            return bool(unit.people.all())

    def enter(self, name: str, password: str) -> Person:
        try:
            person_id = self._ask(name, password)
        except SignInRefused:
            self._forget_if_made_of(name, password)
            raise
        except (SignInLocked, LineOpen):
            raise
        except CentreError:
            return sign_in(self._place, name, password, at=station_of(self._place), people=self._people)
        return self._let_in(person_id, password)

    def leave(self, person: Person) -> None:
        note_sign_out(self._place, person, at=station_of(self._place))

    def still_may(self, person: Person) -> bool:
        """As far as the copy knows."""
        with self._people() as unit:
            return unit.people.person(person.id).state is PersonState.ACTIVE

    def _let_in(self, person_id: str, password: str) -> Person:
        """Raises `NotFound` where the copy does not know yet what the person may."""
        with self._people() as unit:
            person = unit.people.person(person_id)
        with self._place.unit_of_work() as unit:
            kept = unit.people.password_hash(person_id)
        renewed = None if is_password(kept, password) else hash_password(password)
        at = station_of(self._place)
        with self._place.unit_of_work() as unit:
            unit.lock()
            if renewed:
                unit.people.keep_password(person_id, renewed, iso(self._place.clock.now()))
            unit.people.forget_tries(person.name, at)
            note_sign_in(self._place, unit, at, person)
            unit.commit()
        return person

    def _forget_if_made_of(self, name: str, password: str) -> None:
        """Only then has it become wrong; another wrong password must not shut the person out while the line is away."""
        with self._people() as unit:
            person = unit.people.named(name)
        if person is None:
            return
        with self._place.unit_of_work() as unit:
            kept = unit.people.password_hash(person.id)
        if is_password(kept, password):
            with self._place.unit_of_work() as unit:
                unit.lock()
                unit.people.forget_password(person.id)
                unit.commit()
