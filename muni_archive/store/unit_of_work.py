"""One use case, one transaction."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from muni_archive.domain.events import Event
from muni_archive.domain.journal import JournalEntry
from muni_archive.ports import AuditReader, Clock, FiguresReader, Ids, Records
from muni_archive.store import journal
from muni_archive.store.audit import SqlAuditReader
from muni_archive.store.figures import SqlFiguresReader
from muni_archive.store.projection import apply
from muni_archive.store.records import SqlRecords
from muni_archive.store.transactions import begin_writing, end, foreign_errors_told


class SqlUnitOfWork:
    """Implements `ports.UnitOfWork`: reads take no lock, the first write takes the one write lock."""

    records: Records
    audit: AuditReader
    figures: FiguresReader

    def __init__(self, engine: Engine, *, actor: str, station: str, clock: Clock, ids: Ids) -> None:
        self._engine = engine
        self._actor, self._station = actor, station
        self._clock, self._ids = clock, ids
        self._writing = False

    def __enter__(self) -> Self:
        with foreign_errors_told():
            self._connection: Connection = self._engine.connect()
        self.records = SqlRecords(self._connection)
        self.audit = SqlAuditReader(self._connection, self._actor)
        self.figures = SqlFiguresReader(self._connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writing:
            self._end("ROLLBACK")
        self._connection.close()

    def lock(self) -> None:
        """Take the write lock, so that what is read from here on stays true until the commit."""
        if not self._writing:
            with foreign_errors_told():
                begin_writing(self._connection)
            self._writing = True

    def record(self, event: Event) -> JournalEntry:
        self.lock()
        with foreign_errors_told():
            entry = journal.append(
                self._connection,
                event,
                actor=self._actor,
                station=self._station,
                clock=self._clock,
                ids=self._ids,
            )
            apply(self._connection, event, entry)
        return entry

    def commit(self) -> None:
        if self._writing:
            with foreign_errors_told():
                self._end("COMMIT")

    def _end(self, how: str) -> None:
        end(self._connection, how)
        self._writing = False
