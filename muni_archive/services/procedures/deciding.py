"""Somebody takes a step of a case: approves, returns with a reason, rejects, or says that the work is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from muni_archive.domain.case_course import last_entry
from muni_archive.domain.cases import Case, CaseActor, CaseState, CaseStep, StepState
from muni_archive.domain.errors import ArchiveError, NotYours, StepGone
from muni_archive.domain.events import StepTaken
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import OutcomeKind
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.acting import outcome_of, record_as, require_other_eyes, require_turn
from muni_archive.services.procedures.actor import acting_here
from muni_archive.services.procedures.completeness import checklist_for, require_complete
from muni_archive.services.procedures.deeds import do_deed
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.procedures.matters import document_of
from muni_archive.services.procedures.opening import opened_steps
from muni_archive.services.procedures.replaying import run_of
from muni_archive.services.procedures.signing import signed
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.subjects import about_case
from muni_archive.services.workplace import Workplace
from muni_archive.workflow.running import Taken


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What somebody decides at a step. `seen` is the entry of the document's version that they looked at."""

    outcome: str
    note: str = ""
    ticked: Collection[str] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    seen: str | None = None


def take_step(place: Workplace, case_id: str, number: int, decision: Decision, *, actor: CaseActor) -> Case:
    """Record the decision, signed; returns the case as it stands then.

    Raises `StepGone` when somebody was faster or the document has changed since it was looked at, `NotYours`,
    `FourEyes`, `DecisionIncomplete`, `NotPermitted`; at a step that disposes of the record, a `RetentionRefused`.
    """
    actor = acting_here(place, actor)
    with place.unit_of_work() as unit:
        unit.lock()
        case, step = waiting_step(place, unit, case_id, number)
        event = _event(place, unit, case, step, decision, actor)
        record_as(unit, event, actor)
        procedure = procedure_of_version(place, case.version, case.procedure_id)
        destroyed = do_deed(place, unit, procedure, case, event, actor)
        unit.commit()
        case = unit.cases.case(case_id)
    if destroyed:
        remove_destroyed(place)
    return case


def take_several(
    place: Workplace, which: Sequence[tuple[str, int]], outcome: str, *, actor: CaseActor, note: str = ""
) -> Mapping[tuple[str, int], ArchiveError | None]:
    """The same outcome for many steps, where the procedure allows it; each is its own decision, and tells what came."""
    place.guard.require(Action.WORK_ON_CASE)
    return {each: _one_of_several(place, each, Decision(outcome=outcome, note=note), actor) for each in which}


def waiting_step(place: Workplace, unit: UnitOfWork, case_id: str, number: int) -> tuple[Case, CaseStep]:
    """The case and its step, which waits for somebody. Raises `StepGone`, `NotFound`, `NotPermitted`."""
    case = unit.cases.case(case_id)
    place.guard.require(Action.WORK_ON_CASE, about_case(unit.records, case))
    found = [step for step in unit.cases.steps(case_id) if step.number == number and not step.timer]
    if case.state is not CaseState.OPEN or not found or found[0].state is not StepState.OPEN:
        raise StepGone
    return case, found[0]


def _one_of_several(
    place: Workplace, which: tuple[str, int], decision: Decision, actor: CaseActor
) -> ArchiveError | None:
    try:
        with place.unit_of_work() as unit:
            case, step = waiting_step(place, unit, *which)
        described = procedure_of_version(place, case.version, case.procedure_id).step(step.element)
        if described is None or not described.several:
            raise NotYours(detail=_("the procedure wants each of these looked at by itself."))
        take_step(place, *which, decision, actor=actor)
    except ArchiveError as error:
        return error
    return None


def _event(
    place: Workplace, unit: UnitOfWork, case: Case, step: CaseStep, decision: Decision, actor: CaseActor
) -> StepTaken:
    procedure = procedure_of_version(place, case.version, case.procedure_id)
    require_turn(actor, case, step)
    described, outcome = outcome_of(procedure, step, decision.outcome)
    if outcome.kind is OutcomeKind.APPROVE:
        place.guard.require(Action.DECIDE, about_case(unit.records, case))
    require_other_eyes(unit, actor, case, described, outcome)
    entry = _seen(unit, case, decision.seen)
    items = checklist_for(place, unit, case, described)
    fields = require_complete(
        described, outcome, items, note=decision.note, ticked=decision.ticked, fields=decision.fields
    )
    moved = run_of(unit, procedure, case).take(Taken(number=step.number, outcome=outcome.id, fields=fields))
    now = place.clock.now()
    event = StepTaken(
        case_id=case.id, number=step.number, element=step.element, outcome=outcome.id, version=case.version,
        department=case.department, role=step.role, decided_at=now.isoformat(timespec="microseconds"),
        note=decision.note.strip(), fields=fields,
        ticked=tuple(item.id for item in items if item.id in decision.ticked),
        stands_in_for=actor.stands_in_for(step.role, case.department), document_id=case.document_id,
        document_entry=entry,
        opened=opened_steps(place, unit, procedure, moved.opened, document_id=case.document_id, now=now),
        lapsed=moved.lapsed, end=moved.end, after=last_entry(unit.cases.moves(case.id)),
    )  # fmt: skip
    return signed(place, unit, event, person=actor.name)


def _seen(unit: UnitOfWork, case: Case, seen: str | None) -> str:
    """The version that is decided on; nobody decides on one that they have not looked at."""
    document = document_of(unit, case.document_id)
    if document is None:
        return ""
    entry = document.entry
    if seen is not None and seen != entry:
        raise StepGone
    return entry
