"""Coming in at a station that has a centre: the centre is asked, and who it once let in may come in without it.

The station keeps a hash of its own (argon2) of what the centre accepted. It counts while the copy of the centre says
that the person is active, and is forgotten when the centre refuses the very password that it was made of.

Who came, failed and went stands in the station's journal, which the centre gets like everything else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

from muni_archive.domain.account_errors import AccountRefused, NoProvider
from muni_archive.domain.accounts import METHOD, Account, Provider
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import (
    CentreError,
    CentreNotAsked,
    LineOpen,
    PeopleAwaited,
    SignInLocked,
    SignInRefused,
)
from muni_archive.domain.errors import ArchiveError, NotFound
from muni_archive.domain.people import Person, PersonState
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.people.accounts import check_may_enter, desk_of
from muni_archive.services.people.entering import Door, refusals_noted, station_of, unproven_noted
from muni_archive.services.people.passwords import hash_password, is_password
from muni_archive.services.people.signing_in import note_outcome, note_sign_out, sign_in
from muni_archive.services.workplace import Workplace


class AccountLine(Protocol):
    """The centre's part in signing in with an account; each raises what the line raises."""

    def nonce(self) -> str:
        """A text for the token to repeat, good once and at this station."""
        ...

    def owner_of(self, id_token: str, nonce: str) -> str:
        """The id of the person whose account the token proves."""
        ...


class CentreDoor:
    """Implements `Door`. `place` is the station's own archive, where tries, hashes and sign-ins are kept."""

    def __init__(
        self,
        place: Workplace,
        people: Callable[[], UnitOfWork],
        ask: Callable[[str, str], str],
        accounts: AccountLine,
        *,
        awaited: bool = False,
        is_whole: Callable[[], bool] = lambda: True,
        is_told: Callable[[str], bool] = lambda _person_id: False,
    ) -> None:
        """`ask` tells the id of the person behind name and password; raises what the line raises. `awaited`: the centre
        has people, also while the copy, made again, does not know them. `is_whole`: whether the copy was ever as far
        as the centre; before, who was disabled since comes in by nobody's word but the centre's, and `is_told` is
        whether the centre said what the person may: an older one does not, and half a copy knows what they might.
        """
        self._place, self._people, self._ask, self._accounts = place, people, ask, accounts
        self._awaited, self._is_whole, self._is_told = awaited, is_whole, is_told

    @property
    def people(self) -> Callable[[], UnitOfWork]:
        return self._people

    @property
    def is_central(self) -> bool:
        return True

    def has_people(self) -> bool:
        return self._awaited or self._knows_people()

    def hindrance(self) -> ArchiveError | None:
        return PeopleAwaited() if self._awaited and not self._knows_people() else None

    def _knows_people(self) -> bool:
        with self._people() as unit:
            return bool(unit.people.all())

    def enter(self, name: str, password: str, cancel: CancelToken | None = None) -> Person:
        try:
            person_id = self._answer(name, password, cancel)
        except SignInRefused:
            self._refused(name, password)
            raise
        except SignInLocked:
            self._note_failed(name, self._named(name), "locked")
            raise
        except LineOpen:
            raise
        except CentreError as why:  # away, or with a full disk, where it lets nobody in: no word about the person
            if self.hindrance() or not self._is_whole():  # nobody is known whom it could be, or not who has gone since
                raise
            return self._enter_without_it(name, password, why)
        return self._let_in(person_id, password)

    def _answer(self, name: str, password: str, cancel: CancelToken | None) -> str:
        """The centre's, which can take long: who has gone meanwhile hears none, and nothing is written of it here."""
        try:
            return self._ask(name, password)
        finally:
            if cancel is not None:
                cancel.raise_if_cancelled()

    def _enter_without_it(self, name: str, password: str, why: CentreError) -> Person:
        """By what is kept here. Each try counts as any other: who guesses may do so without the centre too."""
        try:
            return sign_in(self._place, name, password, at=station_of(self._place), people=self._people, told=True)
        except SignInRefused:
            raise CentreNotAsked(why=why) from why

    def provider(self) -> Provider | None:
        with self._people() as unit:
            return unit.people.provider()

    def enter_with_account(self, show: Callable[[str], None], cancel: CancelToken, *, expected: str = "") -> Person:
        """The token is verified here and again by the centre, which knows whose the account is, and links it at the
        first time. Without the centre, the links count that the copy knows.
        """
        place, provider = self._place, self.provider()
        if provider is None:
            raise NoProvider
        with unproven_noted(place, provider), refusals_noted(place, self._people):
            nonce, away = self._nonce()
            account, token = desk_of(place).ask(provider, nonce=nonce, hint=expected, show=show, cancel=cancel)
            try:
                person = self._owner(account, token, nonce, away)
            finally:
                cancel.raise_if_cancelled()
            check_may_enter(person, account, expected)
        with place.unit_of_work() as unit:
            unit.lock()
            note_outcome(place, unit, station_of(place), person.name, person, "ok", method=METHOD)
            unit.commit()
        return person

    def _nonce(self) -> tuple[str, ArchiveError | None]:
        """From the centre; our own where it does not answer, and why it does not."""
        try:
            return self._accounts.nonce(), None
        except LineOpen:
            raise
        except CentreError as away:
            return secrets.token_urlsafe(24), away

    def _owner(self, account: Account, token: str, nonce: str, away: ArchiveError | None) -> Person:
        """Raises what the centre says; that it does not answer where the copy does not know the account either."""
        if away is None:
            try:
                return self._person(self._accounts.owner_of(token, nonce))
            except AccountRefused:
                raise
            except CentreError as error:
                away = error
        with self._people() as unit:
            owner = unit.people.owner(account.identity)
        if owner is None or not self._is_whole():
            raise away
        return owner

    def leave(self, person: Person, reason: str = "asked") -> None:
        note_sign_out(self._place, person, at=station_of(self._place), reason=reason)

    def still_may(self, person: Person) -> bool:
        """As far as the copy knows. Until it was whole once, or while it is empty, who is in stays in."""
        with self._people() as unit:
            states = {each.id: each.state for each in unit.people.all()}
        return not self._is_whole() or not states or states.get(person.id) is PersonState.ACTIVE

    def _let_in(self, person_id: str, password: str) -> Person:
        """Raises as `_person` does."""
        hindrance = self.hindrance()
        if hindrance:
            raise hindrance
        person = self._person(person_id)
        with self._place.unit_of_work() as unit:
            kept = unit.people.password_hash(person_id)
        renewed = None if is_password(kept, password) else hash_password(password)
        at = station_of(self._place)
        with self._place.unit_of_work() as unit:
            unit.lock()
            if renewed:
                unit.people.keep_password(person_id, renewed, iso(self._place.clock.now()))
            unit.people.forget_tries(person.name, at)
            note_outcome(self._place, unit, at, person.name, person, "ok")
            unit.commit()
        return person

    def _person(self, person_id: str) -> Person:
        """Raises `PeopleAwaited` where the copy was never whole, and has not come to them yet or the centre did not say
        what they may; else `NotFound`.
        """
        if not (self._is_whole() or self._is_told(person_id)):
            raise PeopleAwaited
        with self._people() as unit:
            try:
                return unit.people.person(person_id)
            except NotFound as error:
                raise (error if self._is_whole() else PeopleAwaited()) from None

    def _refused(self, name: str, password: str) -> None:
        """The centre says no and not why; the copy knows whose access was ended."""
        person = self._named(name)
        ended = person is not None and person.state is PersonState.DISABLED
        self._note_failed(name, person, "disabled" if ended else "wrong")
        if person is not None:
            self._forget_if_made_of(person, password)

    def _named(self, name: str) -> Person | None:
        with self._people() as unit:
            return unit.people.named(name)

    def _note_failed(self, name: str, person: Person | None, outcome: str) -> None:
        at = station_of(self._place)
        with self._place.unit_of_work() as unit:
            unit.lock()
            note_outcome(self._place, unit, at, name, person, outcome)
            unit.commit()

    def _forget_if_made_of(self, person: Person, password: str) -> None:
        """Only then has it become wrong; another wrong password must not shut the person out while the line is away."""
        with self._place.unit_of_work() as unit:
            kept = unit.people.password_hash(person.id)
        if is_password(kept, password):
            with self._place.unit_of_work() as unit:
                unit.lock()
                unit.people.forget_password(person.id)
                unit.commit()


class ShutDoor:
    """Implements `Door` where it cannot be told who may come in: nobody does, and it is said why. Each try looks again
    whether that can be told now.
    """

    def __init__(self, why: ArchiveError, open_again: Callable[[], Door]) -> None:
        """`open_again` raises why it still cannot be told."""
        self._why, self._open_again = why, open_again
        self._opened: Door | None = None

    @property
    def people(self) -> Callable[[], UnitOfWork]:
        return self._door().people

    @property
    def is_central(self) -> bool:
        return self._door().is_central

    def has_people(self) -> bool:
        return True

    def hindrance(self) -> ArchiveError | None:
        return self._opened.hindrance() if self._opened else self._why

    def enter(self, name: str, password: str, cancel: CancelToken | None = None) -> Person:
        return self._door().enter(name, password, cancel)

    def provider(self) -> Provider | None:
        return self._opened.provider() if self._opened else None

    def enter_with_account(self, show: Callable[[str], None], cancel: CancelToken, *, expected: str = "") -> Person:
        return self._door().enter_with_account(show, cancel, expected=expected)

    def leave(self, person: Person, reason: str = "asked") -> None:
        self._door().leave(person, reason)

    def still_may(self, person: Person) -> bool:
        return self._door().still_may(person)

    def _door(self) -> Door:
        if self._opened is None:
            self._opened = self._open_again()
        return self._opened
