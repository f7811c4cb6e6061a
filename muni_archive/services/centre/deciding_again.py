"""A move of a case reached the centre when the case had gone on: it is carried on, or a person has to settle it.

It still fits when the step that it takes waits yet: another branch of the case went on meanwhile. Where somebody else
took the step, both decisions are kept, and a third person says which of them counts.
"""

from __future__ import annotations

from muni_archive.domain.case_course import may_settle
from muni_archive.domain.cases import Case, CaseStep, Dispute, Move, MoveKind, Refusal, StepState
from muni_archive.domain.errors import ArchiveDamaged, ProcedureInvalid, StepGone
from muni_archive.domain.events import CaseCorrected, StepDisputed, StepSettled, StepTaken
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.procedures import Procedure
from muni_archive.ports import CentralUnit
from muni_archive.services.procedures.late_moves import Return, closer, event_of, step_meant, stood, way_back
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.procedures.opening import opened_steps
from muni_archive.services.procedures.replaying import run_after
from muni_archive.services.workplace import Workplace
from muni_archive.workflow.running import Passed, Taken


def carry_on(place: Workplace, unit: CentralUnit, case: Case, procedure: Procedure, mine: Move) -> Refusal | None:
    """Record what becomes of a move that came when the case had gone on; or why it never counts."""
    event = event_of(unit, mine)
    step = step_meant(unit, procedure, mine)
    if step is None:
        known = stood(unit.cases.moves(case.id), event.after)
        return Refusal.STEP if known or not event.after else Refusal.RESTS
    if step.state is StepState.OPEN:
        _count(place, unit, case, procedure, mine, Return(number=step.number, undone=()))
    elif isinstance(event, StepTaken):
        counted = closer(unit.cases.moves(case.id), step)
        if counted is None:
            return Refusal.STEP
        _dispute(place, unit, case, step, counted=counted.entry, late=mine.entry)
    return None


def count_anew(place: Workplace, unit: CentralUnit, case: Case, procedure: Procedure, mine: Move) -> None:
    """The move counts, and leads where the procedure leads. Raises `StepGone`."""
    _count(place, unit, case, procedure, mine, Return(number=mine.number, undone=(mine,)))


def settle_step(place: Workplace, unit: CentralUnit, case: Case, event: StepSettled, entry: JournalEntry) -> None:
    """What a person settled comes true. Two who settle one differently make it open again: neither is lost."""
    course = unit.cases.course(case.id)
    dispute = next((each for each in course.disputes if each.id == event.conflict_id), None)
    if dispute is None:
        return
    if dispute.resolution == entry.id:
        if event.chosen == dispute.late:
            _let_it_count(place, unit, case, dispute)
    elif event.chosen != dispute.chosen and may_settle(course.moves, dispute, entry.actor):
        step = course.steps.get(dispute.number)
        if step is not None and event.chosen in (dispute.counted, dispute.late):
            _dispute(place, unit, case, step, counted=dispute.chosen, late=event.chosen)


def _let_it_count(place: Workplace, unit: CentralUnit, case: Case, dispute: Dispute) -> None:
    late = next(move for move in unit.cases.moves(case.id) if move.entry == dispute.late)
    try:
        procedure = procedure_of_version(place, case.version, case.procedure_id)
        back = way_back(unit, procedure, late)
        if back is not None:
            _count(place, unit, case, procedure, late, back)
            return
    except (ArchiveDamaged, ProcedureInvalid, StepGone):  # the procedure's file is gone, or does not lead there
        pass
    unit.record(
        CaseCorrected(
            case_id=case.id, department=case.department, document_id=case.document_id, entry=late.entry,
            refused=Refusal.RESTS,
        )
    )  # fmt: skip


def _count(place: Workplace, unit: CentralUnit, case: Case, procedure: Procedure, mover: Move, back: Return) -> None:
    """Record that the move counts from now on, in the place of what is undone. Raises `StepGone`."""
    gone = {move.entry for move in back.undone}
    run = run_after(procedure, [move for move in unit.cases.moves(case.id) if move.entry not in gone])
    waiting = {each.number for each in run.waiting}
    if back.number not in waiting:
        raise StepGone
    first = run.count + 1
    closed = [step.number for step in unit.cases.steps(case.id) if step.state is not StepState.OPEN]
    if mover.kind is MoveKind.TIMER:
        moved = run.ring(Passed(number=back.number))
    else:
        moved = run.take(Taken(number=back.number, outcome=mover.outcome, fields=mover.fields))
    opened = opened_steps(place, unit, procedure, moved.opened, document_id=case.document_id, now=place.clock.now())
    unit.record(
        CaseCorrected(
            case_id=case.id, department=case.department, document_id=case.document_id, entry=mover.entry,
            undone=tuple(move.entry for move in back.undone), first=first if gone else 0,
            reopened=tuple(sorted(waiting.intersection(closed))) if gone else (), number=back.number,
            opened=opened, lapsed=moved.lapsed, end=moved.end,
        )
    )  # fmt: skip


def _dispute(place: Workplace, unit: CentralUnit, case: Case, step: CaseStep, *, counted: str, late: str) -> None:
    unit.record(
        StepDisputed(
            conflict_id=place.ids.new(), case_id=case.id, department=case.department, document_id=case.document_id,
            number=step.number, element=step.element, counted=counted, late=late,
        )
    )  # fmt: skip
