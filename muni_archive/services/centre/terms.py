"""Terms for objections in the case that destroys: counted again at the centre, by its own clock.

A timer goes off at a station, by that station's clock. Where the case destroys a document, that is not enough: the term
begins when the centre heard of the move that opened it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from muni_archive.domain.cases import Case, CaseStep, Move, MoveKind
from muni_archive.domain.procedures import Procedure
from muni_archive.domain.working_time import due_after
from muni_archive.ports import CentralUnit
from muni_archive.services.workplace import Workplace


def term_running(place: Workplace, unit: CentralUnit, case: Case, procedure: Procedure) -> datetime | None:
    """When the last term of the case is over that went off and is not; None where there is none. In UTC."""
    ends = max(_ends(place, unit, case, procedure), default=None)
    return ends if ends is not None and place.clock.now() < ends else None


def _ends(place: Workplace, unit: CentralUnit, case: Case, procedure: Procedure) -> Iterator[datetime]:
    moves, steps = unit.cases.moves(case.id), {step.number: step for step in unit.cases.steps(case.id)}
    for move in moves:
        timer, step = procedure.timer(move.element), steps.get(move.number)
        if move.kind is MoveKind.TIMER and move.stands and timer is not None and step is not None:
            yield due_after(_began(unit, moves, step, move.sequence), timer.after, place.holidays())


def _began(unit: CentralUnit, moves: Sequence[Move], step: CaseStep, before: int) -> datetime:
    """When the centre heard of the move with which the term began; its own time where it made that move itself."""
    opening = [move.sequence for move in moves if move.sequence < before and move.at == step.opened_at]
    return (unit.arrival(opening[-1]) if opening else None) or step.opened_at
