"""Events of procedures: what began, what was taken, what waits now.

How a case goes on says `domain.case_course`; here what it says is read and written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, update

from muni_archive.domain.case_course import COURSE_EVENTS, CourseEvent, advance
from muni_archive.domain.events import PersonKeyMade, ProcedureLoaded, SampleDrawn
from muni_archive.domain.journal import JournalEntry, canonical_json
from muni_archive.store.cases import SqlCases
from muni_archive.store.tables import case_disputes, case_moves, case_steps, cases, person_keys, procedures, samples

_AS_JSON = ("fields", "ticked", "pages")
_EMPTY_IS_NULL = ("closed_by",)


def _procedure_loaded(connection: Connection, event: ProcedureLoaded, entry: JournalEntry) -> None:
    connection.execute(
        insert(procedures).values(
            sequence=entry.sequence, id=event.procedure_id, version=event.version, loaded_at=entry.at,
            loaded_by=entry.actor,
        )
    )  # fmt: skip


def _person_key_made(connection: Connection, event: PersonKeyMade, entry: JournalEntry) -> None:
    connection.execute(
        insert(person_keys).values(
            sequence=entry.sequence, public_key=event.public_key, name=entry.actor, made_at=entry.at
        )
    )


def _sample_drawn(connection: Connection, event: SampleDrawn, entry: JournalEntry) -> None:
    said = {name: getattr(event, name) for name in ("clerk", "percent", "seed", "first", "last")}
    pages = canonical_json(list(event.page_ids))
    connection.execute(
        insert(samples).values(id=event.sample_id, pages=pages, drawn_at=entry.at, drawn_by=entry.actor, **said)
    )


def _gone_on(connection: Connection, event: CourseEvent, entry: JournalEntry) -> None:
    """What is another after the event is written; most of a case stays as it was."""
    before = SqlCases(connection).course(event.case_id)
    after = advance(before, event, entry)
    _write(connection, cases, _by("id", [before.case]), _by("id", [after.case]))
    _write(connection, case_steps, dict(before.steps), dict(after.steps))
    _write(connection, case_moves, _by("sequence", before.moves), _by("sequence", after.moves))
    _write(connection, case_disputes, _by("id", before.disputes), _by("id", after.disputes))


def _by(name: str, records: Iterable[Any]) -> dict[Any, Any]:
    return {getattr(record, name): record for record in records if record is not None}


def _write(connection: Connection, table: Table, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> None:
    for key in before.keys() - after.keys():
        connection.execute(delete(table).where(_is(table, before[key])))
    new = [_row(after[key]) for key in sorted(after.keys() - before.keys())]
    if new:
        connection.execute(insert(table), new)
    for key in after.keys() & before.keys():
        if after[key] != before[key]:
            connection.execute(update(table).where(_is(table, after[key])).values(_row(after[key])))


def _is(table: Table, record: object) -> ColumnElement[bool]:
    row = _row(record)
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def _row(record: Any) -> dict[str, Any]:
    """As the table has it: the names are the same."""
    return {each.name: _value(each.name, getattr(record, each.name)) for each in fields(record)}


def _value(name: str, value: Any) -> Any:
    if name in _AS_JSON:
        return canonical_json(dict(value) if isinstance(value, Mapping) else list(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, StrEnum):
        return value.value
    if name == "due" and value is None:
        return ""
    return None if name in _EMPTY_IS_NULL and not value else value


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    ProcedureLoaded: _procedure_loaded,
    PersonKeyMade: _person_key_made,
    SampleDrawn: _sample_drawn,
    **dict.fromkeys(COURSE_EVENTS, _gone_on),
}
