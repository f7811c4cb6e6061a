"""Whether somebody may take a step, before anything is recorded."""

from __future__ import annotations

from collections.abc import Collection

from muni_archive.domain.cases import Case, CaseActor, CaseStep, Move, MoveKind
from muni_archive.domain.errors import FourEyes, NotYours
from muni_archive.domain.events import Event
from muni_archive.domain.four_eyes import Bar, Trail, bar_to_approval
from muni_archive.domain.people import plain_name
from muni_archive.domain.procedures import Outcome, OutcomeKind, Procedure, Step
from muni_archive.messages import N_, _
from muni_archive.ports import UnitOfWork

_WHY = {
    Bar.ENTERED: N_("you entered it, or whom you stand in for did."),
    Bar.STARTED: N_("you began this case, or whom you stand in for did."),
    Bar.DECIDED: N_("you took an earlier step of this case, or whom you stand in for did."),
}


def is_for(actor: CaseActor, case: Case, step: CaseStep) -> bool:
    """Whether the step waits for this person: role, department, and nobody else named."""
    named = step.assigned_to in ("", actor.name) or plain_name(step.assigned_to) == plain_name(actor.name)
    return named and actor.may_act_as(step.role, case.department)


def require_turn(actor: CaseActor, case: Case, step: CaseStep) -> None:
    """Raises `NotYours`."""
    if not actor.has(step.role):
        raise NotYours(detail=_("it needs the role {role}.").format(role=step.role))
    if not actor.may_act_as(step.role, case.department):
        raise NotYours(detail=_("it belongs to another department."))
    if not is_for(actor, case, step):
        raise NotYours(detail=_("it waits for {name}.").format(name=step.assigned_to))


def record_as(unit: UnitOfWork, event: Event, actor: CaseActor) -> None:
    """Record what this person does; the journal must name nobody else. Raises `NotYours`."""
    entry = unit.record(event)
    if plain_name(entry.actor) != plain_name(actor.name):
        raise NotYours(detail=_("this archive is open in the name of {name}.").format(name=entry.actor))


def require_other_eyes(unit: UnitOfWork, actor: CaseActor, case: Case, step: Step, outcome: Outcome) -> None:
    """Raises `FourEyes` where approving would be approving one's own. There is no way around this."""
    if outcome.kind is OutcomeKind.APPROVE and (bar := what_bars(unit, actor, case, step)):
        raise FourEyes(detail=_(_WHY[bar]))


def why_barred(bar: Bar) -> str:
    """In the user's language."""
    return _(_WHY[bar])


def what_bars(unit: UnitOfWork, actor: CaseActor, case: Case, step: Step) -> Bar | None:
    """What keeps this person from approving at the step."""
    apart = step.apart_from_starter or case.document_id is None
    people = actor.people(step.role, case.department)
    return bar_to_approval(people, step.id, trail_of(unit, case), apart_from_starter=apart)


def trail_of(unit: UnitOfWork, case: Case, *, but: Collection[str] = ()) -> Trail:
    """Who had a hand in the case and its document so far; without the moves of these entries, which come later."""
    moves = unit.cases.moves(case.id)
    return Trail(
        entered=_entered(unit, case),
        starter=frozenset().union(*(move.people for move in moves if move.kind is MoveKind.STARTED)),
        taken=tuple((move.element, move.people) for move in moves if _counts(move) and move.entry not in but),
    )


def _counts(move: Move) -> bool:
    """A decision that came too late was made all the same; one that the centre refuses may be nobody's."""
    return move.kind is MoveKind.TAKEN and not move.refused


def _entered(unit: UnitOfWork, case: Case) -> frozenset[str]:
    """Whoever scanned, described or corrected the document."""
    if case.document_id is None:
        return frozenset()
    versions = unit.records.versions(case.document_id)
    decided = unit.records.decisions(case.document_id)
    batch_id = versions[0].batch_id if versions else None
    fed = {unit.records.batch(batch_id).opened_by} if batch_id else set()
    return frozenset({version.changed_by for version in versions} | {each.decided_by for each in decided} | fed)


def outcome_of(procedure: Procedure, step: CaseStep, outcome_id: str) -> tuple[Step, Outcome]:
    """Raises `NotYours` for an outcome that the step does not have."""
    described = procedure.step(step.element)
    outcome = described.outcome(outcome_id) if described else None
    if described is None or outcome is None:
        raise NotYours(detail=_("it cannot end with «{outcome}».").format(outcome=outcome_id))
    return described, outcome
