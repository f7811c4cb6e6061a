"""Many events at once: the commonest kinds are gathered and written with one statement each.

The result is that of applying them one by one; a test holds both against each other. What is gathered touches
different columns or only adds rows, so it may be written kind by kind; every other event is applied in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from muni_archive.domain.events import Event, FeedCounted, PageCaptured, PageExamined, PageRead
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.projection.capture import page_row
from muni_archive.store.projection.reading import reading_row
from muni_archive.store.tables import batches, pages, readings

Apply = Any
_EXAMINED = ("state", "fingerprint", "separator", "note")
_READ = ("unreadable", "confidence", "doubtful")


class BulkWriter:
    """Gathers events and writes them; call `finish` at the end. `apply` writes a single one."""

    def __init__(self, connection: Connection, apply: Apply) -> None:
        self._connection, self._apply = connection, apply
        self._pages: list[dict[str, Any]] = []
        self._fed: defaultdict[str, int] = defaultdict(int)
        self._examined: list[dict[str, Any]] = []
        self._readings: list[dict[str, Any]] = []
        self._read: list[dict[str, Any]] = []
        self._last: dict[str, int] = {}
        """By batch, the last page's position."""

    def add(self, event: Event, entry: JournalEntry) -> None:
        """Take one event; it is written now or with those that follow."""
        if isinstance(event, PageCaptured) and event.position == self._end(event.batch_id) + 1:
            self._last[event.batch_id] = event.position
            self._pages.append(page_row(event, entry))
            self._fed[event.batch_id] += 1
        elif isinstance(event, PageExamined):
            self._examined.append(
                {"which": event.page_id, **{f"new_{name}": getattr(event, name) for name in _EXAMINED}}
            )
        elif isinstance(event, FeedCounted):
            self._fed[event.batch_id] += event.pages
        elif isinstance(event, PageRead):
            self._readings.append(reading_row(event, entry))
            self._read.append({"which": event.page_id, **{f"new_{name}": getattr(event, name) for name in _READ}})
        else:
            self.finish()
            self._last.clear()
            self._apply(self._connection, event, entry)

    def add_all(self, events: Iterable[tuple[Event, JournalEntry]]) -> None:
        for event, entry in events:
            self.add(event, entry)
        self.finish()

    def finish(self) -> None:
        """Write what is gathered."""
        if self._pages:
            self._connection.execute(insert(pages), self._pages)
        if self._fed:
            more = [{"which": batch_id, "more": count} for batch_id, count in self._fed.items()]
            counted = update(batches).where(batches.c.id == bindparam("which"))
            self._connection.execute(counted.values(fed=batches.c.fed + bindparam("more")), more)
        self._update_pages(_EXAMINED, self._examined)
        if self._readings:
            self._connection.execute(insert(readings), self._readings)
        self._update_pages((*_READ,), self._read, read=True)
        for gathered in (self._pages, self._fed, self._examined, self._readings, self._read):
            gathered.clear()

    def _update_pages(self, names: tuple[str, ...], rows: list[dict[str, Any]], **fixed: object) -> None:
        if rows:
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
            self._connection.execute(
                update(pages).where(pages.c.id == bindparam("which")).values(**values, **fixed), rows
            )

    def _end(self, batch_id: str) -> int:
        if batch_id not in self._last:
            query = select(func.max(pages.c.position)).where(pages.c.batch_id == batch_id)
            last = self._connection.execute(query).scalar()
            self._last[batch_id] = -1 if last is None else last
        return self._last[batch_id]
