"""How each event changes the tables: the only code that writes them, live and in replay alike."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from muni_archive.domain.events import Event
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.projection import capture, description, marking, reading, together
from muni_archive.store.projection.bulk import BulkWriter

_APPLY = {**capture.APPLY, **description.APPLY, **reading.APPLY, **together.APPLY, **marking.APPLY}


def apply(connection: Connection, event: Event, entry: JournalEntry) -> None:
    """Change the tables as the event says; `entry` tells who, when and in which place."""
    _APPLY[type(event)](connection, event, entry)


def apply_all(connection: Connection, events: Sequence[tuple[Event, JournalEntry]]) -> None:
    """Apply many in their order, much faster than one by one and with the same result."""
    BulkWriter(connection, apply).add_all(events)
