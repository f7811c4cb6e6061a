"""Events of description: files, documents and their versions, decisions about fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from muni_archive.domain.events import DocumentCreated, DocumentRevised, FieldDecided, FileOpened
from muni_archive.domain.journal import JournalEntry, canonical_json
from muni_archive.store.tables import decisions, documents, files, pages, serials, versions


def _file_opened(connection: Connection, event: FileOpened, entry: JournalEntry) -> None:
    connection.execute(
        insert(files).values(
            id=event.file_id,
            reference=event.reference,
            record_class=event.record_class,
            department=event.department,
            opened_at=entry.at,
        )
    )


def _document_created(connection: Connection, event: DocumentCreated, entry: JournalEntry) -> None:
    connection.execute(
        insert(documents).values(
            id=event.document_id,
            number=event.number,
            version=1,
            registered=False,
            batch_id=event.batch_id,
            created_at=entry.at,
        )
    )
    connection.execute(insert(serials).values(year=event.year, serial=event.serial, document_id=event.document_id))
    _version(connection, event, entry, version=1, date=None, registered=False)


def _document_revised(connection: Connection, event: DocumentRevised, entry: JournalEntry) -> None:
    connection.execute(
        update(documents)
        .where(documents.c.id == event.document_id)
        .values(version=event.version, registered=event.registered)
    )
    _version(connection, event, entry, version=event.version, date=event.date, registered=event.registered)


def _field_decided(connection: Connection, event: FieldDecided, entry: JournalEntry) -> None:
    box = event.box
    connection.execute(
        insert(decisions).values(
            sequence=entry.sequence,
            document_id=event.document_id,
            field=event.field,
            proposed=event.proposed,
            decided=event.decided,
            page_id=event.page_id,
            box=canonical_json([box.x, box.y, box.width, box.height]) if box else None,
            decided_at=entry.at,
            decided_by=entry.actor,
        )
    )


def _version(
    connection: Connection,
    event: DocumentCreated | DocumentRevised,
    entry: JournalEntry,
    *,
    version: int,
    date: str | None,
    registered: bool,
) -> None:
    connection.execute(
        insert(versions).values(
            document_id=event.document_id,
            version=version,
            record_class=event.record_class,
            department=event.department,
            title=event.title,
            file_reference=event.file_reference,
            date=date,
            metadata=canonical_json(dict(event.metadata)),
            page_ids=canonical_json(list(event.page_ids)),
            registered=registered,
            changed_at=entry.at,
            changed_by=entry.actor,
        )
    )
    _place_pages(connection, event.document_id, event.page_ids)


def _place_pages(connection: Connection, document_id: str, page_ids: Sequence[str]) -> None:
    """The document's pages are these, in this order, and no others."""
    connection.execute(update(pages).where(pages.c.document_id == document_id).values(document_id=None, number=None))
    if page_ids:
        connection.execute(
            update(pages)
            .where(pages.c.id == bindparam("which"))
            .values(document_id=document_id, number=bindparam("place")),
            [{"which": page_id, "place": at} for at, page_id in enumerate(page_ids, start=1)],
        )


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    FileOpened: _file_opened,
    DocumentCreated: _document_created,
    DocumentRevised: _document_revised,
    FieldDecided: _field_decided,
}
