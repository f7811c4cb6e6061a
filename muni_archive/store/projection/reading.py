"""Events of reading and of copies made from the masters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, update

from muni_archive.domain.events import PageRead, RenditionMade
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.tables import pages, readings, renditions


def _page_read(connection: Connection, event: PageRead, entry: JournalEntry) -> None:
    connection.execute(
        insert(readings).values(
            sequence=entry.sequence,
            page_id=event.page_id,
            reading=event.reading,
            engine=event.engine,
            confidence=event.confidence,
            unreadable=event.unreadable,
            note=event.note,
        )
    )
    connection.execute(
        update(pages)
        .where(pages.c.id == event.page_id)
        .values(read=True, unreadable=event.unreadable, confidence=event.confidence)
    )


def _rendition_made(connection: Connection, event: RenditionMade, entry: JournalEntry) -> None:
    connection.execute(
        insert(renditions).values(
            sequence=entry.sequence,
            document_id=event.document_id,
            kind=event.rendition,
            version=event.version,
            blob=event.blob,
            made_with=event.made_with,
            made_at=entry.at,
            problem=event.problem,
        )
    )


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    PageRead: _page_read,
    RenditionMade: _rendition_made,
}
