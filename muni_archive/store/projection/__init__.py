"""How each event changes the tables: the only code that writes them, live and in replay alike."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from muni_archive.domain.events import Event
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.projection import (
    accounts,
    again,
    audit,
    capture,
    cases,
    description,
    early,
    levels,
    marking,
    organisation,
    reading,
    retention,
    together,
)
from muni_archive.store.projection.bulk import BulkWriter
from muni_archive.store.projection.forgotten import Forgotten

_APPLY = {
    **capture.APPLY,
    **description.APPLY,
    **reading.APPLY,
    **together.APPLY,
    **organisation.APPLY,
    **cases.APPLY,
    **audit.APPLY,
    **retention.APPLY,
    **marking.APPLY,
    **accounts.APPLY,
    **levels.APPLY,
}


def apply(connection: Connection, event: Event, entry: JournalEntry) -> None:
    """Change the tables as the event says; `entry` tells who, when and in which place.

    What speaks of a destroyed document changes nothing: any entry may arrive late.
    """
    if not Forgotten(connection, (event,)).covers(event):
        _apply(connection, event, entry)


def apply_all(connection: Connection, events: Sequence[tuple[Event, JournalEntry]]) -> None:
    """Apply many in their order, much faster than one by one and with the same result."""
    BulkWriter(connection, _apply).add_all(events, Forgotten(connection, [event for event, _ in events]))


def apply_again(connection: Connection, events: Sequence[tuple[Event, JournalEntry]]) -> None:
    """Apply the history of a document that came into sight, whatever was known of it."""
    again.tell_again(connection, events, apply)


def _apply(connection: Connection, event: Event, entry: JournalEntry) -> None:
    early.remember(connection, event, entry)
    _APPLY[type(event)](connection, event, entry)
    for end, ending in early.ends_of(connection, event, entry):
        _APPLY[type(end)](connection, end, ending)
