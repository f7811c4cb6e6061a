"""Reading the tables of retention: implements `retention_ports.RetentionRecords` on one connection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, delete, exists, func, or_, select

from muni_archive.domain.digits import western
from muni_archive.domain.disposals import WAITING, Contested, Destroyed, Disposal, DisposalState, Hearing
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import DocumentDestroyed
from muni_archive.domain.holds import Hold, HoldScope, Places
from muni_archive.domain.retention import Life, RetentionRule, Trigger
from muni_archive.retention_ports import FileState, Kept, Remains
from muni_archive.store.arrived import arrived_at, write_arrived
from muni_archive.store.remains import named_anywhere, remains_of, spoken_of
from muni_archive.store.tables import (
    answers,
    arrived,
    blobs,
    brought,
    closed_files,
    contested,
    destroyed,
    destroyed_files,
    destroyed_places,
    disposals,
    documents,
    extensions,
    files_to_remove,
    hearings,
    holds,
    journal,
    versions,
    wanted,
)

_Record = TypeVar("_Record")
_closing = arrived.alias()
_closed_at = func.coalesce(_closing.c.at, closed_files.c.closed_at)
"""When the centre heard of it; by the archive's own clock where there is none, as with `registered_at`."""
_first_registered = (
    select(versions.c.document_id, func.min(func.coalesce(arrived.c.at, versions.c.changed_at)).label("registered_at"))
    .outerjoin(arrived, arrived.c.subject == versions.c.entry)
    .where(versions.c.registered.is_(True))
    .group_by(versions.c.document_id)
    .subquery()
)
_kept = (
    select(
        documents.c.id, documents.c.number, versions.c.title, versions.c.record_class, versions.c.file_reference,
        versions.c.date, _first_registered.c.registered_at, _closed_at.label("closed_at"), extensions.c.until,
    )
    .join(versions, (versions.c.document_id == documents.c.id) & (versions.c.version == documents.c.version))
    .outerjoin(_first_registered, _first_registered.c.document_id == documents.c.id)
    .outerjoin(closed_files, closed_files.c.reference == versions.c.file_reference)
    .outerjoin(_closing, _closing.c.subject == closed_files.c.entry)
    .outerjoin(extensions, extensions.c.document_id == documents.c.id)
)  # fmt: skip
_BEGINNING = {
    Trigger.REGISTERED: _first_registered.c.registered_at,
    Trigger.CLOSED: _closed_at,
    Trigger.DATED: versions.c.date,
}


class SqlRetention:
    """Rows in, records out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def kept(self, document_id: str) -> Kept:
        row = self._connection.execute(_kept.where(documents.c.id == document_id)).first()
        if row is None:
            raise NotFound(key=document_id)
        return _kept_of(row)

    def kept_of_class(self, record_class: str, rule: RetentionRule, begun_by: date) -> Iterator[Kept]:
        last = f"{begun_by.isoformat()}T99"  # sorts behind every moment of that day
        query = _kept.where(
            versions.c.record_class == record_class, documents.c.registered.is_(True), _BEGINNING[rule.trigger] <= last
        )
        for row in self._connection.execute(query.order_by(documents.c.id)):
            yield _kept_of(row)

    def places(self, document_id: str) -> Places:
        query = select(versions.c.file_reference, versions.c.record_class).where(versions.c.document_id == document_id)
        rows = self._connection.execute(query).all()
        return Places(
            document_id=document_id,
            files=frozenset(row.file_reference for row in rows if row.file_reference),
            record_classes=frozenset(row.record_class for row in rows),
        )

    def holds(self, *, resting_only: bool = True) -> Sequence[Hold]:
        query = select(holds).order_by(holds.c.placed_at.desc(), holds.c.id.desc())
        return self._all(query.where(holds.c.lifted_at.is_(None)) if resting_only else query, _hold)

    def hold(self, hold_id: str) -> Hold:
        return self._one(select(holds).where(holds.c.id == hold_id), _hold, hold_id)

    def holds_on(self, document_id: str) -> Sequence[Hold]:
        places = self.places(document_id)
        targets = sorted({document_id, *places.files, *places.record_classes})
        query = select(holds).where(holds.c.target.in_(targets)).order_by(holds.c.placed_at.desc(), holds.c.id.desc())
        return [hold for hold in self._all(query, _hold) if places.covered_by(hold)]

    def closed_file(self, reference: str) -> FileState | None:
        row = self._connection.execute(select(closed_files).where(closed_files.c.reference == reference)).first()
        if row is None:
            return None
        return FileState(
            reference=row.reference, closed_at=_time(row.closed_at), closed_by=row.closed_by, reason=row.reason
        )

    def came(self, subjects: Sequence[str]) -> Mapping[str, str]:
        return arrived_at(self._connection, subjects)

    def note_came(self, told: Mapping[str, str]) -> None:
        write_arrived(self._connection, told)

    def disposals(self, *states: DisposalState) -> Sequence[Disposal]:
        query = select(disposals).order_by(disposals.c.proposed_at, disposals.c.id)
        return self._all(query.where(disposals.c.state.in_(states)) if states else query, _disposal)

    def disposal(self, disposal_id: str) -> Disposal:
        return self._one(select(disposals).where(disposals.c.id == disposal_id), _disposal, disposal_id)

    def disposal_of(self, document_id: str) -> Disposal | None:
        waiting = disposals.c.state.in_(WAITING)
        query = select(disposals).where(disposals.c.document_id == document_id, waiting)
        return next(iter(self._all(query.order_by(disposals.c.proposed_at).limit(1), _disposal)), None)

    def remains(self, document_id: str) -> Remains:
        return remains_of(self._connection, document_id)

    def destroyed(self, number_or_id: str) -> Destroyed | None:
        number = western(number_or_id.strip()).upper()
        query = select(destroyed).where(or_(destroyed.c.document_id == number_or_id, destroyed.c.number == number))
        return next(iter(self._all(query.limit(1), _destroyed)), None)

    def all_destroyed(self, limit: int) -> Sequence[Destroyed]:
        query = select(destroyed).order_by(destroyed.c.destroyed_at.desc(), destroyed.c.document_id.desc())
        return self._all(query.limit(limit), _destroyed)

    def count_destroyed(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(destroyed)).scalar_one())

    def destroyed_files(self, document_id: str) -> Sequence[str]:
        query = select(destroyed_files.c.sha).where(destroyed_files.c.document_id == document_id)
        return list(self._connection.execute(query.order_by(destroyed_files.c.sha)).scalars())

    def files_to_remove(self) -> Sequence[str]:
        return list(self._connection.execute(select(files_to_remove.c.sha).order_by(files_to_remove.c.sha)).scalars())

    def files_destroyed(self) -> Sequence[str]:
        query = select(destroyed_files.c.sha).distinct().order_by(destroyed_files.c.sha)
        return list(self._connection.execute(query).scalars())

    def is_named(self, sha: str) -> bool:
        return named_anywhere(self._connection, sha)

    def was_destroyed(self, sha: str) -> bool:
        query = select(destroyed_files.c.sha).where(destroyed_files.c.sha == sha).limit(1)
        return self._connection.execute(query).first() is not None

    def note_removed(self, sha: str) -> None:
        self._connection.execute(delete(files_to_remove).where(files_to_remove.c.sha == sha))

    def forget_file(self, sha: str) -> None:
        for table in (blobs, wanted, brought):
            self._connection.execute(delete(table).where(table.c.sha == sha))

    def destroyed_alone_until(self) -> int:
        query = select(func.max(journal.c.sequence)).where(journal.c.kind == DocumentDestroyed.kind)
        return int(self._connection.execute(query).scalar() or 0)

    def hearings(self) -> Sequence[Hearing]:
        return self._all(select(hearings).order_by(hearings.c.id), _hearing)

    def hearing_of(self, disposal_id: str) -> Hearing | None:
        query = select(hearings).where(hearings.c.disposal_id == disposal_id).order_by(hearings.c.id.desc())
        return next(iter(self._all(query.limit(1), _hearing)), None)

    def answered(self, hearing_id: str) -> frozenset[str]:
        query = select(answers.c.station).where(answers.c.hearing_id == hearing_id)
        return frozenset(self._connection.execute(query).scalars())

    def contested(self) -> Sequence[Contested]:
        query = select(contested).order_by(contested.c.said_at.desc(), contested.c.entry, contested.c.document_id)
        return self._all(query, _contested)

    def speaks_of(self, subjects: Collection[str]) -> frozenset[str]:
        return spoken_of(self._connection, subjects)

    def _all(self, query: Select[Any], make: Callable[[Row[Any]], _Record]) -> list[_Record]:
        return [make(row) for row in self._connection.execute(query)]

    def _one(self, query: Select[Any], make: Callable[[Row[Any]], _Record], key: str) -> _Record:
        found = self._all(query, make)
        if not found:
            raise NotFound(key=key)
        return found[0]


def destroyed_in(
    connection: Connection, *, file_reference: str | None, record_class: str | None, since: int
) -> Sequence[Destroyed]:
    """What was ever in a file or of a class and was destroyed by entries past `since`, oldest first."""
    query = select(destroyed).join(journal, journal.c.id == destroyed.c.entry).where(journal.c.sequence > since)
    for scope, target in ((HoldScope.FILE, file_reference), (HoldScope.RECORD_CLASS, record_class)):
        if target is not None:
            was_there = (destroyed_places.c.scope == scope) & (destroyed_places.c.target == target)
            query = query.where(exists().where(destroyed_places.c.document_id == destroyed.c.document_id, was_there))
    return [_destroyed(row) for row in connection.execute(query.order_by(journal.c.sequence))]


def _kept_of(row: Any) -> Kept:
    life = Life(
        registered=_day(row.registered_at), closed=_day(row.closed_at), dated=_day(row.date), kept_until=_day(row.until)
    )
    return Kept(
        document_id=row.id, number=row.number, title=row.title, record_class=row.record_class,
        file_reference=row.file_reference, life=life,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    """Of a day or a moment; None where there is none, and for a date that is no day (a copy may hold anything)."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _hold(row: Row[Any]) -> Hold:
    values = dict(row._mapping)
    values |= {"scope": HoldScope(row.scope), "placed_at": _time(row.placed_at)}
    values["lifted_at"] = _time(row.lifted_at) if row.lifted_at else None
    return Hold(**values)


def _disposal(row: Row[Any]) -> Disposal:
    values = dict(row._mapping)
    values |= {"state": DisposalState(row.state), "proposed_at": _time(row.proposed_at)}
    values["decided_at"] = _time(row.decided_at) if row.decided_at else None
    return Disposal(**values)


def _hearing(row: Row[Any]) -> Hearing:
    return Hearing(**row._mapping)


def _contested(row: Row[Any]) -> Contested:
    return Contested(**{**row._mapping, "said_at": _time(row.said_at)})


def _destroyed(row: Row[Any]) -> Destroyed:
    values = dict(row._mapping)
    values |= {"proposed_at": _time(row.proposed_at), "destroyed_at": _time(row.destroyed_at)}
    values["archived_at"] = _time(row.archived_at) if row.archived_at else None
    return Destroyed(**values)
