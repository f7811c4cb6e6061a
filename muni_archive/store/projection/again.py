"""Documents that leave the sight of a station of some departments, and come into it, in its copy of the centre.

A document that leaves is forgotten. One that comes is told again from its beginning; a page that another document took
later than this one stays there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, select, update

from muni_archive.domain.events import Event, MarkAdded, MarkChanged, MarkRemoved, WordReviewed
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.tables import (
    conflicts,
    decisions,
    document_levels,
    documents,
    journal,
    marks,
    pages,
    received_versions,
    redactions,
    renditions,
    serials,
    versions,
    word_reviews,
)

Apply = Callable[[Connection, Event, JournalEntry], None]
AT_ONCE = 500
_OF_DOCUMENT = (versions, serials, decisions, renditions, conflicts, received_versions, redactions, document_levels)
_OF_MARKS = (MarkAdded, MarkChanged, MarkRemoved)


def forget_document(connection: Connection, document_id: str) -> None:
    """As if it had never been told; its pages are in no document."""
    connection.execute(update(pages).where(pages.c.document_id == document_id).values(document_id=None, number=None))
    connection.execute(delete(documents).where(documents.c.id == document_id))
    for table in _OF_DOCUMENT:
        connection.execute(delete(table).where(table.c.document_id == document_id))


def tell_again(connection: Connection, told: Sequence[tuple[Event, JournalEntry]], apply: Apply) -> None:
    """Forget the documents that these entries speak of, and apply what they say in its order."""
    spoken = {said for event, _ in told if (said := getattr(event, "document_id", ""))}
    for document_id in spoken:
        forget_document(connection, document_id)
    marked = sorted({event.page_id for event, _ in told if isinstance(event, _OF_MARKS)})
    for at in range(0, len(marked), AT_ONCE):  # all that was ever done to their marks is told again
        connection.execute(delete(marks).where(marks.c.page_id.in_(marked[at : at + AT_ONCE])))
    held = _held(connection, {page_id for event, _ in told for page_id in getattr(event, "page_ids", ())})
    for event, entry in told:
        if not (isinstance(event, WordReviewed) and _reviewed(connection, entry)):
            apply(connection, event, entry)
    if held:
        _give_back(connection, held, spoken)


def _held(connection: Connection, page_ids: Collection[str]) -> Sequence[Row[Any]]:
    """Those of the pages that are in a document."""
    query = select(pages.c.id, pages.c.document_id, pages.c.number)
    ids, found = sorted(page_ids), list[Row[Any]]()
    for at in range(0, len(ids), AT_ONCE):
        placed = pages.c.id.in_(ids[at : at + AT_ONCE]) & pages.c.document_id.is_not(None)
        found += connection.execute(query.where(placed))
    return found


def _give_back(connection: Connection, held: Sequence[Row[Any]], spoken: Collection[str]) -> None:
    """Pages go to who took them last, in the order of the central journal."""
    taken = dict[str, int]()
    for document_id in spoken:
        taken |= _taken(connection, document_id)
    others = {row.document_id: _taken(connection, row.document_id) for row in held}
    later = [row for row in held if others[row.document_id].get(row.id, 0) > taken.get(row.id, 0)]
    if later:
        connection.execute(
            update(pages)
            .where(pages.c.id == bindparam("which"))
            .values(document_id=bindparam("holder"), number=bindparam("place")),
            [{"which": row.id, "holder": row.document_id, "place": row.number} for row in later],
        )


def _taken(connection: Connection, document_id: str) -> dict[str, int]:
    """By page, the entry with which the document took it last: a version that says the same list takes none."""
    told = select(received_versions.c.told_by).where(
        received_versions.c.document_id == document_id, received_versions.c.entry == versions.c.entry
    )
    made_by = func.coalesce(
        select(journal.c.sequence).where(journal.c.id == versions.c.entry).scalar_subquery(),
        select(journal.c.sequence).where(journal.c.id == told.scalar_subquery()).scalar_subquery(),
        0,
    )
    query = select(versions.c.page_ids, made_by.label("sequence")).where(versions.c.document_id == document_id)
    before, taken = "", dict[str, int]()
    for row in connection.execute(query.order_by(versions.c.version)):
        if row.page_ids != before:
            taken |= dict.fromkeys(json.loads(row.page_ids), row.sequence)
        before = row.page_ids
    return taken


def _reviewed(connection: Connection, entry: JournalEntry) -> bool:
    """Whether this look at a word was told in its place."""
    return bool(connection.execute(select(exists().where(word_reviews.c.sequence == entry.sequence))).scalar())
