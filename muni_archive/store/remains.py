"""What a document consists of, down to the last file: what goes with it, and what stays because others need it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, exists, or_, select, union

from muni_archive.retention_ports import Remains
from muni_archive.store.tables import (
    cases,
    conflicts,
    decisions,
    document_levels,
    documents,
    extensions,
    marks,
    pages,
    procedures,
    readings,
    received_versions,
    redactions,
    renditions,
    versions,
    word_reviews,
)

AT_ONCE = 500
OF_PAGE = (readings, word_reviews, marks)
OF_DOCUMENT = (versions, decisions, renditions, received_versions, conflicts, extensions, redactions, document_levels)
"""Tables that say something of a page or of a document, and go with it; beside `pages` and `documents` themselves."""


def remains_of(connection: Connection, document_id: str) -> Remains:
    """Pages in their order, then those that nobody else will ever show; files sorted, each once."""
    own = _own_pages(connection, document_id)
    batches = _of_pages(connection, own, "batch_id")
    page_ids = [*own, *_set_aside(connection, sorted(batches), set(own))]
    copies = select(renditions.c.blob).where(renditions.c.document_id == document_id, renditions.c.blob != "")
    files = set(connection.execute(copies).scalars()) | _of_pages(connection, page_ids, "blob")
    for some in _portions(page_ids):
        files |= set(connection.execute(select(readings.c.reading).where(readings.c.page_id.in_(some))).scalars())
    return Remains(page_ids=tuple(page_ids), files=tuple(sorted(files)))


def named_anywhere(connection: Connection, sha: str) -> bool:
    """Whether a page, a reading, a copy or a procedure is made of this file."""
    found = or_(
        exists().where(pages.c.blob == sha), exists().where(readings.c.reading == sha),
        exists().where(renditions.c.blob == sha), exists().where(procedures.c.version == sha),
        exists().where(cases.c.version == sha),
    )  # fmt: skip
    return bool(connection.execute(select(found)).scalar())


def spoken_of(connection: Connection, subjects: Collection[str]) -> frozenset[str]:
    """Those of these documents and pages, by id, of which any table says something."""
    columns = (
        documents.c.id, pages.c.id, *(table.c.document_id for table in OF_DOCUMENT),
        *(table.c.page_id for table in OF_PAGE),
    )  # fmt: skip
    found: set[str] = set()
    for some in _portions(sorted(subjects)):
        query = union(*(select(column).where(column.in_(some)) for column in columns))
        found |= set(connection.execute(query).scalars())
    return frozenset(found)


def _own_pages(connection: Connection, document_id: str) -> list[str]:
    """Of its present version, and of earlier ones what is in no document now: taken out, it is still its own."""
    present = select(pages.c.id).where(pages.c.document_id == document_id).order_by(pages.c.number)
    own = list(connection.execute(present).scalars())
    said = connection.execute(select(versions.c.page_ids).where(versions.c.document_id == document_id)).scalars()
    before = sorted({page_id for text in said for page_id in json.loads(text)} - set(own))
    for some in _portions(before):
        loose = select(pages.c.id).where(pages.c.id.in_(some), pages.c.document_id.is_(None)).order_by(pages.c.id)
        own += connection.execute(loose).scalars()
    return own


def _set_aside(connection: Connection, batch_ids: Sequence[str], own: set[str]) -> list[str]:
    """Pages set aside in batches of which no other document is left: a bad scan shows what a good one does."""
    found: list[str] = []
    for batch_id in batch_ids:
        query = select(pages.c.id, pages.c.document_id).where(pages.c.batch_id == batch_id).order_by(pages.c.position)
        others = [row for row in connection.execute(query) if row.id not in own]
        if all(row.document_id is None for row in others):
            found += [row.id for row in others]
    return found


def _of_pages(connection: Connection, page_ids: Sequence[str], column: str) -> set[str]:
    found: set[str] = set()
    for some in _portions(page_ids):
        found |= set(connection.execute(select(pages.c[column]).where(pages.c.id.in_(some))).scalars())
    return found


def _portions(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]
