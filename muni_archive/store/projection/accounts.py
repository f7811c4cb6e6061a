"""Events of the municipality's sign-in service, and of whose its accounts are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select

from muni_archive.domain.events import AccountLinked, AccountUnlinked, ProviderRemoved, ProviderSet
from muni_archive.domain.journal import JournalEntry, canonical_json
from muni_archive.store.projection.origin import own_word
from muni_archive.store.tables import accounts, providers


def _provider_set(connection: Connection, event: ProviderSet, _entry: JournalEntry) -> None:
    connection.execute(delete(providers))
    connection.execute(
        insert(providers).values(
            issuer=event.issuer, client_id=event.client_id, claim=event.claim,
            scopes=canonical_json(list(event.scopes)),
        )
    )  # fmt: skip


def _provider_removed(connection: Connection, _event: ProviderRemoved, _entry: JournalEntry) -> None:
    connection.execute(delete(providers))


def _account_linked(connection: Connection, event: AccountLinked, entry: JournalEntry) -> None:
    """An account that is somebody's stays theirs until the link is ended."""
    if connection.execute(select(exists().where(_of(event)))).scalar():
        return
    connection.execute(
        insert(accounts).values(
            issuer=event.issuer, subject=event.subject, person_id=event.person_id, linked_at=entry.at
        )
    )


def _account_unlinked(connection: Connection, event: AccountUnlinked, _entry: JournalEntry) -> None:
    connection.execute(delete(accounts).where(_of(event), accounts.c.person_id == event.person_id))


def _of(event: AccountLinked | AccountUnlinked) -> ColumnElement[bool]:
    return (accounts.c.issuer == event.issuer) & (accounts.c.subject == event.subject)


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    ProviderSet: own_word(_provider_set),
    ProviderRemoved: own_word(_provider_removed),
    AccountLinked: own_word(_account_linked),
    AccountUnlinked: own_word(_account_unlinked),
}
