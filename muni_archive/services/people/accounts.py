"""The municipality's sign-in service: which one is taken, whose its accounts are, and signing in with one."""

from __future__ import annotations

from collections.abc import Sequence

from muni_archive.domain.account_errors import (
    AccountDisabled,
    AccountOfAnother,
    AccountTaken,
    AccountUnknown,
    NoProvider,
    PersonLinked,
)
from muni_archive.domain.accounts import LONGEST_SUBJECT, METHOD, Account, Identity, Provider
from muni_archive.domain.errors import WrongUse
from muni_archive.domain.events import AccountLinked, AccountUnlinked, ProviderRemoved, ProviderSet
from muni_archive.domain.people import Person, PersonState, plain_name
from muni_archive.domain.permissions import Action
from muni_archive.ports import AccountDesk, UnitOfWork
from muni_archive.services.people.admitting import known_person
from muni_archive.services.people.signing_in import note_outcome
from muni_archive.services.workplace import Workplace


def set_provider(place: Workplace, provider: Provider, *, secret: str = "") -> None:
    """Take this service's word from now on, and no other's; it is asked first whether it is one.

    The secret stays on this machine. Raises `ProviderUnreachable`, `ProviderWrong`, `WrongUse`.
    """
    place.guard.require(Action.ADMINISTER)
    _check_secret(secret)
    desk = desk_of(place)
    desk.check(provider)
    with place.unit_of_work() as unit:
        unit.lock()
        if unit.people.provider() != provider:
            unit.record(
                ProviderSet(
                    issuer=provider.issuer, client_id=provider.client_id, claim=provider.claim, scopes=provider.scopes
                )
            )
        unit.commit()
    desk.keep_secret(secret)


def remove_provider(place: Workplace, *, reason: str) -> None:
    """Nobody signs in that way any more; passwords go on, and links stay. Raises `NoProvider`."""
    place.guard.require(Action.ADMINISTER)
    with place.unit_of_work() as unit:
        unit.lock()
        unit.record(ProviderRemoved(issuer=_provider(unit).issuer, reason=reason))
        unit.commit()
    if place.accounts is not None:
        place.accounts.keep_secret("")


def keep_client_secret(place: Workplace, secret: str) -> None:
    """For stations of a centre, which has named the service: the secret is no part of what a copy is told."""
    place.guard.require(Action.ADMINISTER)
    _check_secret(secret)
    desk_of(place).keep_secret(secret)


def provider_here(place: Workplace) -> Provider | None:
    """The service whose word is taken; it is no secret."""
    with place.unit_of_work() as unit:
        return unit.people.provider()


def link_account(place: Workplace, name: str, subject: str) -> Identity:
    """From now on this account of the service is the person's. Raises `AccountTaken`, `PersonLinked`, `NoProvider`."""
    place.guard.require(Action.ADMINISTER)
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise WrongUse(detail=f"a subject has 1 to {LONGEST_SUBJECT} printable signs")
    with place.unit_of_work() as unit:
        unit.lock()
        person = known_person(unit, name)
        identity = Identity(issuer=_provider(unit).issuer, subject=subject)
        if owner := unit.people.owner(identity):
            raise AccountTaken(name=owner.name)
        if known := _at(unit, person, identity.issuer):
            raise PersonLinked(name=person.name, subject=known[0].subject)
        _link(unit, person, identity, by="administrator")
        unit.commit()
    return identity


def unlink_account(place: Workplace, name: str, *, reason: str) -> int:
    """The person's accounts are nobody's any more; who is in by one is signed out. Returns how many there were."""
    place.guard.require(Action.ADMINISTER)
    with place.unit_of_work() as unit:
        unit.lock()
        person = known_person(unit, name)
        linked = unit.people.identities(person.id)
        for each in linked:
            unit.record(AccountUnlinked(person_id=person.id, issuer=each.issuer, subject=each.subject, reason=reason))
        unit.commit()
    return len(linked)


def linked_accounts(place: Workplace) -> Sequence[tuple[Person, Identity]]:
    """Whose accounts are known, by name."""
    place.guard.require(Action.ADMINISTER)
    with place.unit_of_work() as unit:
        return [(person, each) for person in unit.people.all() for each in unit.people.identities(person.id)]


def sign_in_with_account(
    place: Workplace, account: Account, *, at: str, expected: str = "", told: bool = False
) -> Person:
    """The person whose account this is, at the station of that id; linked at the first time where the claim says so.

    `expected`: nobody but the person of that name. `told`: the journal says it too (a centre's does not: its stations'
    do). Raises `AccountUnknown`, `AccountDisabled`, `AccountOfAnother`.
    """
    with place.unit_of_work() as unit:
        unit.lock()
        person = None
        try:
            person = owner_of(unit, account)
            check_may_enter(person, account, expected)
        except AccountOfAnother:
            raise
        except (AccountUnknown, AccountDisabled):
            outcome = "disabled" if person else "unknown"
            note_outcome(place, unit, at, person.name if person else account.shown, person, outcome, told=told)
            unit.commit()
            raise
        if unit.people.owner(account.identity) is None:
            _link(unit, person, account.identity, by="claim")
        note_outcome(place, unit, at, person.name, person, "ok", method=METHOD, told=told)
        unit.commit()
    return person


def owner_of(unit: UnitOfWork, account: Account) -> Person:
    """By the link; else the person of the name that the claim says, who has no account yet. Raises `AccountUnknown`."""
    owner = unit.people.owner(account.identity)
    if owner is not None:
        return owner
    named = unit.people.named(account.name) if account.name else None
    if named is None or _at(unit, named, account.identity.issuer):
        raise AccountUnknown(account=account.shown, subject=account.identity.subject)
    return named


def check_may_enter(person: Person, account: Account, expected: str) -> None:
    """Raises `AccountDisabled`, `AccountOfAnother`."""
    if expected and plain_name(person.name) != plain_name(expected):
        raise AccountOfAnother(account=account.shown, name=expected)
    if person.state is not PersonState.ACTIVE:
        raise AccountDisabled(name=person.name)


def desk_of(place: Workplace) -> AccountDesk:
    """Raises `NoProvider` where nobody can come in that way (a copy)."""
    if place.accounts is None:
        raise NoProvider
    return place.accounts


def _check_secret(secret: str) -> None:
    """What RFC 6749 lets be one, or none. Raises `WrongUse`."""
    if not secret.isascii() or not secret.isprintable():
        raise WrongUse(detail="a client secret has printable ASCII signs only")


def _provider(unit: UnitOfWork) -> Provider:
    provider = unit.people.provider()
    if provider is None:
        raise NoProvider
    return provider


def _at(unit: UnitOfWork, person: Person, issuer: str) -> Sequence[Identity]:
    return [each for each in unit.people.identities(person.id) if each.issuer == issuer]


def _link(unit: UnitOfWork, person: Person, identity: Identity, *, by: str) -> None:
    unit.record(AccountLinked(person_id=person.id, issuer=identity.issuer, subject=identity.subject, by=by))
