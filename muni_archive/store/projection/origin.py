"""Whose word counts about people and units: that of the archive whose journal it is, and nobody else's in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from muni_archive.domain.journal import JournalEntry
from muni_archive.store.tables import archive

Apply = Callable[[Connection, Any, JournalEntry], None]


def own_word(apply: Apply) -> Apply:
    """Apply the event only where this archive said it.

    A station has people of its own until it joins a centre. The centre takes its journal as it is, and so do copies of
    the centre's; but nobody becomes an administrator there because a station says so.
    """

    def applied(connection: Connection, event: Any, entry: JournalEntry) -> None:
        if is_own(connection, entry):
            apply(connection, event, entry)

    return applied


def is_own(connection: Connection, entry: JournalEntry) -> bool:
    """Whether this archive said it."""
    first = select(archive.c.station).order_by(archive.c.sequence).limit(1)
    return connection.execute(first).scalar() == entry.station
