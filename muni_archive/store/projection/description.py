"""Events of description: files, documents and their versions, decisions about fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, exists, func, insert, select, update

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
from muni_archive.store.tables import (
    conflicts,
    decisions,
    documents,
    files,
    pages,
    received_versions,
    serials,
    versions,
)

LARGEST_FIRST = 10**6
"""The largest version with which a document's versions begin: none has so many, and each revision adds one, up to what
tables keep.
"""


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


def document_row(event: DocumentCreated, entry: JournalEntry) -> dict[str, object]:
    """The row of a document that has just got its number."""
    return {
        "id": event.document_id,
        "number": event.number,
        "version": 1,
        "registered": False,
        "batch_id": event.batch_id,
        "created_at": entry.at,
    }


def serial_row(event: DocumentCreated, entry: JournalEntry) -> dict[str, object]:
    """The row of a number that was given."""
    given = {"year": event.year, "serial": event.serial, "document_id": event.document_id}
    return {"station": entry.station, **given}


def _document_created(connection: Connection, event: DocumentCreated, entry: JournalEntry) -> None:
    """A centre that was put back in time may hear of somebody's revision first: that one stays the latest."""
    later = _current(connection, event.document_id)
    row = document_row(event, entry) | ({"version": later.version, "registered": later.registered} if later else {})
    connection.execute(insert(documents).values(row))
    connection.execute(insert(serials).values(serial_row(event, entry)))
    _version(connection, event, made_by=entry.id, at=entry.at, by=entry.actor, version=1)
    _place_pages(connection, event.document_id, later.page_ids if later else event.page_ids)


def _document_revised(connection: Connection, event: DocumentRevised, entry: JournalEntry) -> None:
    """A revision of a version that stands no more changes nothing by itself: the centre says what becomes of it."""
    current = _current(connection, event.document_id)
    if current is None or event.base in ("", current.entry):
        version = _next(current, event.version)
        _revise(connection, event, current, made_by=entry.id, at=entry.at, by=entry.actor, version=version)


def _revision_merged(connection: Connection, event: RevisionMerged, entry: JournalEntry) -> None:
    current = _current(connection, event.document_id)
    version = _next(current, event.version)
    _revise(connection, event, current, made_by=entry.id, at=entry.at, by=entry.actor, version=version)


def _version_received(connection: Connection, event: VersionReceived, entry: JournalEntry) -> None:
    """News for the station that wrote it; who has the version already learns nothing."""
    told = {"document_id": event.document_id, "entry": event.entry}
    if not connection.execute(select(exists().where(*_same(received_versions, told)))).scalar():
        connection.execute(insert(received_versions).values(**told, told_by=entry.id))
    current = _current(connection, event.document_id)
    if current is None or connection.execute(select(exists().where(versions.c.entry == event.entry))).scalar():
        return
    if event.base not in ("", current.entry):
        return  # only at a centre that lost the version in a restore: it says what becomes of it
    at, by = event.changed_at, event.changed_by
    _revise(connection, event, current, made_by=event.entry, at=at, by=by, version=current.version + 1)


def _same(table: Table, values: Mapping[str, str]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in values.items()]


def _conflict_resolved(connection: Connection, event: ConflictResolved, entry: JournalEntry) -> None:
    """The first decision counts; a later one changes nothing by itself."""
    same = (conflicts.c.id == event.conflict_id) & (conflicts.c.document_id == event.document_id)
    waiting = same & conflicts.c.resolution.is_(None)
    known = connection.execute(select(exists().where(conflicts.c.id == event.conflict_id))).scalar()
    resolved = connection.execute(
        update(conflicts).where(waiting).values(resolution=entry.id, resolved_at=entry.at, resolved_by=entry.actor)
    )
    current = _current(connection, event.document_id)
    if known and not resolved.rowcount:
        return
    if current is None or event.base == current.entry:
        version = _next(current, event.version)
        _revise(connection, event, current, made_by=entry.id, at=entry.at, by=entry.actor, version=version)


@dataclass(frozen=True, kw_only=True)
class Current:
    """The latest version of a document: its number, the entry that made it, and its pages."""

    version: int
    entry: str
    page_ids: tuple[str, ...]
    registered: bool


def current_versions(connection: Connection, document_ids: Collection[str]) -> dict[str, Current]:
    """By id, of those that have versions."""
    latest = (
        select(versions.c.document_id, func.max(versions.c.version).label("version"))
        .where(versions.c.document_id.in_(sorted(document_ids)))
        .group_by(versions.c.document_id)
        .subquery()
    )
    query = select(
        versions.c.document_id, versions.c.version, versions.c.entry, versions.c.page_ids, versions.c.registered
    ).join(latest, (latest.c.document_id == versions.c.document_id) & (latest.c.version == versions.c.version))
    return {
        row.document_id: Current(
            version=row.version,
            entry=row.entry,
            page_ids=tuple(json.loads(row.page_ids)),
            registered=row.registered,
        )
        for row in connection.execute(query)
    }


def _next(current: Current | None, said: int) -> int:
    """The number of the version that follows; of the first that is heard of, where that is not the document's first, as
    it says itself.
    """
    return current.version + 1 if current else min(said, LARGEST_FIRST)


def _current(connection: Connection, document_id: str) -> Current | None:
    return current_versions(connection, (document_id,)).get(document_id)


def _revise(
    connection: Connection, event: Revision, current: Current | None, *, made_by: str, at: str, by: str, version: int
) -> None:
    """Add the version; pages move only when the revision says another list of them."""
    connection.execute(
        update(documents)
        .where(documents.c.id == event.document_id)
        .values(version=version, registered=event.registered)
    )
    _version(connection, event, made_by=made_by, at=at, by=by, version=version)
    if current is None or current.page_ids != event.page_ids:
        _place_pages(connection, event.document_id, event.page_ids)


def decision_row(event: FieldDecided, entry: JournalEntry) -> dict[str, object]:
    """The row of a decision."""
    box = event.box
    names = ("document_id", "field", "proposed", "decided", "page_id")
    said = {name: getattr(event, name) for name in names}
    place = canonical_json([box.x, box.y, box.width, box.height]) if box else None
    return {
        "sequence": entry.sequence, "box": place, "decided_at": entry.at, "decided_by": entry.actor, **said
    }  # fmt: skip


def _field_decided(connection: Connection, event: FieldDecided, entry: JournalEntry) -> None:
    connection.execute(insert(decisions).values(decision_row(event, entry)))


def version_row(
    event: DocumentCreated | Revision, *, made_by: str, at: str, by: str, version: int
) -> dict[str, object]:
    """The row of a version, under the id of the entry that made it."""
    return {
        "document_id": event.document_id,
        "version": version,
        "record_class": event.record_class,
        "department": event.department,
        "title": event.title,
        "file_reference": event.file_reference,
        "date": getattr(event, "date", None),
        "metadata": canonical_json(dict(event.metadata)),
        "page_ids": canonical_json(list(event.page_ids)),
        "registered": getattr(event, "registered", False),
        "changed_at": at,
        "changed_by": by,
        "entry": made_by,
    }


def _version(
    connection: Connection, event: DocumentCreated | Revision, *, made_by: str, at: str, by: str, version: int
) -> None:
    connection.execute(insert(versions).values(version_row(event, made_by=made_by, at=at, by=by, version=version)))


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
