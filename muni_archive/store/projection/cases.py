"""Events of procedures: what began, what was taken, what waits now.

Two stations may decide one step; the first counts, and what came too late is kept beside it. A case that this journal
does not know (another station's) changes nothing but the list of moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from muni_archive.domain.cases import CaseState, MoveKind, StepOpened, StepState
from muni_archive.domain.events import (
    CaseReassigned,
    CaseStarted,
    CaseWithdrawn,
    PersonKeyMade,
    ProcedureLoaded,
    SampleDrawn,
    StepTaken,
    TimerPassed,
)
from muni_archive.domain.journal import JournalEntry, canonical_json
from muni_archive.store.tables import case_moves, case_steps, cases, person_keys, procedures, samples


def _procedure_loaded(connection: Connection, event: ProcedureLoaded, entry: JournalEntry) -> None:
    connection.execute(
        insert(procedures).values(
            sequence=entry.sequence, id=event.procedure_id, version=event.version, loaded_at=entry.at,
            loaded_by=entry.actor,
        )
    )  # fmt: skip


def _case_started(connection: Connection, event: CaseStarted, entry: JournalEntry) -> None:
    said = {
        name: getattr(event, name)
        for name in ("procedure_id", "version", "document_id", "file_reference", "title", "department", "record_class")
    }
    known = connection.execute(select(exists().where(cases.c.id == event.case_id))).scalar()
    _move(connection, event, entry, MoveKind.STARTED, stands=not known, note=event.note)
    if known:
        return
    connection.execute(
        insert(cases).values(
            id=event.case_id, state=CaseState.OPEN, started_at=entry.at, started_by=entry.actor, end="", **said
        )
    )
    _go_on(connection, event, entry)


def _step_taken(connection: Connection, event: StepTaken, entry: JournalEntry) -> None:
    stands = _close(connection, event.case_id, (event.number,), entry, StepState.TAKEN)
    said = {
        name: getattr(event, name)
        for name in ("outcome", "note", "role", "stands_in_for", "document_entry", "key", "signature")
    }
    _move(connection, event, entry, MoveKind.TAKEN, stands=stands, fields=event.fields, ticked=event.ticked, **said)
    if stands:
        _go_on(connection, event, entry)


def _timer_passed(connection: Connection, event: TimerPassed, entry: JournalEntry) -> None:
    stands = _close(connection, event.case_id, (event.number,), entry, StepState.TAKEN)
    _move(connection, event, entry, MoveKind.TIMER, stands=stands)
    if stands:
        _go_on(connection, event, entry)


def _case_reassigned(connection: Connection, event: CaseReassigned, entry: JournalEntry) -> None:
    waiting = _step(event.case_id, event.number) & (case_steps.c.state == StepState.OPEN)
    changed = connection.execute(update(case_steps).where(waiting).values(assigned_to=event.to))
    _move(connection, event, entry, MoveKind.REASSIGNED, stands=bool(changed.rowcount), outcome=event.to,
          note=event.note)  # fmt: skip


def _case_withdrawn(connection: Connection, event: CaseWithdrawn, entry: JournalEntry) -> None:
    stands = _end(connection, event.case_id, entry, CaseState.WITHDRAWN, "")
    _move(connection, event, entry, MoveKind.WITHDRAWN, stands=stands, note=event.note)


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


def _go_on(connection: Connection, event: CaseStarted | StepTaken | TimerPassed, entry: JournalEntry) -> None:
    """What follows from a move: steps that lapse, steps that open, and perhaps the end."""
    _close(connection, event.case_id, getattr(event, "lapsed", ()), entry, StepState.LAPSED)
    if rows := list(_opened(event.case_id, event.opened, entry)):
        connection.execute(insert(case_steps), rows)
    if event.end:
        _end(connection, event.case_id, entry, CaseState.ENDED, event.end)


def _opened(case_id: str, opened: Iterable[StepOpened], entry: JournalEntry) -> Iterable[dict[str, object]]:
    for step in opened:
        yield {
            "case_id": case_id, "number": step.number, "element": step.element, "role": step.role,
            "state": StepState.OPEN, "opened_at": entry.at, "due": step.due, "timer": step.timer, "assigned_to": "",
            "seed": step.seed, "pages": canonical_json(list(step.pages)),
        }  # fmt: skip


def _end(connection: Connection, case_id: str, entry: JournalEntry, state: CaseState, end: str) -> bool:
    going = (cases.c.id == case_id) & (cases.c.state == CaseState.OPEN)
    ended = connection.execute(update(cases).where(going).values(state=state, end=end, ended_at=entry.at))
    if ended.rowcount:
        rest = (case_steps.c.case_id == case_id) & (case_steps.c.state == StepState.OPEN)
        connection.execute(_closed(rest, entry, StepState.LAPSED))
    return bool(ended.rowcount)


def _close(
    connection: Connection, case_id: str, numbers: tuple[int, ...], entry: JournalEntry, state: StepState
) -> bool:
    """Whether all of them were waiting."""
    closed = 0
    for number in numbers:
        waiting = _step(case_id, number) & (case_steps.c.state == StepState.OPEN)
        closed += connection.execute(_closed(waiting, entry, state)).rowcount
    return closed == len(numbers)


def _closed(which: ColumnElement[bool], entry: JournalEntry, state: StepState) -> Any:
    return update(case_steps).where(which).values(state=state, closed_at=entry.at, closed_by=entry.actor)


def _step(case_id: str, number: int) -> ColumnElement[bool]:
    return (case_steps.c.case_id == case_id) & (case_steps.c.number == number)


def _move(
    connection: Connection,
    event: CaseStarted | StepTaken | TimerPassed | CaseReassigned | CaseWithdrawn,
    entry: JournalEntry,
    kind: MoveKind,
    *,
    stands: bool,
    fields: Mapping[str, str] | None = None,
    ticked: Iterable[str] = (),
    **said: str,
) -> None:
    empty = dict.fromkeys(("outcome", "note", "role", "stands_in_for", "document_entry", "key", "signature"), "")
    connection.execute(
        insert(case_moves).values(
            sequence=entry.sequence, case_id=event.case_id, kind=kind, number=getattr(event, "number", 0),
            element=getattr(event, "element", ""), at=entry.at, by=entry.actor, stands=stands,
            fields=canonical_json(dict(fields or {})), ticked=canonical_json(list(ticked)), **empty | said,
        )
    )  # fmt: skip


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    ProcedureLoaded: _procedure_loaded,
    CaseStarted: _case_started,
    StepTaken: _step_taken,
    TimerPassed: _timer_passed,
    CaseReassigned: _case_reassigned,
    CaseWithdrawn: _case_withdrawn,
    PersonKeyMade: _person_key_made,
    SampleDrawn: _sample_drawn,
}
