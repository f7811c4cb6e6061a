"""A case in the engine, from what the journal says of it; and whether both say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muni_archive.domain.cases import Case, CaseState, Move, MoveKind, StepState
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import Procedure
from muni_archive.ports import Problem, UnitOfWork
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.workplace import Workplace
from muni_archive.workflow.running import CaseRun, Passed, Taken, replay


def run_of(unit: UnitOfWork, procedure: Procedure, case: Case) -> CaseRun:
    """The case as it stands now. What came too late (see `Move`) is left out."""
    return run_after(procedure, unit.cases.moves(case.id))


def run_after(procedure: Procedure, moves: Sequence[Move]) -> CaseRun:
    """A case as it stands after these moves. Raises `StepGone` for one that does not fit."""
    return replay(procedure, list(_moves(moves)))


def check_cases(place: Workplace) -> tuple[Problem, ...]:
    """Every case whose tables say something else than its procedure makes of its moves."""
    place.guard.require(Action.MAINTAIN)
    with place.unit_of_work() as unit:
        return tuple(problem for case in unit.cases.cases() for problem in check_case(place, unit, case))


def _moves(moves: Sequence[Move]) -> Iterator[Taken | Passed]:
    for move in moves:
        if move.stands and move.kind is MoveKind.TAKEN:
            yield Taken(number=move.number, outcome=move.outcome, fields=move.fields)
        elif move.stands and move.kind is MoveKind.TIMER:
            yield Passed(number=move.number)


def check_case(place: Workplace, unit: UnitOfWork, case: Case) -> Iterator[Problem]:
    """Where its tables say something else than its procedure makes of its moves."""
    if case.state is CaseState.WITHDRAWN:
        return
    try:
        procedure = procedure_of_version(place, case.version, case.procedure_id)
        run = run_of(unit, procedure, case)
    except ArchiveError as error:
        yield Problem(kind="case-lost", detail=f"case {case.id} cannot be replayed: {error}")
        return
    open_steps = [step for step in unit.cases.steps(case.id) if step.state is StepState.OPEN]
    here = {(step.number, step.element, step.timer) for step in open_steps}
    there = {(waits.number, waits.element, waits.timer) for waits in run.waiting}
    if here != there or (case.state is CaseState.ENDED) is not (case.end != ""):
        yield Problem(kind="case-differs", detail=f"case {case.id} waits for {sorted(here)}, not for {sorted(there)}")
