"""Reading cases: implements `ports.Cases` on one connection."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from muni_archive.domain.case_course import Course
from muni_archive.domain.cases import (
    Case,
    CaseState,
    CaseStep,
    Dispute,
    LoadedProcedure,
    Move,
    MoveKind,
    PersonKey,
    Sample,
    StepState,
)
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import PageCaptured
from muni_archive.domain.saying import said_in
from muni_archive.store.tables import (
    case_disputes,
    case_moves,
    case_steps,
    cases,
    journal,
    person_keys,
    procedures,
    samples,
)


class SqlCases:
    """Every method asks the tables anew, so what the unit has recorded is seen at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def case(self, case_id: str) -> Case:
        row = self._connection.execute(select(cases).where(cases.c.id == case_id)).first()
        if row is None:
            raise NotFound(key=case_id)
        return _case(row)

    def cases(
        self, *, document_id: str | None = None, file_reference: str | None = None, open_only: bool = False
    ) -> Sequence[Case]:
        query = select(cases).order_by(cases.c.started_at, cases.c.id)
        if document_id is not None:
            query = query.where(cases.c.document_id == document_id)
        if file_reference is not None:
            query = query.where(cases.c.file_reference == file_reference)
        if open_only:
            query = query.where(cases.c.state == CaseState.OPEN)
        return [_case(row) for row in self._connection.execute(query)]

    def steps(self, case_id: str) -> Sequence[CaseStep]:
        query = select(case_steps).where(case_steps.c.case_id == case_id).order_by(case_steps.c.number)
        return [_step(row) for row in self._connection.execute(query)]

    def waiting(self) -> Sequence[tuple[Case, CaseStep]]:
        dated = case_steps.c.due == ""
        query = self._open(timer=False).order_by(dated, case_steps.c.due, case_steps.c.opened_at, case_steps.c.case_id)
        steps = [_step(row) for row in self._connection.execute(query)]
        every = {case.id: case for case in self.cases(open_only=True)}
        return [(every[step.case_id], step) for step in steps if step.case_id in every]

    def timers_due(self, at: datetime) -> Sequence[CaseStep]:
        due = case_steps.c.due <= at.isoformat(timespec="microseconds")
        query = self._open(timer=True).where(due).order_by(case_steps.c.due, case_steps.c.case_id, case_steps.c.number)
        return [_step(row) for row in self._connection.execute(query)]

    def moves(self, case_id: str) -> Sequence[Move]:
        query = select(case_moves).where(case_moves.c.case_id == case_id).order_by(case_moves.c.sequence)
        return [_move(row) for row in self._connection.execute(query)]

    def latest_moves(self, *, before: int, limit: int) -> Sequence[Move]:
        query = select(case_moves).where(case_moves.c.sequence < before).order_by(case_moves.c.sequence.desc())
        return [_move(row) for row in self._connection.execute(query.limit(limit))]

    def moves_beside(self) -> Sequence[Move]:
        beside = case_moves.c.stands.is_(False) & (case_moves.c.kind == MoveKind.TAKEN)
        query = select(case_moves).where(beside).order_by(case_moves.c.sequence)
        return [_move(row) for row in self._connection.execute(query)]

    def disputes(self, case_id: str | None = None) -> Sequence[Dispute]:
        query = select(case_disputes).order_by(case_disputes.c.found_at, case_disputes.c.id)
        if case_id is not None:
            query = query.where(case_disputes.c.case_id == case_id)
        return [_dispute(row) for row in self._connection.execute(query)]

    def course(self, case_id: str) -> Course:
        row = self._connection.execute(select(cases).where(cases.c.id == case_id)).first()
        return Course(
            case=_case(row) if row else None, steps={step.number: step for step in self.steps(case_id)},
            moves=tuple(self.moves(case_id)), disputes=tuple(self.disputes(case_id)),
        )  # fmt: skip

    def procedures(self) -> Sequence[LoadedProcedure]:
        query = select(procedures).order_by(procedures.c.sequence)
        return [
            LoadedProcedure(**_values(row) | {"loaded_at": _time(row.loaded_at)})
            for row in self._connection.execute(query)
        ]

    def person_keys(self) -> Sequence[PersonKey]:
        query = select(person_keys).order_by(person_keys.c.sequence)
        return [PersonKey(**_values(row) | {"made_at": _time(row.made_at)}) for row in self._connection.execute(query)]

    def samples(self) -> Sequence[Sample]:
        query = select(samples).order_by(samples.c.drawn_at, samples.c.id)
        return [
            Sample(**_values(row) | {"pages": tuple(json.loads(row.pages)), "drawn_at": _time(row.drawn_at)})
            for row in self._connection.execute(query)
        ]

    def pages_brought_by(self, clerk: str, *, first: str, last: str) -> Sequence[str]:
        start, end = (
            select(journal.c.sequence).where(journal.c.id == each).scalar_subquery() for each in (first, last)
        )
        here = select(journal.c.station).where(journal.c.id == last).scalar_subquery()
        query = (
            select(journal.c.payload)
            .where(journal.c.sequence.between(start, end), journal.c.actor == clerk, journal.c.station == here)
            .where(journal.c.kind == PageCaptured.kind)
            .order_by(journal.c.sequence)
        )
        return [said_in(PageCaptured.kind, row.payload)["page_id"] for row in self._connection.execute(query)]

    def _open(self, *, timer: bool) -> Select[Any]:
        waits = (case_steps.c.state == StepState.OPEN) & (case_steps.c.timer == timer)
        return select(case_steps).where(waits)


def _case(row: Row[Any]) -> Case:
    times = {"started_at": _time(row.started_at), "ended_at": _time(row.ended_at) if row.ended_at else None}
    return Case(**_values(row) | times | {"state": CaseState(row.state)})


def _step(row: Row[Any]) -> CaseStep:
    return CaseStep(
        **_values(row)
        | {
            "state": StepState(row.state),
            "opened_at": _time(row.opened_at),
            "due": _time(row.due) if row.due else None,
            "pages": tuple(json.loads(row.pages)),
            "closed_at": _time(row.closed_at) if row.closed_at else None,
            "closed_by": row.closed_by or "",
        }
    )


def _move(row: Row[Any]) -> Move:
    said = {"fields": json.loads(row.fields), "ticked": tuple(json.loads(row.ticked))}
    return Move(**_values(row) | said | {"kind": MoveKind(row.kind), "at": _time(row.at)})


def _dispute(row: Row[Any]) -> Dispute:
    resolved = _time(row.resolved_at) if row.resolved_at else None
    return Dispute(**_values(row) | {"found_at": _time(row.found_at), "resolved_at": resolved})


def _values(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
