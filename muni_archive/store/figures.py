"""Counting the work: implements `ports.FiguresReader` on one connection. Everything is added up in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Executable, Integer, Select, case, cast, func, select

from muni_archive.domain.figures import Course, DocumentCount, PageCount, TakenStep, Waiting, WorkCounts
from muni_archive.domain.scope import Scope
from muni_archive.store.scoped import ids_in_scope, in_scope
from muni_archive.store.tables import (
    batches,
    case_steps,
    cases,
    conflicts,
    documents,
    journal,
    pages,
    readings,
    versions,
)

_HOUR = 13
"""Signs of a moment up to its hour: days are made of hours, because here they begin at another time than in UTC."""
_KEPT = pages.c.state == "kept"
_KEPT_AMONG = func.coalesce(pages.c.state, "") == "kept"
"""The same, looked at page by page: the index over states would lead through all pages of the archive."""
_SQLITE = "sqlite"


class SqlFiguresReader:
    """Questions about how much, how long, how well."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self, *, since: str, until: str, courses: int, scope: Scope | None = None) -> WorkCounts:
        return WorkCounts(
            pages=[PageCount(**row._mapping) for row in self._connection.execute(_pages(since, until, scope))],
            documents=[
                DocumentCount(**row._mapping) for row in self._connection.execute(self._documents(since, until, scope))
            ],
            courses=[_course(row) for row in self._connection.execute(_courses(since, until, courses, scope))],
        )

    def taken_steps(self, *, since: str, until: str, scope: Scope | None = None) -> Iterator[TakenStep]:
        told = select(
            cases.c.procedure_id, cases.c.version, case_steps.c.element, case_steps.c.opened_at, case_steps.c.closed_at,
            case_steps.c.due,
        ).join(cases, cases.c.id == case_steps.c.case_id)  # fmt: skip
        taken = (case_steps.c.state == "taken") & case_steps.c.timer.is_(False)
        within = [*_within(case_steps.c.closed_at, since, until), *_of_case(scope)]
        for row in self._connection.execute(told.where(taken, *within)):
            yield TakenStep(
                procedure_id=row.procedure_id, version=row.version, element=row.element,
                opened_at=datetime.fromisoformat(row.opened_at), closed_at=datetime.fromisoformat(row.closed_at),
                due=_moment(row.due),
            )  # fmt: skip

    def waiting(self, scope: Scope | None = None) -> Sequence[Waiting]:
        of_pages, of_documents = _of(pages.c.document_id, scope), _of(documents.c.id, scope)
        to_read = select(func.count(), func.min(pages.c.id)).where(_KEPT, pages.c.read.is_(False), *of_pages)
        doubtful = _KEPT & (pages.c.doubtful > 0)
        to_review = select(func.coalesce(func.sum(pages.c.doubtful), 0), func.min(pages.c.id)).where(
            doubtful, *of_pages
        )
        to_register = select(func.count(), func.min(documents.c.created_at)).where(
            documents.c.registered.is_(False), *of_documents
        )
        to_decide = select(func.count(), func.min(conflicts.c.found_at)).where(
            conflicts.c.resolution.is_(None), *_of(conflicts.c.document_id, scope)
        )
        return (
            self._pages_wait("read", to_read),
            self._pages_wait("review", to_review),
            self._waits("register", to_register),
            self._waits("conflicts", to_decide),
        )

    def _waits(self, what: str, query: Executable) -> Waiting:
        count, oldest = self._connection.execute(query).one()
        return Waiting(what=what, count=int(count), oldest=_moment(oldest))

    def _pages_wait(self, what: str, query: Executable) -> Waiting:
        """Ids sort by time: the first is the oldest, and the index that counts holds them."""
        count, first = self._connection.execute(query).one()
        captured = self._connection.execute(select(pages.c.captured_at).where(pages.c.id == first)).scalar()
        return Waiting(what=what, count=int(count), oldest=_moment(captured))

    def _documents(self, since: str, until: str, scope: Scope | None) -> Select[Any]:
        """The department is that of the current version, the clerk who made the first."""
        first, current = versions.alias("first"), versions.alias("current")
        sqlite = self._connection.dialect.name == _SQLITE
        listed = current.c.page_ids if sqlite else cast(current.c.page_ids, JSON)
        hour = func.substr(documents.c.created_at, 1, _HOUR)
        keys = (hour.label("hour"), first.c.changed_by.label("clerk"), current.c.department)
        sums = (
            func.count().label("documents"),
            func.sum(cast(documents.c.registered, Integer)).label("registered"),
            func.sum(func.json_array_length(listed)).label("pages"),
        )
        made = documents.join(first, (first.c.document_id == documents.c.id) & (first.c.version == 1)).join(
            current, (current.c.document_id == documents.c.id) & (current.c.version == documents.c.version)
        )
        within = [*_within(documents.c.created_at, since, until), *_of(documents.c.id, scope)]
        return select(*keys, *sums).select_from(made).where(*within).group_by(hour, first.c.changed_by, keys[2])


def _pages(since: str, until: str, scope: Scope | None) -> Select[Any]:
    """By batch first, so that pages are joined with nothing one by one."""
    chosen = select(batches.c.id).where(*_within(batches.c.opened_at, since, until))
    kept = select(
        pages.c.batch_id,
        func.count().label("pages"),
        func.sum(cast(pages.c.read, Integer)).label("read"),
        func.sum(cast(pages.c.unreadable, Integer)).label("unreadable"),
        func.sum(case((pages.c.doubtful > 0, 1), else_=0)).label("doubtful"),
        func.sum(pages.c.doubtful).label("words"),
        func.coalesce(func.sum(pages.c.confidence), 0.0).label("confidence"),
    ).where(_KEPT_AMONG, *_of(pages.c.document_id, scope))
    if since or until:
        kept = kept.where(pages.c.batch_id.in_(chosen))
    each = kept.group_by(pages.c.batch_id).subquery()
    hour = func.substr(batches.c.opened_at, 1, _HOUR)
    sums = [func.sum(column).label(column.name) for column in each.c if column.name != "batch_id"]
    keys = (hour.label("hour"), batches.c.opened_by.label("clerk"), batches.c.profile)
    joined = batches.join(each, each.c.batch_id == batches.c.id)
    return select(*keys, *sums).select_from(joined).group_by(hour, batches.c.opened_by, batches.c.profile)


def _courses(since: str, until: str, limit: int, scope: Scope | None) -> Select[Any]:
    """Of the latest documents: a course is looked up page by page."""
    within = [*_within(documents.c.created_at, since, until), *_of(documents.c.id, scope)]
    latest = select(documents.c.id).where(*within)
    latest = latest.order_by(documents.c.created_at.desc()).limit(limit)
    chosen = latest.subquery()
    last = select(func.max(readings.c.sequence)).where(readings.c.page_id == pages.c.id).scalar_subquery()
    each = (
        select(
            chosen.c.id,
            func.min(pages.c.captured_at).label("scanned"),
            func.min(cast(pages.c.read, Integer)).label("whole"),
            func.max(last).label("last"),
        )
        .join(pages, pages.c.document_id == chosen.c.id)
        .group_by(chosen.c.id)
        .subquery()
    )
    registered = (
        select(func.min(versions.c.changed_at))
        .where(versions.c.document_id == each.c.id, versions.c.registered.is_(True))
        .correlate(each)
        .scalar_subquery()
    )
    read = select(journal.c.at).where(journal.c.sequence == each.c.last, each.c.whole == 1).correlate(each)
    return select(each.c.scanned, read.scalar_subquery().label("read"), registered.label("registered"))


def _of(document_id: ColumnElement[Any], scope: Scope | None) -> list[ColumnElement[bool]]:
    """Whether a document may be counted; None narrows nothing."""
    return [] if scope is None else [document_id.in_(ids_in_scope(scope).correlate(None))]


def _of_case(scope: Scope | None) -> list[ColumnElement[bool]]:
    """As `subjects.about_case` has it: what its document is now; without one that is here, what it began as."""
    if scope is None:
        return []
    here = cases.c.document_id.in_(select(documents.c.id))
    seen = cases.c.document_id.in_(ids_in_scope(scope).correlate(None))
    return [seen | ((cases.c.document_id.is_(None) | ~here) & in_scope(scope, cases))]


def _within(column: ColumnElement[str], since: str, until: str) -> list[ColumnElement[bool]]:
    told = []
    if since:
        told.append(column >= since)
    if until:
        told.append(column < until)
    return told


def _course(row: Any) -> Course:
    scanned = datetime.fromisoformat(row.scanned)
    return Course(scanned=scanned, read=_moment(row.read), registered=_moment(row.registered))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
