"""Events of accounts at the municipality's sign-in service. The rules of `events` hold."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.event import Event


@dataclass(frozen=True, kw_only=True)
class ProviderSet(Event):
    """An administrator named the service whose word is taken, in place of any before. No secret stands here."""

    kind = "provider-set"
    issuer: str
    client_id: str
    claim: str
    """Equal to a person's sign-in name, it links at the first sign-in; empty: administrators link alone."""
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProviderRemoved(Event):
    """Nobody comes in that way any more; links stay, for when the same service is named again."""

    kind = "provider-removed"
    issuer: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AccountLinked(Event):
    """The account is the person's. `by` is `claim` (at the first sign-in) or `administrator`."""

    kind = "account-linked"
    person_id: str
    issuer: str
    subject: str
    by: str


@dataclass(frozen=True, kw_only=True)
class AccountUnlinked(Event):
    """The account is nobody's any more."""

    kind = "account-unlinked"
    person_id: str
    issuer: str
    subject: str
    reason: str


ACCOUNT_EVENTS: tuple[type[Event], ...] = (ProviderSet, ProviderRemoved, AccountLinked, AccountUnlinked)
