"""Events of capture: batches, and pages coming in, being looked at, set aside, turned and ordered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from muni_archive.domain.events import (
    ArchiveCreated,
    BatchClosed,
    BatchOpened,
    FeedCounted,
    PageCaptured,
    PageExamined,
    PageRotated,
    PagesOrdered,
    PageStateChanged,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.tables import archive, batches, pages


def _archive_created(connection: Connection, event: ArchiveCreated, entry: JournalEntry) -> None:
    connection.execute(
        insert(archive).values(
            archive_id=event.archive_id, station=event.station, created_at=entry.at, sequence=entry.sequence
        )
    )


def _batch_opened(connection: Connection, event: BatchOpened, entry: JournalEntry) -> None:
    connection.execute(insert(batches).values(batch_row(event, entry)))


def _page_captured(connection: Connection, event: PageCaptured, entry: JournalEntry) -> None:
    """The page counts as fed in the same breath: a kill cannot come between."""
    same_batch = pages.c.batch_id == event.batch_id
    connection.execute(
        update(pages).where(same_batch, pages.c.position >= event.position).values(position=pages.c.position + 1)
    )
    connection.execute(insert(pages).values(page_row(event, entry)))
    _fed(connection, event.batch_id, 1)


def batch_row(event: BatchOpened, entry: JournalEntry) -> dict[str, object]:
    """The row of a batch that has just been opened."""
    names = ("device", "profile", "record_class", "file_reference")
    said = {name: getattr(event, name) for name in names}
    opened = {"state": "open", "opened_at": entry.at, "opened_by": entry.actor, "fed": 0}
    return {"id": event.batch_id, **said, **opened}


def page_row(event: PageCaptured, entry: JournalEntry) -> dict[str, object]:
    """The row of a page that has just come."""
    return {
        "id": event.page_id,
        "batch_id": event.batch_id,
        "position": event.position,
        "blob": event.blob,
        "media_type": event.media_type,
        "width": event.width,
        "height": event.height,
        "dpi": event.dpi,
        "state": event.state,
        "captured_at": entry.at,
        "side": event.side,
        "rotation": 0,
        "fingerprint": event.fingerprint,
        "origin": event.origin,
        "separator": event.separator,
        "note": event.note,
        "read": False,
        "unreadable": False,
        "doubtful": 0,
    }


def _page_examined(connection: Connection, event: PageExamined, _entry: JournalEntry) -> None:
    _page(
        connection,
        event.page_id,
        state=event.state,
        fingerprint=event.fingerprint,
        separator=event.separator,
        note=event.note,
    )


def _feed_counted(connection: Connection, event: FeedCounted, _entry: JournalEntry) -> None:
    _fed(connection, event.batch_id, event.pages)


def _page_state_changed(connection: Connection, event: PageStateChanged, _entry: JournalEntry) -> None:
    _page(connection, event.page_id, state=event.state, note=event.note)


def _page_rotated(connection: Connection, event: PageRotated, _entry: JournalEntry) -> None:
    _page(connection, event.page_id, rotation=event.rotation)


def _pages_ordered(connection: Connection, event: PagesOrdered, _entry: JournalEntry) -> None:
    if event.page_ids:
        connection.execute(
            update(pages).where(pages.c.id == bindparam("which")).values(position=bindparam("at")),
            [{"which": page_id, "at": at} for at, page_id in enumerate(event.page_ids)],
        )


def _batch_closed(connection: Connection, event: BatchClosed, entry: JournalEntry) -> None:
    connection.execute(update(batches).where(batches.c.id == event.batch_id).values(state="closed", closed_at=entry.at))


def _page(connection: Connection, page_id: str, **values: object) -> None:
    connection.execute(update(pages).where(pages.c.id == page_id).values(**values))


def _fed(connection: Connection, batch_id: str, count: int) -> None:
    connection.execute(update(batches).where(batches.c.id == batch_id).values(fed=batches.c.fed + count))


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    ArchiveCreated: _archive_created,
    BatchOpened: _batch_opened,
    PageCaptured: _page_captured,
    PageExamined: _page_examined,
    FeedCounted: _feed_counted,
    PageStateChanged: _page_state_changed,
    PageRotated: _page_rotated,
    PagesOrdered: _pages_ordered,
    BatchClosed: _batch_closed,
}
