"""One use case, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from muni_archive.domain.errors import BlobMissing
from muni_archive.domain.events import Event
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.naming import files_of
from muni_archive.domain.saying import holds_nul
from muni_archive.mark_ports import Marks, Redactions
from muni_archive.ports import AuditReader, Cases, Clock, FiguresReader, Ids, OrganisationRecords, People, Records
from muni_archive.retention_ports import RetentionRecords
from muni_archive.store import journal
from muni_archive.store.audit import SqlAuditReader
from muni_archive.store.cases import SqlCases
from muni_archive.store.codec import decode
from muni_archive.store.figures import SqlFiguresReader
from muni_archive.store.marks import SqlMarks, SqlRedactions
from muni_archive.store.organisation import SqlOrganisation
from muni_archive.store.people import SqlPeople
from muni_archive.store.projection import apply
from muni_archive.store.records import SqlRecords
from muni_archive.store.retention import SqlRetention
from muni_archive.store.transactions import begin_writing, end, foreign_errors_told


class SqlUnitOfWork:
    """Implements `ports.UnitOfWork`: reads take no lock, the first write takes the one write lock."""

    records: Records
    people: People
    organisation: OrganisationRecords
    cases: Cases
    audit: AuditReader
    retention: RetentionRecords
    marks: Marks
    redactions: Redactions
    figures: FiguresReader

    def __init__(
        self,
        engine: Engine,
        *,
        actor: str,
        station: str,
        clock: Clock,
        ids: Ids,
        stored: Callable[[str], bool] = lambda _sha: True,
    ) -> None:
        """`stored` says whether the vault has a file."""
        self._engine, self._stored = engine, stored
        self._actor, self._station = actor, station
        self._clock, self._ids = clock, ids
        self._writing = False

    @property
    def actor(self) -> str:
        return self._actor

    def __enter__(self) -> Self:
        with foreign_errors_told():
            self._connection: Connection = self._engine.connect()
        self.records = SqlRecords(self._connection)
        self.people = SqlPeople(self._connection)
        self.organisation = SqlOrganisation(self._connection)
        self.cases = SqlCases(self._connection)
        self.audit = SqlAuditReader(self._connection, self._actor)
        self.retention = SqlRetention(self._connection)
        self.marks, self.redactions = SqlMarks(self._connection), SqlRedactions(self._connection)
        self.figures = SqlFiguresReader(self._connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with foreign_errors_told():
            try:
                if self._writing:
                    self._end("ROLLBACK")
            finally:
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
            self._check_bytes(event)
            entry = journal.append(
                self._connection,
                event,
                actor=self._actor,
                station=self._station,
                clock=self._clock,
                ids=self._ids,
            )
            written = decode(entry.kind, entry.payload) if holds_nul(entry.payload) else event
            apply(self._connection, written, entry)
        return entry

    def commit(self) -> None:
        if self._writing:
            with foreign_errors_told():
                self._end("COMMIT")

    def _check_bytes(self, event: Event) -> None:
        """A file that was put into the vault while its like, destroyed, was being taken out of it. Bytes are removed
        under the write lock only, so what is there now stays. Raises `BlobMissing`: it must come in again.
        """
        for sha in files_of(event):
            if self.retention.was_destroyed(sha) and not self._stored(sha):
                raise BlobMissing(sha=sha)

    def _end(self, how: str) -> None:
        end(self._connection, how)
        self._writing = False
