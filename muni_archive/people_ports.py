"""The seams that have to do with people: who acts, who they are, how units are ordered. Told on by `ports`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from muni_archive.domain.accounts import Account, Identity, Provider
from muni_archive.domain.acting import Acting
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.organisation import Organisation
from muni_archive.domain.people import Person, SignIn
from muni_archive.domain.permissions import ANYWHERE, Action, Subject
from muni_archive.domain.scope import Scope
from muni_archive.domain.together import Standing


class Guard(Protocol):
    """Stands before every use case: who acts now, and whether that is allowed. Always answers for this very moment."""

    @property
    def acting(self) -> Acting | None:
        """Who has signed in; None where nobody has to."""
        ...

    def require(self, action: Action, subject: Subject = ANYWHERE) -> None:
        """Raises `NotPermitted`; without a subject only when the action is allowed nowhere."""
        ...

    def may(self, action: Action, subject: Subject = ANYWHERE) -> bool: ...

    def scope(self, action: Action = Action.VIEW) -> Scope | None:
        """Where the action is allowed, for lists, counts and search; None means everywhere."""
        ...


class People(Protocol):
    """People. What stands in the journal is only read here; secrets, tries and sign-ins are written too, in a lock."""

    def all(self) -> Sequence[Person]:
        """By name."""
        ...

    def named(self, name: str) -> Person | None: ...

    def person(self, person_id: str) -> Person:
        """Raises `NotFound`."""
        ...

    def provider(self) -> Provider | None:
        """Whose word is taken about accounts; None where nobody named one."""
        ...

    def owner(self, identity: Identity) -> Person | None:
        """Whose the account is."""
        ...

    def identities(self, person_id: str) -> Sequence[Identity]:
        """The person's accounts, also at services that are named no more."""
        ...

    def password_hash(self, person_id: str) -> str | None: ...

    def keep_password(self, person_id: str, password_hash: str, at: str) -> None: ...

    def forget_password(self, person_id: str) -> None: ...

    def tries(self, name: str, station_id: str) -> tuple[int, str]:
        """Tries since the last good one, and until when (ISO, UTC) others are refused."""
        ...

    def count_try(self, name: str, station_id: str, *, failures: int, locked_until: str) -> None: ...

    def forget_tries(self, name: str, station_id: str) -> None: ...

    def forget_tries_before(self, at: str) -> None:
        """Those whose lock ended before."""
        ...

    def note(self, sign_in: SignIn) -> None: ...

    def forget_sign_ins_before(self, at: str, limit: int) -> int:
        """The oldest ones before then (ISO, UTC), `limit` at most; returns how many were forgotten."""
        ...

    def sign_ins(self, limit: int, name: str = "") -> Sequence[SignIn]:
        """The last ones, newest first; of one person or under one name only."""
        ...


class AccountDesk(Protocol):
    """Speaks to the municipality's sign-in service (OpenID Connect). Every token is verified before it is believed."""

    def check(self, provider: Provider) -> None:
        """Ask the service for its description. Raises `ProviderUnreachable`, `ProviderWrong`."""
        ...

    def ask(
        self, provider: Provider, *, nonce: str, hint: str, show: Callable[[str], None], cancel: CancelToken
    ) -> tuple[Account, str]:
        """Let somebody sign in there: `show` gets the address that a browser must open. The account, and its ID token.

        `hint`: who is expected, empty for anybody. Waits for minutes; raises `AccountError`s and `Cancelled`.
        """
        ...

    def verify(self, provider: Provider, id_token: str, *, nonce: str, since: datetime) -> Account:
        """The account that the token proves, for a sign-in that began at `since`. Raises `AccountError`s."""
        ...

    def keep_secret(self, secret: str) -> None:
        """The client's secret, for services that ask for one; kept on this machine only. Empty: none any more."""
        ...


class OrganisationRecords(Protocol):
    """Reading the municipality's own order."""

    def all(self) -> Organisation:
        """Units in the order in which they were opened; places, delegations and grants that ended are there too."""
        ...

    def changed_after(self, end: Standing) -> tuple[Standing, bool]:
        """The journal's end, and whether anything past this earlier end speaks of people or units, or the journal is
        another. Cheap.
        """
        ...
