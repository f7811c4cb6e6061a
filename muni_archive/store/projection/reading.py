"""Events of reading and of copies made from the masters."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from muni_archive.domain.events import PageRead, RenditionMade, WordReviewed
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.tables import pages, readings, renditions, word_reviews


def reading_row(event: PageRead, entry: JournalEntry) -> dict[str, object]:
    """The row of a reading."""
    names = ("page_id", "reading", "engine", "confidence", "unreadable", "note")
    return {"sequence": entry.sequence, **{name: getattr(event, name) for name in names}}


def _page_read(connection: Connection, event: PageRead, entry: JournalEntry) -> None:
    connection.execute(insert(readings).values(reading_row(event, entry)))
    connection.execute(
        update(pages)
        .where(pages.c.id == event.page_id)
        .values(read=True, unreadable=event.unreadable, confidence=event.confidence, doubtful=event.doubtful)
    )


def _word_reviewed(connection: Connection, event: WordReviewed, entry: JournalEntry) -> None:
    """A word that is looked at twice was waiting once; one of an earlier reading does not wait at all."""
    place = (
        (word_reviews.c.page_id == event.page_id) & (word_reviews.c.reading == event.reading)
        & (word_reviews.c.line == event.line) & (word_reviews.c.word == event.word)
    )  # fmt: skip
    known = connection.execute(select(func.count()).select_from(word_reviews).where(place)).scalar_one()
    latest = connection.execute(
        select(readings.c.reading).where(readings.c.page_id == event.page_id).order_by(readings.c.sequence.desc())
    ).scalar()
    values = {name: getattr(event, name) for name in ("page_id", "reading", "line", "word", "read", "decided")}
    connection.execute(
        insert(word_reviews).values(
            **values, sequence=entry.sequence, box=json.dumps(astuple(event.box)),
            decided_at=entry.at, decided_by=entry.actor,
        )
    )  # fmt: skip
    if not known and latest == event.reading:
        waiting = (pages.c.id == event.page_id) & (pages.c.doubtful > 0)
        connection.execute(update(pages).where(waiting).values(doubtful=pages.c.doubtful - 1))


def rendition_row(event: RenditionMade, entry: JournalEntry) -> dict[str, object]:
    """The row of a copy."""
    names = ("document_id", "version", "blob", "made_with", "problem")
    said = {name: getattr(event, name) for name in names}
    return {"sequence": entry.sequence, "kind": event.rendition, "made_at": entry.at, **said}


def _rendition_made(connection: Connection, event: RenditionMade, entry: JournalEntry) -> None:
    connection.execute(insert(renditions).values(rendition_row(event, entry)))


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    PageRead: _page_read,
    WordReviewed: _word_reviewed,
    RenditionMade: _rendition_made,
}
