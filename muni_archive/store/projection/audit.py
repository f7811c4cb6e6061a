"""What people looked at, asked for and took out, and the archive's own signatures: the journal alone keeps them.

Of sign-ins a table tells the name, because the author of their entries is whoever the system says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from muni_archive.domain.events import (
    CheckpointSigned,
    DataExported,
    DocumentExported,
    DocumentPrinted,
    DocumentSeen,
    Event,
    PagesSearched,
    SignedIn,
    SignedOut,
    SignInFailed,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.people import plain_name
from muni_archive.store.many import insert_rows
from muni_archive.store.tables import entrances

QUIET: tuple[type[Event], ...] = (
    DocumentSeen, PagesSearched, DocumentPrinted, DocumentExported, DataExported, CheckpointSigned,
)  # fmt: skip
"""Events that change no table."""
LONGEST_NAME, LONGEST_OUTCOME = 200, 20
"""Signs that are kept, as the columns are wide: other stations' entries may say anything."""


def entrance_row(event: SignedIn | SignInFailed | SignedOut, entry: JournalEntry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "name": event.name,
        "plain_name": compared_name(event.name),
        "outcome": _outcome(event)[:LONGEST_OUTCOME],
    }


def compared_name(name: str) -> str:
    """As the table keeps it."""
    return plain_name(name)[:LONGEST_NAME]


def _outcome(event: SignedIn | SignInFailed | SignedOut) -> str:
    match event:
        case SignedIn():
            return "in"
        case SignedOut():
            return "out"
        case _:
            return event.reason


def _nothing(_connection: Connection, _event: Event, _entry: JournalEntry) -> None:
    """The entry itself is all that there is to know; `store/audit.py` reads it."""


def _entrance(connection: Connection, event: SignedIn | SignInFailed | SignedOut, entry: JournalEntry) -> None:
    insert_rows(connection, entrances, [entrance_row(event, entry)])


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    **dict.fromkeys(QUIET, _nothing),
    **dict.fromkeys((SignedIn, SignInFailed, SignedOut), _entrance),
}
