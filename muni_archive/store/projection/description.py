"""Events of description: files, documents and their versions, decisions about fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, insert, select, update

from muni_archive.domain.events import (
    ConflictResolved,
    DocumentCreated,
    DocumentRevised,
    FieldDecided,
    FileOpened,
    Revision,
    RevisionMerged,
    VersionReceived,
)
from muni_archive.domain.journal import JournalEntry, canonical_json
from muni_archive.store.tables import conflicts, decisions, documents, files, pages, serials, versions


def _file_opened(connection: Connection, event: FileOpened, entry: JournalEntry) -> None:
    """Two stations that opened a file under one reference, each by itself, mean one file: the first counts."""
    if connection.execute(select(exists().where(files.c.reference == event.reference))).scalar():
        return
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
    """A centre that was put back in time may hear of somebody's revision first: that one stays the latest."""
    query = select(versions).where(versions.c.document_id == event.document_id)
    later = connection.execute(query.order_by(versions.c.version.desc()).limit(1)).first()
    connection.execute(
        insert(documents).values(
            id=event.document_id,
            number=event.number,
            version=later.version if later else 1,
            registered=later.registered if later else False,
            batch_id=event.batch_id,
            created_at=entry.at,
        )
    )
    connection.execute(
        insert(serials).values(
            station=entry.station, year=event.year, serial=event.serial, document_id=event.document_id
        )
    )
    _version(connection, event, made_by=entry.id, at=entry.at, by=entry.actor, version=1)
    if later:
        _place_pages(connection, event.document_id, json.loads(later.page_ids))


def _document_revised(connection: Connection, event: DocumentRevised, entry: JournalEntry) -> None:
    """A revision of a version that stands no more changes nothing by itself: the centre says what becomes of it."""
    current = _current(connection, event.document_id)
    if current is None:
        _revise(connection, event, made_by=entry.id, at=entry.at, by=entry.actor, version=event.version)
    elif event.base in ("", current.entry):
        _revise(connection, event, made_by=entry.id, at=entry.at, by=entry.actor, version=current.version + 1)


def _revision_merged(connection: Connection, event: RevisionMerged, entry: JournalEntry) -> None:
    current = _current(connection, event.document_id)
    version = current.version + 1 if current else event.version
    _revise(connection, event, made_by=entry.id, at=entry.at, by=entry.actor, version=version)


def _version_received(connection: Connection, event: VersionReceived, _entry: JournalEntry) -> None:
    """News for the station that wrote it; who has the version already learns nothing."""
    current = _current(connection, event.document_id)
    if current is None or connection.execute(select(exists().where(versions.c.entry == event.entry))).scalar():
        return
    if event.base not in ("", current.entry):
        return  # only at a centre that lost the version in a restore: it says what becomes of it
    at, by = event.changed_at, event.changed_by
    _revise(connection, event, made_by=event.entry, at=at, by=by, version=current.version + 1)


def _conflict_resolved(connection: Connection, event: ConflictResolved, entry: JournalEntry) -> None:
    """The first decision counts; a later one changes nothing by itself."""
    waiting = (conflicts.c.id == event.conflict_id) & conflicts.c.resolution.is_(None)
    known = connection.execute(select(exists().where(conflicts.c.id == event.conflict_id))).scalar()
    resolved = connection.execute(
        update(conflicts).where(waiting).values(resolution=entry.id, resolved_at=entry.at, resolved_by=entry.actor)
    )
    current = _current(connection, event.document_id)
    if known and not resolved.rowcount:
        return
    if current is None or event.base == current.entry:
        version = event.version if current is None else current.version + 1
        _revise(connection, event, made_by=entry.id, at=entry.at, by=entry.actor, version=version)


def _current(connection: Connection, document_id: str) -> Row[int, str] | None:
    """Number and maker of the latest version."""
    query = select(versions.c.version, versions.c.entry).where(versions.c.document_id == document_id)
    return connection.execute(query.order_by(versions.c.version.desc()).limit(1)).first()


def _revise(connection: Connection, event: Revision, *, made_by: str, at: str, by: str, version: int) -> None:
    connection.execute(
        update(documents)
        .where(documents.c.id == event.document_id)
        .values(version=version, registered=event.registered)
    )
    _version(connection, event, made_by=made_by, at=at, by=by, version=version)


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
    connection: Connection, event: DocumentCreated | Revision, *, made_by: str, at: str, by: str, version: int
) -> None:
    """Keep the version under the id of the entry that made it, and put its pages in their places."""
    connection.execute(
        insert(versions).values(
            document_id=event.document_id,
            version=version,
            record_class=event.record_class,
            department=event.department,
            title=event.title,
            file_reference=event.file_reference,
            date=getattr(event, "date", None),
            metadata=canonical_json(dict(event.metadata)),
            page_ids=canonical_json(list(event.page_ids)),
            registered=getattr(event, "registered", False),
            changed_at=at,
            changed_by=by,
            entry=made_by,
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
    RevisionMerged: _revision_merged,
    VersionReceived: _version_received,
    ConflictResolved: _conflict_resolved,
    FieldDecided: _field_decided,
}
