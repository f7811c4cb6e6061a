"""The centre's side of the store: an archive whose journal is fed by stations.

Entries of stations keep their id, author, time and content and get a place in the central chain; the table of arrivals
keeps their place in the chain that they came from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, literal, select, union
from sqlalchemy.exc import DataError, IntegrityError

from muni_archive.domain.centre_errors import EntryInvalid
from muni_archive.domain.disposals import Destroyed
from muni_archive.domain.errors import ArchiveDamaged, NotFound
from muni_archive.domain.events import BatchOpened, Event, FileReturned
from muni_archive.domain.journal import GENESIS, JournalEntry, entry_hash
from muni_archive.domain.permissions import Subject
from muni_archive.domain.saying import said_in
from muni_archive.domain.together import Standing, Station, VersionPlace
from muni_archive.store import wanted
from muni_archive.store.arrived import COUNTED, note_arrived
from muni_archive.store.codec import decode
from muni_archive.store.history import history, mention, version_places
from muni_archive.store.journal import entry_of, entry_values, last_link, within
from muni_archive.store.many import insert_rows
from muni_archive.store.projection import apply_all
from muni_archive.store.records import station_of
from muni_archive.store.retention import destroyed_in
from muni_archive.store.tables import (
    arrivals,
    batches,
    blobs,
    brought,
    cases,
    destroyed_files,
    document_levels,
    documents,
    invitations,
    journal,
    pages,
    readings,
    received_versions,
    renditions,
    stations,
    versions,
)
from muni_archive.store.transactions import foreign_errors_told
from muni_archive.store.unit_of_work import SqlUnitOfWork

AT_ONCE = 500
_TAKEN = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
"""What PostgreSQL and SQLite call a key that is there already."""


class CentralUnitOfWork(SqlUnitOfWork):
    """Implements `ports.CentralUnit`."""

    def admit(self, station_id: str, entries: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
        events = [_understood(entry) for entry in entries]
        self.lock()
        received_at = self._now()
        with _unfit_told(entries), foreign_errors_told():
            admitted = self._chained(entries, received_at)
            came = [
                {
                    "sequence": central.sequence, "station_id": station_id, "station_sequence": entry.sequence,
                    "previous": entry.previous, "hash": entry.hash, "received_at": received_at,
                }
                for central, entry in zip(admitted, entries, strict=True)
            ]  # fmt: skip
            if admitted:
                insert_rows(self._connection, journal, [entry_values(entry) for entry in admitted])
                insert_rows(self._connection, arrivals, came)
            said = list(zip(events, admitted, strict=True))
            apply_all(self._connection, said)
            mention(self._connection, said)
            note_arrived(self._connection, said)
        return admitted

    def record(self, event: Event) -> JournalEntry:
        entry = super().record(event)
        with foreign_errors_told():
            mention(self._connection, [(event, entry)])
        return entry

    def version_places(self, document_ids: Sequence[str]) -> Mapping[str, Sequence[VersionPlace]]:
        return version_places(self._connection, document_ids)

    def history(self, document_id: str, page_ids: Sequence[str], *, before: int) -> Sequence[JournalEntry]:
        return history(self._connection, document_id, page_ids, before=before)

    def standing(self, station_id: str) -> Standing:
        query = select(arrivals.c.station_sequence, arrivals.c.hash).where(arrivals.c.station_id == station_id)
        row = self._connection.execute(query.order_by(arrivals.c.station_sequence.desc()).limit(1)).first()
        return Standing(sequence=row.station_sequence, hash=row.hash) if row else Standing(sequence=0, hash=GENESIS)

    def with_arrivals(self, entries: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
        counted, came = [entry.sequence for entry in entries if entry.kind in COUNTED], dict[int, str]()
        for at in range(0, len(counted), AT_ONCE):
            some = arrivals.c.sequence.in_(counted[at : at + AT_ONCE])
            query = select(arrivals.c.sequence, arrivals.c.received_at).where(some)
            came |= {row.sequence: row.received_at for row in self._connection.execute(query)}
        return [replace(each, received_at=came.get(each.sequence, "")) for each in entries] if came else entries

    def arrival(self, sequence: int) -> datetime | None:
        query = select(arrivals.c.received_at).where(arrivals.c.sequence == sequence)
        came = self._connection.execute(query).scalar()
        return datetime.fromisoformat(came) if came else None

    def last_arrival(self, station_id: str) -> int:
        query = select(arrivals.c.sequence).where(arrivals.c.station_id == station_id)
        last = query.order_by(arrivals.c.station_sequence.desc()).limit(1)
        return int(self._connection.execute(last).scalar() or 0)

    def destroyed_in(
        self, *, file_reference: str | None = None, record_class: str | None = None, since: int = 0
    ) -> Sequence[Destroyed]:
        return destroyed_in(self._connection, file_reference=file_reference, record_class=record_class, since=since)

    def own_entries(
        self, station_id: str, *, after: int, limit: int, most_signs: int | None = None
    ) -> Sequence[JournalEntry]:
        query = (
            select(journal, arrivals.c.station_sequence, arrivals.c.previous.label("own_previous"),
                   arrivals.c.hash.label("own_hash"))
            .join(arrivals, arrivals.c.sequence == journal.c.sequence)
            .where(arrivals.c.station_id == station_id, arrivals.c.station_sequence > after)
            .order_by(arrivals.c.station_sequence)
        )  # fmt: skip
        if most_signs is not None:
            lengths = query.with_only_columns(func.length(journal.c.payload)).limit(limit)
            limit = within(self._connection.execute(lengths).scalars(), most_signs)
        query = query.limit(limit)
        return [
            replace(entry_of(row), sequence=row.station_sequence, previous=row.own_previous, hash=row.own_hash)
            for row in self._connection.execute(query)
        ]

    def stations(self) -> Sequence[Station]:
        return self.records.stations()

    def station(self, station_id: str) -> Station:
        row = self._connection.execute(select(stations).where(stations.c.id == station_id)).first()
        if row is None:
            raise NotFound(key=station_id)
        return station_of(row)

    def invitation(self, code_hash: str, *, since: str) -> tuple[str, ...] | None:
        unused = (invitations.c.code_hash == code_hash) & invitations.c.station_id.is_(None)
        unused &= invitations.c.invited_at >= since
        departments = self._connection.execute(select(invitations.c.departments).where(unused)).scalar()
        return None if departments is None else tuple(json.loads(departments))

    def enrolled_with(self, code_hash: str) -> str | None:
        used = select(invitations.c.station_id).where(invitations.c.code_hash == code_hash)
        return self._connection.execute(used).scalar()

    def departments_given(self, station_id: str) -> Sequence[tuple[str, ...]]:
        used = select(invitations.c.departments).where(invitations.c.station_id == station_id)
        return [tuple(json.loads(departments)) for departments in self._connection.execute(used).scalars()]

    def received_as(self, document_id: str, entry_id: str) -> str | None:
        told = received_versions.c
        found = select(told.told_by).where(told.document_id == document_id, told.entry == entry_id)
        return self._connection.execute(found).scalar()

    def batch_openers(self, batch_ids: Sequence[str]) -> Mapping[str, str]:
        """By the time, which the journal has an index of."""
        opened = (journal.c.at == batches.c.opened_at) & (journal.c.kind == BatchOpened.kind)
        query = select(batches.c.id, journal.c.station, journal.c.payload).join_from(batches, journal, opened)
        found: dict[str, str] = {}
        for at in range(0, len(batch_ids), AT_ONCE):
            for row in self._connection.execute(query.where(batches.c.id.in_(batch_ids[at : at + AT_ONCE]))):
                if said_in(BatchOpened.kind, row.payload)["batch_id"] == row.id:
                    found[row.id] = row.station
        return found

    def missing_blobs(self, shas: Sequence[str]) -> Sequence[str]:
        here: set[str] = set()
        for at in range(0, len(shas), AT_ONCE):
            query = select(blobs.c.sha).where(blobs.c.sha.in_(shas[at : at + AT_ONCE]))
            here |= {row.sha for row in self._connection.execute(query)}
        return [sha for sha in dict.fromkeys(shas) if sha not in here]

    def blob_size(self, sha: str) -> int | None:
        return self._connection.execute(select(blobs.c.size).where(blobs.c.sha == sha)).scalar()

    def larger_blobs(self, shas: Sequence[str], size: int) -> frozenset[str]:
        found = list[str]()
        for at in range(0, len(shas), AT_ONCE):
            named = blobs.c.sha.in_(shas[at : at + AT_ONCE])
            found += self._connection.execute(select(blobs.c.sha).where(named, blobs.c.size > size)).scalars()
        return frozenset(found)

    def departments_of_blob(self, sha: str) -> Sequence[str]:
        return list(dict.fromkeys(subject.department or "" for subject in self.documents_of_blob(sha)))

    def documents_of_blob(self, sha: str) -> Sequence[Subject]:
        # Three questions, each answered by an index: put together with OR, PostgreSQL reads all pages and documents.
        read = select(pages.c.document_id).join(readings, readings.c.page_id == pages.c.id)
        of_file = union(
            select(pages.c.document_id).where(pages.c.blob == sha),
            read.where(readings.c.reading == sha),
            select(renditions.c.document_id).where(renditions.c.blob == sha),
        ).subquery()
        current = (
            select(
                versions.c.department, versions.c.record_class, versions.c.file_reference,
                func.coalesce(document_levels.c.level, "").label("level"),
            )
            .join(documents, (documents.c.id == versions.c.document_id) & (documents.c.version == versions.c.version))
            .join(of_file, of_file.c.document_id == documents.c.id)
            .outerjoin(
                document_levels, (document_levels.c.document_id == documents.c.id) & document_levels.c.stands
            )
        )  # fmt: skip
        of_cases = select(
            cases.c.department, cases.c.record_class, cases.c.file_reference, literal("").label("level")
        ).where(cases.c.version == sha)
        return [
            Subject(
                department=row.department, record_class=row.record_class, file_reference=row.file_reference,
                own_level=row.level,
            )
            for row in self._connection.execute(union(current, of_cases))
        ]  # fmt: skip

    def add_blob(self, sha: str, size: int) -> None:
        self.lock()
        with foreign_errors_told():
            if self.blob_size(sha) is None:
                self._connection.execute(insert(blobs).values(sha=sha, size=size, received_at=self._now()))
            returned = wanted.want_no_more(self._connection, sha)
        if returned:
            self.record(FileReturned(sha=sha))

    def forget_blob(self, sha: str) -> bool:
        self.lock()
        with foreign_errors_told():
            return wanted.forget_blob(self._connection, sha, self._now())

    def want(self, sha: str, station_id: str) -> None:
        self.lock()
        with foreign_errors_told():
            wanted.want(self._connection, sha, station_id, self._now())

    def wanted(self, station: Station, *, after: str, limit: int) -> Sequence[str]:
        limited = bool(station.departments)
        return wanted.wanted_files(self._connection, station.id, brought_only=limited, after=after, limit=limit)

    def every_wanted(self) -> Sequence[str]:
        return wanted.every_wanted(self._connection)

    def destroyed_among(self, shas: Sequence[str]) -> Sequence[str]:
        found = list[str]()
        for at in range(0, len(shas), AT_ONCE):
            counted = select(destroyed_files.c.sha).join(blobs, blobs.c.sha == destroyed_files.c.sha)
            query = counted.where(destroyed_files.c.sha.in_(shas[at : at + AT_ONCE])).distinct()
            found += self._connection.execute(query).scalars()
        return found

    def lost_by(self, station_id: str, *, limit: int) -> Sequence[str]:
        return wanted.lost_by(self._connection, station_id, limit=limit)

    def lost_somewhere(self, sha: str) -> bool:
        return wanted.lost_somewhere(self._connection, sha)

    def may_be_lost(self, sha: str, station: Station) -> bool:
        lost_before = wanted.has_lost(self._connection, sha, station.id)
        return not station.departments or lost_before or not wanted.is_named(self._connection, sha)

    def add_brought(self, shas: Sequence[str], station_id: str) -> None:
        self.lock()
        with foreign_errors_told():
            new = self.not_brought(shas, station_id)
            insert_rows(self._connection, brought, [{"sha": sha, "station_id": station_id} for sha in new])

    def not_brought(self, shas: Sequence[str], station_id: str) -> Sequence[str]:
        known: set[str] = set()
        for at in range(0, len(shas), AT_ONCE):
            of_station = (brought.c.station_id == station_id) & brought.c.sha.in_(shas[at : at + AT_ONCE])
            known |= {row.sha for row in self._connection.execute(select(brought.c.sha).where(of_station))}
        return [sha for sha in dict.fromkeys(shas) if sha not in known]

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="microseconds")

    def _chained(self, entries: Sequence[JournalEntry], received_at: str) -> list[JournalEntry]:
        """The entries as the central chain's next links."""
        sequence, previous = last_link(self._connection)
        chained = []
        for entry in entries:
            sequence += 1
            values = {name: getattr(entry, name) for name in ("id", "at", "actor", "station", "kind", "payload")}
            link = entry_hash(sequence=sequence, previous=previous, **values)
            chained.append(
                JournalEntry(sequence=sequence, previous=previous, hash=link, received_at=received_at, **values)
            )
            previous = link
        return chained


@contextmanager
def _unfit_told(entries: Sequence[JournalEntry]) -> Iterator[None]:
    """What tables do not take of the entries, in our words. Which of them it is in, the database does not say."""
    try:
        yield
    except IntegrityError as exc:
        if _TAKEN.isdisjoint({getattr(exc.orig, "sqlstate", ""), getattr(exc.orig, "sqlite_errorname", "")}):
            raise
        detail = "it, or one behind it, gives an id or a document's number that is given already"
        raise EntryInvalid(sequence=entries[0].sequence, detail=detail) from exc
    except DataError as exc:
        detail = "it, or one behind it, says a number or a text that is larger than is kept"
        raise EntryInvalid(sequence=entries[0].sequence, detail=detail) from exc


def _understood(entry: JournalEntry) -> Event:
    """Raises `EntryInvalid`: what a station says wrong is no damage here."""
    try:
        return decode(entry.kind, entry.payload)
    except ArchiveDamaged as exc:
        raise EntryInvalid(sequence=entry.sequence, detail=str(exc.params["detail"])) from exc
