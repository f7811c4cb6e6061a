"""What people looked at, asked for and took out, and the archive's own signatures: the journal alone keeps them."""

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

QUIET: tuple[type[Event], ...] = (
    DocumentSeen, PagesSearched, DocumentPrinted, DocumentExported, DataExported, SignedIn, SignInFailed, SignedOut,
    CheckpointSigned,
)  # fmt: skip
"""Events that change no table."""


def _nothing(_connection: Connection, _event: Event, _entry: JournalEntry) -> None:
    """The entry itself is all that there is to know; `store/audit.py` reads it."""


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = dict.fromkeys(QUIET, _nothing)
