"""A scope as a condition on the current version of a document, or on what is left of one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, Select, Table, and_, false, or_, select, true

from muni_archive.domain.permissions import LEVELS
from muni_archive.domain.scope import Area, Scope
from muni_archive.store.tables import destroyed, document_levels, documents, versions


def in_scope(scope: Scope | None, table: Table = versions) -> ColumnElement[bool]:
    """For queries that have the versions, or the table of what was destroyed; None holds for all."""
    if scope is None:
        return true()
    parts = [_in_area(area, table) for area in scope.areas if not area.empty]
    if scope.files:
        own = _not_closed(table, LEVELS)
        parts.append(and_(table.c.file_reference.in_(sorted(scope.files)), *own))
    return or_(false(), *parts)


def ids_in_scope(scope: Scope) -> Select[tuple[str]]:
    """Ids of the documents whose current version is in it."""
    current = (documents.c.id == versions.c.document_id) & (documents.c.version == versions.c.version)
    return select(versions.c.document_id).join(documents, current).where(in_scope(scope))


def destroyed_in_scope(scope: Scope) -> Select[tuple[str]]:
    """Ids of the destroyed documents that were in it at the end."""
    return select(destroyed.c.document_id).where(in_scope(scope, destroyed))


def _in_area(area: Area, table: Table) -> ColumnElement[bool]:
    return and_(
        true(),
        *_one_of(table.c.department, area.departments),
        *_one_of(table.c.record_class, area.record_classes),
        *_not_closed(table, area.closed),
    )


def _not_closed(table: Table, closed: frozenset[str]) -> Iterable[ColumnElement[bool]]:
    """Documents whose own level is none of these. Few have one: they are looked up apart."""
    if closed and table is destroyed:
        yield table.c.level.not_in(sorted(closed))
    elif closed:
        named = document_levels.c.stands & document_levels.c.level.in_(sorted(closed))
        open_to_all = table.c.document_id.not_in(select(document_levels.c.document_id).where(named))
        yield or_(table.c.document_id.is_(None), open_to_all) if table.c.document_id.nullable else open_to_all


def _one_of(column: Column[str], names: frozenset[str] | None) -> Iterable[ColumnElement[bool]]:
    if names is not None:
        yield column.in_(sorted(names - {""}))
