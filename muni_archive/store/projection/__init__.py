"""How each event changes the tables: the only code that writes them, live and in replay alike."""

from __future__ import annotations

from sqlalchemy import Connection

from muni_archive.domain.events import Event
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.projection import capture, description, reading

_APPLY = {**capture.APPLY, **description.APPLY, **reading.APPLY}


def apply(connection: Connection, event: Event, entry: JournalEntry) -> None:
    """Change the tables as the event says; `entry` tells who, when and in which place."""
    _APPLY[type(event)](connection, event, entry)
