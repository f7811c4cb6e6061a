"""What waits for whom, what is overdue; and one case with everything that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from muni_archive.domain.cases import Case, CaseActor, CaseState, CaseStep, Move, StepState
from muni_archive.domain.four_eyes import Bar
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import CheckItem, Procedure, Step
from muni_archive.domain.records import Document
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.acting import is_for, what_bars
from muni_archive.services.procedures.actor import acting_here
from muni_archive.services.procedures.completeness import checklist_for
from muni_archive.services.procedures.deciding import waiting_step
from muni_archive.services.procedures.library import procedure_of_version, procedures_of
from muni_archive.services.procedures.matters import document_of
from muni_archive.services.procedures.timing import advance_timers
from muni_archive.services.subjects import about_case, about_cases, about_document, is_allowed
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class WaitingStep:
    """One line of the inbox."""

    case: Case
    step: CaseStep
    procedure: Procedure
    described: Step
    mine: bool
    """Whether whoever asks may take it."""
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case with its procedure, its steps and all that happened in it."""

    case: Case
    procedure: Procedure
    steps: tuple[CaseStep, ...]
    moves: tuple[Move, ...]
    document: Document | None

    @property
    def stands_at(self) -> frozenset[str]:
        """Elements that the case waits at."""
        if self.case.state is not CaseState.OPEN:
            return frozenset({self.case.end} - {""})
        return frozenset(step.element for step in self.steps if step.state is StepState.OPEN)

    @property
    def passed(self) -> frozenset[str]:
        """Elements whose step somebody took."""
        return frozenset(step.element for step in self.steps if step.state is StepState.TAKEN)


@dataclass(frozen=True, kw_only=True)
class Task:
    """What somebody decides: a step of a case, with its checklist and whatever keeps them from approving."""

    view: CaseView
    step: CaseStep
    described: Step
    checklist: tuple[CheckItem, ...]
    mine: bool
    bar: Bar | None
    pages: tuple[str, ...]
    """Ids of the pages to look at first: those that were drawn, else none."""


def inbox(place: Workplace, actor: CaseActor, *, everything: bool = False) -> tuple[WaitingStep, ...]:
    """What waits for this person, or for anybody in their departments; what is due first comes first.

    A case whose procedure cannot be read now is left out: it keeps nobody from working on the others.
    """
    place.guard.require(Action.WORK_ON_CASE)
    actor = acting_here(place, actor)
    advance_timers(place)
    now = place.clock.now()
    with place.unit_of_work() as unit:
        waiting = waiting_cases(place, unit, Action.WORK_ON_CASE)
    mine = [(case, step) for case, step in waiting if actor.covers(case.department)]
    procedures = procedures_of(place, [case for case, _step in mine])
    found = (_line(procedures[case.id], case, step, actor, now) for case, step in mine if case.id in procedures)
    return tuple(line for line in found if line and (everything or line.mine))


def count_waiting(place: Workplace, actor: CaseActor) -> int:
    """How many steps wait for this person, none for who works on no cases; timers are left as they are."""
    if not place.guard.may(Action.WORK_ON_CASE):
        return 0
    actor = acting_here(place, actor)
    with place.unit_of_work() as unit:
        return sum(is_for(actor, case, step) for case, step in waiting_cases(place, unit, Action.WORK_ON_CASE))


def waiting_cases(place: Workplace, unit: UnitOfWork, action: Action) -> Sequence[tuple[Case, CaseStep]]:
    """Steps that wait for anybody, of the cases with which who asks may do this."""
    waiting, scope = unit.cases.waiting(), place.guard.scope(action)
    if scope is None:
        return waiting
    about = about_cases(unit.records, [case for case, _step in waiting])
    return [(case, step) for case, step in waiting if is_allowed(scope, about[case.id])]


def show_case(place: Workplace, case_id: str) -> CaseView:
    """Raises `NotFound`."""
    with place.unit_of_work() as unit:
        case = unit.cases.case(case_id)
        place.guard.require(Action.VIEW, about_case(unit.records, case))
        return _view(place, unit, case)


def show_task(place: Workplace, case_id: str, number: int, actor: CaseActor) -> Task:
    """The step with all that is needed to decide. Raises `NotFound`, `StepGone`."""
    actor = acting_here(place, actor)
    with place.unit_of_work() as unit:
        case, step = waiting_step(place, unit, case_id, number)
        view = _view(place, unit, case)
        described = view.procedure.step(step.element)
        assert described is not None, "a step that waits stands in its procedure"
        return Task(
            view=view, step=step, described=described, checklist=checklist_for(place, unit, case, described),
            mine=is_for(actor, case, step), bar=what_bars(unit, actor, case, described), pages=step.pages,
        )  # fmt: skip


def cases_of(place: Workplace, document_id: str) -> tuple[Case, ...]:
    """Cases about the document, oldest first."""
    with place.unit_of_work() as unit:
        place.guard.require(Action.VIEW, about_document(unit.records.document(document_id)))
        return tuple(unit.cases.cases(document_id=document_id))


def _line(procedure: Procedure, case: Case, step: CaseStep, actor: CaseActor, now: datetime) -> WaitingStep | None:
    described = procedure.step(step.element)
    if described is None:
        return None
    return WaitingStep(
        case=case, step=step, procedure=procedure, described=described, mine=is_for(actor, case, step),
        overdue=step.is_overdue(now),
    )  # fmt: skip


def _view(place: Workplace, unit: UnitOfWork, case: Case) -> CaseView:
    return CaseView(
        case=case,
        procedure=procedure_of_version(place, case.version, case.procedure_id),
        steps=tuple(unit.cases.steps(case.id)),
        moves=tuple(unit.cases.moves(case.id)),
        document=document_of(unit, case.document_id),
    )
