"""Where in the archive a file belongs, for whoever must find it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, select

from muni_archive.store.tables import documents, pages, readings, renditions

MOST = 5


def file_places(connection: Connection, sha: str) -> str:
    """` (page 2 of S1-2026-000001)`, as it goes behind a sentence in English; empty where nothing names the file."""
    names = [name for query, what in _queries(sha) for row in connection.execute(query) for name in _named(row, what)]
    return f" ({', '.join(names[:MOST])})" if names else ""


def _queries(sha: str) -> Iterator[tuple[Select[Any], str]]:
    numbered = select(pages.c.id, pages.c.number, pages.c.state, documents.c.number.label("document"))
    placed = pages.outerjoin(documents, documents.c.id == pages.c.document_id)
    yield numbered.select_from(placed).where(pages.c.blob == sha).order_by(pages.c.id).limit(MOST), "page"
    read = placed.join(readings, readings.c.page_id == pages.c.id)
    query = numbered.select_from(read).where(readings.c.reading == sha).order_by(readings.c.sequence)
    yield query.limit(MOST), "reading of page"
    made = renditions.join(documents, documents.c.id == renditions.c.document_id)
    copies = select(documents.c.number.label("document")).select_from(made).where(renditions.c.blob == sha)
    yield copies.order_by(renditions.c.sequence).limit(MOST), "copy"


def _named(row: Any, what: str) -> Iterator[str]:
    if what == "copy":
        yield f"copy of {row.document}"
    elif row.document:
        yield f"{what} {row.number} of {row.document}"
    else:
        yield f"{what} {row.id}, {row.state}, in no document"
