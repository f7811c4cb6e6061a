"""Coming in at the window of an archive: who has to, who may, and leaving again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from muni_archive.domain.account_errors import (
    AccountClock,
    AccountDisabled,
    AccountNotProven,
    AccountUnknown,
    NoProvider,
)
from muni_archive.domain.accounts import Identity, Provider
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.people import Person, PersonState
from muni_archive.ports import UnitOfWork
from muni_archive.services.people.accounts import desk_of, provider_here, sign_in_with_account
from muni_archive.services.people.signing_in import note_outcome, note_sign_out, sign_in
from muni_archive.services.workplace import Workplace


class Door(Protocol):
    """The way in. An archive alone has people of its own; one with a centre has the centre's."""

    @property
    def people(self) -> Callable[[], UnitOfWork]:
        """Where it is read who they are, and what they may."""
        ...

    @property
    def is_central(self) -> bool:
        """Whether who comes in by it is known to the centre."""
        ...

    def has_people(self) -> bool:
        """Whether somebody has to sign in: as soon as anybody was ever admitted."""
        ...

    def hindrance(self) -> ArchiveError | None:
        """Why nobody can come in as it is."""
        ...

    def enter(self, name: str, password: str, cancel: CancelToken | None = None) -> Person:
        """Sign in. Where that waits for somebody, who has gone meanwhile is not let in. Raises `SignInRefused`,
        `SignInLocked`, `Cancelled`.
        """
        ...

    def provider(self) -> Provider | None:
        """The municipality's sign-in service, where one is named."""
        ...

    def enter_with_account(self, show: Callable[[str], None], cancel: CancelToken, *, expected: str = "") -> Person:
        """Sign in at that service: `show` gets the address for the browser. Waits for minutes.

        `expected`: the only person who may come in, by name. Raises `AccountError`s, `Cancelled`.
        """
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
        self._came_by: Identity | None = None

    @property
    def people(self) -> Callable[[], UnitOfWork]:
        return self._place.unit_of_work

    @property
    def is_central(self) -> bool:
        return False

    def has_people(self) -> bool:
        with self.people() as unit:
            return bool(unit.people.all())

    def hindrance(self) -> None:
        """Its people are in the archive itself."""

    def enter(self, name: str, password: str, cancel: CancelToken | None = None) -> Person:
        """Each try is told in the journal too; why it failed, only there. Waits for nobody."""
        person = sign_in(self._place, name, password, at=station_of(self._place), told=True)
        self._came_by = None
        return person

    def provider(self) -> Provider | None:
        return provider_here(self._place)

    def enter_with_account(self, show: Callable[[str], None], cancel: CancelToken, *, expected: str = "") -> Person:
        place, provider = self._place, self.provider()
        if provider is None:
            raise NoProvider
        with unproven_noted(place, provider):
            account, _token = desk_of(place).ask(
                provider, nonce=secrets.token_urlsafe(24), hint=expected, show=show, cancel=cancel
            )
        person = sign_in_with_account(place, account, at=station_of(place), expected=expected, told=True)
        self._came_by = account.identity
        return person

    def leave(self, person: Person, reason: str = "asked") -> None:
        note_sign_out(self._place, person, at=station_of(self._place), reason=reason)

    def still_may(self, person: Person) -> bool:
        with self.people() as unit:
            now = unit.people.person(person.id)
            if self._came_by is not None:
                owner = unit.people.owner(self._came_by)
                return owner is not None and owner.id == person.id and now.state is PersonState.ACTIVE
        return (now.state, now.password_since) == (person.state, person.password_since)


@contextmanager
def unproven_noted(place: Workplace, provider: Provider) -> Iterator[None]:
    """What the service said, and could not be believed, stands in the journal; who turned back does not."""
    try:
        yield
    except (AccountNotProven, AccountClock):
        _note_failed(place, provider.issuer, None, "unproven")
        raise


@contextmanager
def refusals_noted(place: Workplace, people: Callable[[], UnitOfWork]) -> Iterator[None]:
    """Who came with an account that another archive knows, and was refused, stands in the journal."""
    try:
        yield
    except AccountUnknown as refused:
        _note_failed(place, str(refused.params["account"]), None, "unknown")
        raise
    except AccountDisabled as refused:
        name = str(refused.params["name"])
        with people() as unit:
            person = unit.people.named(name)
        _note_failed(place, name, person, "disabled")
        raise


def _note_failed(place: Workplace, name: str, person: Person | None, outcome: str) -> None:
    at = station_of(place)
    with place.unit_of_work() as unit:
        note_outcome(place, unit, at, name, person, outcome)
        unit.commit()


def station_of(place: Workplace) -> str:
    """The id under which the archive's own tries are counted."""
    with place.unit_of_work() as unit:
        return unit.records.archive().archive_id
