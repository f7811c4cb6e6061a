"""Many events at once: the commonest kinds are gathered and written with one statement a table.

The result is that of applying them one by one; a test holds both against each other. What is gathered only adds rows,
or sets columns that nothing else gathered sets, so it may be written table by table; what is asked of the tables is
asked for all events together. Every other event is applied in its place, after what was gathered before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from muni_archive.domain.events import (
    BatchOpened,
    DocumentCreated,
    DocumentRevised,
    Event,
    FeedCounted,
    FieldDecided,
    PageCaptured,
    PageExamined,
    PageRead,
    RenditionMade,
    SignedIn,
    SignedOut,
    SignInFailed,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.many import insert_rows, update_rows
from muni_archive.store.projection.audit import QUIET, entrance_row
from muni_archive.store.projection.capture import batch_row, page_row
from muni_archive.store.projection.description import (
    Current,
    current_versions,
    decision_row,
    document_row,
    serial_row,
    version_row,
)
from muni_archive.store.projection.forgotten import Forgotten
from muni_archive.store.projection.reading import reading_row, rendition_row
from muni_archive.store.tables import (
    batches,
    decisions,
    documents,
    entrances,
    pages,
    readings,
    renditions,
    serials,
    versions,
)

Apply = Callable[[Connection, Event, JournalEntry], None]
_INSERTED = (batches, pages, readings, decisions, renditions, documents, serials, versions, entrances)
"""In the order of writing."""
_EXAMINED, _READ, _PLACED, _REVISED = "examined", "read", "placed", "revised"


class BulkWriter:
    """Writes a list of events. `apply` writes a single one."""

    def __init__(self, connection: Connection, apply: Apply) -> None:
        self._connection, self._apply = connection, apply
        self._rows: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
        self._fed: defaultdict[str, int] = defaultdict(int)
        self._last: dict[str, int] = {}
        """By batch, the last page's position."""
        self._current: dict[str, Current | None] = {}
        """By document, its current version."""

    def add_all(self, events: Sequence[tuple[Event, JournalEntry]], forgotten: Forgotten) -> None:
        for at, (event, entry) in enumerate(events):
            if forgotten.covers(event):
                continue
            if not self._gather(event, entry, events[at:]):
                self._write()
                self._last.clear()
                self._current.clear()
                self._apply(self._connection, event, entry)
                forgotten.learn(event)
        self._write()

    def _gather(self, event: Event, entry: JournalEntry, following: Sequence[tuple[Event, JournalEntry]]) -> bool:
        """Take the event, if it is of a kind and in a place where it can be written with others."""
        match event:
            case PageCaptured():
                return self._captured(event, entry, following)
            case PageExamined():
                self._set(_EXAMINED, event.page_id, **_said(event, "state", "fingerprint", "separator", "note"))
            case PageRead():
                self._rows[readings].append(reading_row(event, entry))
                self._set(_READ, event.page_id, read=True, **_said(event, "unreadable", "confidence", "doubtful"))
            case FeedCounted():
                self._fed[event.batch_id] += event.pages
            case BatchOpened():
                self._rows[batches].append(batch_row(event, entry))
                self._last[event.batch_id] = -1
            case DocumentCreated():
                return self._created(event, entry, following)
            case DocumentRevised():
                return self._revised(event, entry, following)
            case FieldDecided():
                self._rows[decisions].append(decision_row(event, entry))
            case RenditionMade():
                self._rows[renditions].append(rendition_row(event, entry))
            case SignedIn() | SignInFailed() | SignedOut():
                self._rows[entrances].append(entrance_row(event, entry))
            case _:
                return isinstance(event, QUIET)
        return True

    def _captured(
        self, event: PageCaptured, entry: JournalEntry, following: Sequence[tuple[Event, JournalEntry]]
    ) -> bool:
        """A page at the end of its batch; in between others, those behind it must move."""
        if event.batch_id not in self._last:
            self._last |= self._positions({e.batch_id for e, _ in following if isinstance(e, PageCaptured)})
        if event.position != self._last[event.batch_id] + 1:
            return False
        self._last[event.batch_id] = event.position
        self._rows[pages].append(page_row(event, entry))
        self._fed[event.batch_id] += 1
        return True

    def _created(
        self, event: DocumentCreated, entry: JournalEntry, following: Sequence[tuple[Event, JournalEntry]]
    ) -> bool:
        """A document that nobody has spoken of before."""
        if self._known(event.document_id, following) is not None:
            return False
        self._rows[documents].append(document_row(event, entry))
        self._rows[serials].append(serial_row(event, entry))
        self._rows[versions].append(version_row(event, made_by=entry.id, at=entry.at, by=entry.actor, version=1))
        self._current[event.document_id] = Current(version=1, entry=entry.id, page_ids=event.page_ids, registered=False)
        for number, page_id in enumerate(event.page_ids, start=1):
            self._set(_PLACED, page_id, document_id=event.document_id, number=number)
        return True

    def _revised(
        self, event: DocumentRevised, entry: JournalEntry, following: Sequence[tuple[Event, JournalEntry]]
    ) -> bool:
        """A revision of the current version that leaves the pages where they are."""
        current = self._known(event.document_id, following)
        if current is None or event.base not in ("", current.entry) or event.page_ids != current.page_ids:
            return False
        version = current.version + 1
        self._rows[versions].append(version_row(event, made_by=entry.id, at=entry.at, by=entry.actor, version=version))
        self._set(_REVISED, event.document_id, version=version, registered=event.registered)
        self._current[event.document_id] = Current(
            version=version, entry=entry.id, page_ids=current.page_ids, registered=event.registered
        )
        return True

    def _known(self, document_id: str, following: Sequence[tuple[Event, JournalEntry]]) -> Current | None:
        """The document's current version; asked for once for all documents that the events speak of."""
        if document_id not in self._current:
            spoken = {e.document_id for e, _ in following if isinstance(e, DocumentCreated | DocumentRevised)}
            wanted = spoken - set(self._current)
            self._current |= dict.fromkeys(wanted) | current_versions(self._connection, wanted)
        return self._current[document_id]

    def _set(self, kind: str, key: str, **values: object) -> None:
        self._rows[kind].append({"id": key, **values})

    def _write(self) -> None:
        """Write what is gathered."""
        for table in _INSERTED:
            insert_rows(self._connection, table, self._rows[table])
        if self._fed:
            more = [{"which": batch_id, "more": count} for batch_id, count in self._fed.items()]
            counted = update(batches).where(batches.c.id == bindparam("which"))
            self._connection.execute(counted.values(fed=batches.c.fed + bindparam("more")), more)
        for kind in (_EXAMINED, _READ, _PLACED):
            update_rows(self._connection, pages, self._rows[kind])
        update_rows(self._connection, documents, self._rows[_REVISED])
        self._rows.clear()
        self._fed.clear()

    def _positions(self, batch_ids: set[str]) -> dict[str, int]:
        query = select(pages.c.batch_id, func.max(pages.c.position)).where(pages.c.batch_id.in_(sorted(batch_ids)))
        known = {row[0]: row[1] for row in self._connection.execute(query.group_by(pages.c.batch_id))}
        waiting: dict[str, int] = {}
        for row in self._rows[pages]:
            waiting[row["batch_id"]] = max(waiting.get(row["batch_id"], -1), row["position"])
        return {batch_id: max(known.get(batch_id, -1), waiting.get(batch_id, -1)) for batch_id in batch_ids}


def _said(event: Event, *names: str) -> dict[str, object]:
    return {name: getattr(event, name) for name in names}
