"""Events of access levels: which one a document has of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select, update

from muni_archive.domain.events import LevelReceived, LevelSet
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.permissions import AccessLevel
from muni_archive.store.projection.origin import is_own
from muni_archive.store.tables import document_levels


def _level_set(connection: Connection, event: LevelSet, entry: JournalEntry) -> None:
    """Whoever lowers a level must have seen the one that stands: of two that crossed, the stricter one stands."""
    if _is_known(connection, entry.id):
        return
    before = _standing(connection, event.document_id)
    known = before.entry if before else ""
    too_late = before is not None and event.base != known and _rank(event.level) < _rank(before.level)
    _add(connection, event, entry=entry.id, at=entry.at, by=entry.actor, stands=not too_late)


def _level_received(connection: Connection, event: LevelReceived, entry: JournalEntry) -> None:
    """News for the station that wrote it. The centre, which told it, knows better."""
    if is_own(connection, entry) and not _is_known(connection, event.entry):
        _add(connection, event, entry=event.entry, at=event.set_at, by=event.set_by, stands=True)


def _add(
    connection: Connection, event: LevelSet | LevelReceived, *, entry: str, at: str, by: str, stands: bool
) -> None:
    if stands:
        of_it = document_levels.c.document_id == event.document_id
        connection.execute(update(document_levels).where(of_it, document_levels.c.stands).values(stands=False))
    connection.execute(
        insert(document_levels).values(
            entry=entry, document_id=event.document_id, level=_known(event.level), reason=event.reason, set_at=at,
            set_by=by, stands=stands,
        )
    )  # fmt: skip


def _is_known(connection: Connection, entry: str) -> bool:
    return bool(connection.execute(select(exists().where(document_levels.c.entry == entry))).scalar())


def _standing(connection: Connection, document_id: str) -> Row[Any] | None:
    of_it = (document_levels.c.document_id == document_id) & document_levels.c.stands
    return connection.execute(select(document_levels).where(of_it)).first()


def _known(level: str) -> str:
    """A level that nobody knows is secret."""
    return AccessLevel.of(level).value if level else ""


def _rank(level: str) -> int:
    return AccessLevel.of(level).rank if level else -1


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    LevelSet: _level_set,
    LevelReceived: _level_received,
}
