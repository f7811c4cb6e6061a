"""Reading the tables: implements `ports.Records` on one connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from muni_archive.domain.digits import western
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import Event
from muni_archive.domain.finding import PageFound
from muni_archive.domain.geometry import Box
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.records import (
    ArchiveInfo,
    Batch,
    BatchState,
    Document,
    FieldDecision,
    File,
    LevelGiven,
    Page,
    PageState,
    Rendition,
    RenditionKind,
    Side,
    WordReview,
)
from muni_archive.domain.scope import Scope
from muni_archive.domain.together import Conflict, Left, Station, StationState
from muni_archive.store import journal as chain
from muni_archive.store import left
from muni_archive.store.codec import decode
from muni_archive.store.scoped import ids_in_scope, in_scope
from muni_archive.store.tables import (
    archive,
    batches,
    conflicts,
    decisions,
    destroyed,
    document_levels,
    documents,
    files,
    pages,
    readings,
    received_versions,
    renditions,
    serials,
    stations,
    versions,
    word_reviews,
)
from muni_archive.store.tables import journal as journal_table

_Record = TypeVar("_Record")

AT_ONCE = 500
"""Ids asked for in one statement: SQLite bounds the number of parameters."""

_document: Select[Any] = select(
    documents.c.id,
    documents.c.number,
    documents.c.batch_id,
    documents.c.created_at,
    *(column for column in versions.c if column.name != "document_id"),
    func.coalesce(document_levels.c.level, "").label("level"),
).join(versions, versions.c.document_id == documents.c.id)
_document = _document.outerjoin(
    document_levels, (document_levels.c.document_id == documents.c.id) & document_levels.c.stands
)
_current = _document.where(versions.c.version == documents.c.version)


_found: Select[Any] = (
    select(
        pages.c.id.label("page_id"),
        pages.c.document_id,
        func.coalesce(pages.c.number, 1).label("page"),
        documents.c.number,
        versions.c.title,
        versions.c.record_class,
        func.coalesce(versions.c.date, "").label("date"),
        func.coalesce(readings.c.reading, "").label("reading"),
        exists().where(word_reviews.c.page_id == pages.c.id).label("reviewed"),
    )
    .join(documents, documents.c.id == pages.c.document_id)
    .join(versions, (versions.c.document_id == documents.c.id) & (versions.c.version == documents.c.version))
    .outerjoin(readings, readings.c.page_id == pages.c.id)
)


class SqlRecords:
    """Rows in, records out; rows never leave."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def archive(self) -> ArchiveInfo:
        row = self._one(select(archive).order_by(archive.c.sequence), "archive")
        return ArchiveInfo(archive_id=row.archive_id, station=row.station, created_at=_time(row.created_at))

    def batch(self, batch_id: str) -> Batch:
        return _batch(self._one(select(batches).where(batches.c.id == batch_id), batch_id))

    def batches(self, state: BatchState | None = None) -> Sequence[Batch]:
        query = select(batches).order_by(batches.c.opened_at, batches.c.id)
        return self._all(query if state is None else query.where(batches.c.state == state), _batch)

    def page(self, page_id: str) -> Page:
        return _page(self._one(select(pages).where(pages.c.id == page_id), page_id))

    def pages(self, page_ids: Sequence[str]) -> Sequence[Page]:
        found: dict[str, Page] = {}
        for ids in _portions(page_ids):
            found |= {page.id: page for page in self._all(select(pages).where(pages.c.id.in_(ids)), _page)}
        return [found[page_id] for page_id in page_ids if page_id in found]

    def pages_found(self, page_ids: Sequence[str]) -> Mapping[str, PageFound]:
        found: dict[str, PageFound] = {}
        for ids in _portions(page_ids):
            # The latest reading comes last, and stays.
            query = _found.where(pages.c.id.in_(ids)).order_by(readings.c.sequence)
            found |= {page.page_id: page for page in self._all(query, _page_found)}
        return found

    def pages_of_batch(self, batch_id: str) -> Sequence[Page]:
        return self._all(
            select(pages).where(pages.c.batch_id == batch_id).order_by(pages.c.position, pages.c.id), _page
        )

    def pages_of_document(self, document_id: str) -> Sequence[Page]:
        return self._all(select(pages).where(pages.c.document_id == document_id).order_by(pages.c.number), _page)

    def pages_to_read(self, limit: int) -> Sequence[Page]:
        query = select(pages).where(pages.c.state == PageState.KEPT, pages.c.read.is_(False))
        return self._all(query.order_by(pages.c.id).limit(limit), _page)

    def count_to_read(self) -> int:
        return self._count(select(func.count()).where(pages.c.state == PageState.KEPT, pages.c.read.is_(False)))

    def pages_to_review(self, limit: int, *, scope: Scope | None = None) -> Sequence[Page]:
        query = select(pages).where(*_to_review(scope))
        return self._all(query.order_by(pages.c.id).limit(limit), _page)

    def count_to_review(self, *, scope: Scope | None = None) -> int:
        return self._count(select(func.count()).select_from(pages).where(*_to_review(scope)))

    def word_reviews(self, page_id: str) -> Sequence[WordReview]:
        query = select(word_reviews).where(word_reviews.c.page_id == page_id)
        return self._all(query.order_by(word_reviews.c.sequence), _review)

    def word_reviews_of(self, page_ids: Sequence[str]) -> Mapping[str, Sequence[WordReview]]:
        found: dict[str, list[WordReview]] = {}
        for ids in _portions(page_ids):
            query = select(word_reviews).where(word_reviews.c.page_id.in_(ids)).order_by(word_reviews.c.sequence)
            for row in self._connection.execute(query):
                found.setdefault(row.page_id, []).append(_review(row))
        return found

    def reviewed_pages(self) -> Sequence[str]:
        query = select(word_reviews.c.page_id).distinct().order_by(word_reviews.c.page_id)
        return [row.page_id for row in self._connection.execute(query)]

    def pages_with_blob(self, blob: str) -> Sequence[Page]:
        query = select(pages).where(pages.c.blob == blob, pages.c.state == PageState.KEPT)
        return self._all(query.order_by(pages.c.id), _page)

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        query = select(pages.c.id, pages.c.fingerprint).where(
            pages.c.state == PageState.KEPT, pages.c.fingerprint != ""
        )
        for row in self._connection.execute(query.order_by(pages.c.id)):
            yield row.id, row.fingerprint

    def pages_with_reading(self, reading: str) -> Sequence[str]:
        query = select(readings.c.page_id).where(readings.c.reading == reading).distinct().order_by(readings.c.page_id)
        return list(self._connection.execute(query).scalars())

    def reading_blob(self, page_id: str) -> str | None:
        query = select(readings.c.reading).where(readings.c.page_id == page_id)
        return self._connection.execute(query.order_by(readings.c.sequence.desc()).limit(1)).scalar()

    def reading_blobs(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for ids in _portions(page_ids):
            query = select(readings.c.page_id, readings.c.reading).where(readings.c.page_id.in_(ids))
            found |= {row.page_id: row.reading for row in self._connection.execute(query.order_by(readings.c.sequence))}
        return found

    def file(self, reference: str) -> File | None:
        row = self._connection.execute(select(files).where(files.c.reference == reference)).first()
        return File(**{**row._mapping, "opened_at": _time(row.opened_at)}) if row else None

    def document(self, document_id: str) -> Document:
        return _as_document(self._one(_current.where(documents.c.id == document_id), document_id))

    def documents_by_id(self, document_ids: Sequence[str]) -> Mapping[str, Document]:
        found: dict[str, Document] = {}
        for ids in _portions(document_ids):
            found |= {doc.id: doc for doc in self._all(_current.where(documents.c.id.in_(ids)), _as_document)}
        return found

    def document_by_number(self, number: str) -> Document:
        wanted = western(number.strip()).upper()
        return _as_document(self._one(_current.where(documents.c.number == wanted), number))

    def documents(
        self, *, registered: bool | None = None, limit: int = 100, after: str = "", scope: Scope | None = None
    ) -> Sequence[Document]:
        query = _current.where(in_scope(scope), documents.c.id > after)
        query = query if registered is None else query.where(documents.c.registered.is_(registered))
        return self._all(query.order_by(documents.c.id).limit(limit), _as_document)

    def documents_of_class(
        self, record_class: str, file_reference: str | None = None, *, scope: Scope | None = None
    ) -> Sequence[Document]:
        query = _current.where(versions.c.record_class == record_class, documents.c.registered.is_(True))
        query = query.where(in_scope(scope))
        if file_reference is not None:
            query = query.where(versions.c.file_reference == file_reference)
        return self._all(query.order_by(documents.c.id), _as_document)

    def count_documents(self, *, registered: bool | None = None, scope: Scope | None = None) -> int:
        query = select(func.count()).select_from(documents)
        if scope is not None:
            query = query.where(documents.c.id.in_(ids_in_scope(scope)))
        return self._count(query if registered is None else query.where(documents.c.registered.is_(registered)))

    def count_pages(self, *, scope: Scope | None = None) -> int:
        query = select(func.count()).select_from(pages).where(pages.c.document_id.is_not(None))
        return self._count(query if scope is None else query.where(pages.c.document_id.in_(ids_in_scope(scope))))

    def versions(self, document_id: str) -> Sequence[Document]:
        return self._all(_document.where(documents.c.id == document_id).order_by(versions.c.version), _as_document)

    def levels_of(self, document_ids: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for ids in _portions(document_ids):
            given = document_levels.c.stands & document_levels.c.document_id.in_(ids)
            for query in (
                select(document_levels.c.document_id, document_levels.c.level).where(given),
                select(destroyed.c.document_id, destroyed.c.level).where(destroyed.c.document_id.in_(ids)),
            ):
                found |= {row.document_id: row.level for row in self._connection.execute(query) if row.level}
        return found

    def levels_given(self, document_id: str) -> Sequence[LevelGiven]:
        query = select(document_levels).where(document_levels.c.document_id == document_id)
        return self._all(query.order_by(document_levels.c.stands, document_levels.c.set_at), _level)

    def levels_standing(self, documents: Collection[str] | None = None) -> Mapping[str, LevelGiven]:
        query, found = select(document_levels).where(document_levels.c.stands), dict[str, LevelGiven]()
        for ids in [None] if documents is None else _portions(sorted(documents)):
            wanted = query if ids is None else query.where(document_levels.c.document_id.in_(ids))
            found |= {given.document_id: given for given in self._all(wanted, _level)}
        return found

    def decisions(self, document_id: str) -> Sequence[FieldDecision]:
        query = select(decisions).where(decisions.c.document_id == document_id)
        return self._all(query.order_by(decisions.c.sequence), _decision)

    def rendition(self, document_id: str, kind: RenditionKind) -> Rendition | None:
        query = select(renditions).where(renditions.c.document_id == document_id, renditions.c.kind == kind)
        row = self._connection.execute(query.order_by(renditions.c.sequence.desc()).limit(1)).first()
        return _rendition(row) if row else None

    def version_by_entry(self, document_id: str, entry_id: str) -> Document | None:
        query = _document.where(versions.c.document_id == document_id, versions.c.entry == entry_id)
        row = self._connection.execute(query).first()
        return _as_document(row) if row else None

    def has_version(self, document_id: str, entry_id: str) -> bool:
        made = select(versions.c.version).where(versions.c.document_id == document_id, versions.c.entry == entry_id)
        return self._connection.execute(made).first() is not None

    def current_entry(self, document_id: str) -> str | None:
        query = select(versions.c.entry).where(versions.c.document_id == document_id)
        return self._connection.execute(query.order_by(versions.c.version.desc()).limit(1)).scalar()

    def current_entries(self, documents: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
        latest = select(versions.c.document_id, func.max(versions.c.version).label("version"))
        for ids in [None] if documents is None else _portions(sorted(documents)):
            wanted = latest if ids is None else latest.where(versions.c.document_id.in_(ids))
            last = wanted.group_by(versions.c.document_id).subquery()
            query = select(versions.c.document_id, versions.c.entry).join(
                last, (last.c.document_id == versions.c.document_id) & (last.c.version == versions.c.version)
            )
            for row in self._connection.execute(query):
                yield row.document_id, row.entry

    def knows_entry(self, entry_id: str) -> bool:
        found = select(journal_table.c.sequence).where(journal_table.c.id == entry_id)
        return self._connection.execute(found).first() is not None

    def knows_version(self, document_id: str, entry_id: str) -> bool:
        told = received_versions.c
        received = select(told.told_by).where(told.document_id == document_id, told.entry == entry_id)
        return self.knows_entry(entry_id) or self._connection.execute(received).first() is not None

    def entry(self, entry_id: str) -> JournalEntry:
        return chain.entry_of(self._one(select(journal_table).where(journal_table.c.id == entry_id), entry_id))

    def event(self, entry_id: str) -> Event:
        entry = self.entry(entry_id)
        return decode(entry.kind, entry.payload)

    def conflicts(self, *, open_only: bool = True, theirs: str | None = None) -> Sequence[Conflict]:
        query = select(conflicts).order_by(conflicts.c.found_at, conflicts.c.id)
        query = query if theirs is None else query.where(conflicts.c.theirs == theirs)
        return self._all(query.where(conflicts.c.resolution.is_(None)) if open_only else query, _conflict)

    def conflict(self, conflict_id: str) -> Conflict:
        return _conflict(self._one(select(conflicts).where(conflicts.c.id == conflict_id), conflict_id))

    def conflicts_decided(self, *, after: int) -> frozenset[str]:
        return left.conflicts_decided(self._connection, after)

    def disposals_decided(self, *, after: int) -> Mapping[str, Sequence[str]]:
        return left.disposals_decided(self._connection, after)

    def entries_of(self, document_ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for ids in _portions(document_ids):
            found |= left.entries_of(self._connection, ids)
        return found

    def left_after(self, sequence: int) -> Left:
        return left.left_after(self._connection, sequence)

    def stations(self) -> Sequence[Station]:
        return [station_of(row) for row in self._connection.execute(select(stations).order_by(stations.c.name))]

    def next_serial(self, station: str, year: int) -> int:
        given = select(func.max(serials.c.serial)).where(serials.c.station == station, serials.c.year == year)
        last = self._connection.execute(given).scalar()
        return (last or 0) + 1

    def journal(self, *, after: int = 0, limit: int = 1000, most_signs: int | None = None) -> Sequence[JournalEntry]:
        return chain.entries(self._connection, after=after, limit=limit, most_signs=most_signs)

    def told_again(self, kinds: Collection[str], *, after: int) -> Sequence[JournalEntry]:
        return chain.told_again(self._connection, kinds, after)

    def last_sequence(self) -> int:
        return chain.last_sequence(self._connection)

    def _one(self, query: Select[Any], key: str) -> Row[Any]:
        row = self._connection.execute(query).first()
        if row is None:
            raise NotFound(key=key)
        return row

    def _all(self, query: Select[Any], make: Callable[[Row[Any]], _Record]) -> list[_Record]:
        return [make(row) for row in self._connection.execute(query)]

    def _count(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar_one())


def _to_review(scope: Scope | None) -> Iterator[ColumnElement[bool]]:
    """Of who may not see all, pages alone that are in documents: until then nobody knows whose they become."""
    yield pages.c.state == PageState.KEPT
    yield pages.c.doubtful > 0
    if scope is not None:
        yield pages.c.document_id.in_(ids_in_scope(scope))


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _batch(row: Row[Any]) -> Batch:
    values = dict(row._mapping)
    values |= {"state": BatchState(row.state), "opened_at": _time(row.opened_at)}
    values["closed_at"] = _time(row.closed_at) if row.closed_at else None
    return Batch(**values)


def _page(row: Row[Any]) -> Page:
    values = dict(row._mapping)
    values |= {"state": PageState(row.state), "side": Side(row.side), "captured_at": _time(row.captured_at)}
    return Page(**values)


def _page_found(row: Row[Any]) -> PageFound:
    return PageFound(**row._mapping)


def _as_document(row: Row[Any]) -> Document:
    values = dict(row._mapping)
    values |= {
        "metadata": json.loads(row.metadata),
        "page_ids": tuple(json.loads(row.page_ids)),
        "created_at": _time(row.created_at),
        "changed_at": _time(row.changed_at),
    }
    return Document(**values)


def _level(row: Row[Any]) -> LevelGiven:
    return LevelGiven(**{name: value for name, value in row._mapping.items() if name != "stands"})


def _decision(row: Row[Any]) -> FieldDecision:
    values = dict(row._mapping)
    del values["sequence"]
    values |= {"box": Box(*json.loads(row.box)) if row.box else None, "decided_at": _time(row.decided_at)}
    return FieldDecision(**values)


def _review(row: Row[Any]) -> WordReview:
    values = dict(row._mapping)
    del values["sequence"]
    values |= {"box": Box(*json.loads(row.box)), "decided_at": _time(row.decided_at)}
    return WordReview(**values)


def _conflict(row: Row[Any]) -> Conflict:
    return Conflict(**{**row._mapping, "fields": tuple(json.loads(row.fields))})


def _rendition(row: Row[Any]) -> Rendition:
    values = dict(row._mapping)
    del values["sequence"]
    values |= {"kind": RenditionKind(row.kind), "made_at": _time(row.made_at)}
    return Rendition(**values)


def station_of(row: Row[Any]) -> Station:
    """A row of the table of stations."""
    values = dict(row._mapping)
    values |= {"departments": tuple(json.loads(values["departments"])), "state": StationState(values["state"])}
    return Station(**values)
