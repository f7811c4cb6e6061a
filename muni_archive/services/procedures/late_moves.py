"""A decision that came when its case had gone on: which step it meant, and what it would take to let it count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muni_archive.domain.cases import CaseStep, Move, MoveKind, StepState
from muni_archive.domain.errors import StepGone
from muni_archive.domain.events import StepTaken, TimerPassed
from muni_archive.domain.procedures import Procedure
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.replaying import run_after

_UNDONE = (MoveKind.TAKEN, MoveKind.TIMER, MoveKind.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Return:
    """A late move's step, and the moves that would count no more if the late one counted, first to last."""

    number: int
    undone: tuple[Move, ...]


def way_back(unit: UnitOfWork, procedure: Procedure, late: Move) -> Return | None:
    """What it takes to let the late decision count; None where that cannot be: its step is no more, or what was done
    since cannot be undone (a proposal to destroy, a destruction).
    """
    step = step_meant(unit, procedure, late)
    if step is None or _does(procedure, late):
        return None
    moves = unit.cases.moves(late.case_id)
    if step.state is StepState.OPEN:
        return Return(number=step.number, undone=())
    counted = closer(moves, step)
    if counted is None:
        return None
    undone = [move for move in moves if move.stands and move.kind in _UNDONE and move.sequence >= counted.sequence]
    if any(_does(procedure, move) for move in undone):
        return None
    return Return(number=step.number, undone=tuple(undone))


def step_meant(unit: UnitOfWork, procedure: Procedure, mine: Move) -> CaseStep | None:
    """The step that the move takes, as it is now: it waited after the last move that whoever moved knew.

    A step's number is another where branches went on in another order, its element is not: so it is found by that.
    """
    moves, event = unit.cases.moves(mine.case_id), event_of(unit, mine)
    steps = {step.number: step for step in unit.cases.steps(mine.case_id)}
    if not event.after:  # written before moves said what they rest on
        step = steps.get(event.number)
        return step if step and step.element == event.element else None
    known = stood(moves, event.after)
    if known is None:
        return None
    try:
        run = run_after(procedure, [move for move in moves if move.sequence <= known.sequence])
    except StepGone:
        return None
    meant = [each.number for each in run.waiting if each.element == event.element]
    return steps.get(meant[0]) if meant else None


def stood(moves: Sequence[Move], entry: str) -> Move | None:
    """The move that leads the case, or one like it: two stations let one timer go off."""
    found = next((move for move in moves if move.entry == entry), None)
    if found is None or found.leads:
        return found
    alike = (move for move in moves if move.leads and move.number == found.number and move.element == found.element)
    return next(alike, None) if found.kind is MoveKind.TIMER else None


def closer(moves: Sequence[Move], step: CaseStep) -> Move | None:
    """The move with which the step ceased to wait."""
    closing = [move for move in moves if move.stands and (move.at, move.by) == (step.closed_at, step.closed_by)]
    taking = [move for move in closing if move.kind in _UNDONE]
    return next((move for move in taking if move.number == step.number), taking[0] if taking else None)


def _does(procedure: Procedure, move: Move) -> bool:
    """Whether the step does something to the record itself."""
    step = procedure.step(move.element)
    return step is not None and step.does is not None


def event_of(unit: UnitOfWork, move: Move) -> StepTaken | TimerPassed:
    event = unit.records.event(move.entry)
    assert isinstance(event, StepTaken | TimerPassed)
    return event
