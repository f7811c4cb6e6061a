"""What steps do to the record besides being taken: the disposal procedure proposes destruction, and carries it out.

Each is part of the decision's own transaction: where retention refuses, the step is not taken either.
"""

from __future__ import annotations

from muni_archive.domain.cases import Case, CaseActor, Move, MoveKind
from muni_archive.domain.disposals import Disposal, DisposalState
from muni_archive.domain.events import DisposalWithdrawn, StepTaken
from muni_archive.domain.four_eyes import check_second_person
from muni_archive.domain.people import plain_name
from muni_archive.domain.procedures import Deed, Outcome, OutcomeKind, Procedure, Step
from muni_archive.domain.retention_errors import CentreDeciding, DisposalSettled, KeptByCentre
from muni_archive.ports import UnitOfWork
from muni_archive.services.retention.disposing import confirm_in, propose_in
from muni_archive.services.retention.wording import refusal_words
from muni_archive.services.workplace import Workplace

REASON = "reason"
"""The field whose text becomes the reason of the proposal, where a step has it."""
_BACK = (OutcomeKind.RETURN, OutcomeKind.REJECT)


def do_deed(
    place: Workplace, unit: UnitOfWork, procedure: Procedure, case: Case, event: StepTaken, actor: CaseActor
) -> bool:
    """Whether bytes are to be removed now. Raises a `RetentionRefused` that says what keeps the record."""
    step, outcome = _taken(procedure, event)
    if case.document_id is None or not any(each.does for each in procedure.steps):
        return False
    if outcome.kind in _BACK:
        take_back(unit, procedure, case, event.note)
    elif step.does is Deed.PROPOSE_DISPOSAL:
        reason = event.fields.get(REASON) or event.note or step.label["ar"]
        propose_in(place, unit, case.document_id, reason=reason, case_id=case.id)
    elif step.does is Deed.CONFIRM_DISPOSAL and unit.retention.destroyed(case.document_id) is None:
        return _confirm(place, unit, procedure, case, actor.people(step.role, case.department))
    elif step.does is None:
        _check_carried_out(unit, case.document_id)
    return False


def _check_carried_out(unit: UnitOfWork, document_id: str) -> None:
    """Nobody certifies what the centre has yet to do. Raises `CentreDeciding`, `KeptByCentre`."""
    waiting = unit.retention.disposal_of(document_id)
    if waiting is None or waiting.state is DisposalState.OPEN:
        return
    number = unit.retention.kept(document_id).number
    if waiting.state is DisposalState.CONFIRMED:
        raise CentreDeciding(number=number)
    raise KeptByCentre(number=number, reason=refusal_words(waiting))


def take_back(unit: UnitOfWork, procedure: Procedure, case: Case, reason: str) -> None:
    """The proposal that this case made counts no more."""
    waiting = _proposal(unit, procedure, case)
    if waiting is not None:
        unit.record(DisposalWithdrawn(disposal_id=waiting.id, reason=reason.strip()))


def _confirm(place: Workplace, unit: UnitOfWork, procedure: Procedure, case: Case, people: frozenset[str]) -> bool:
    """Nobody carries out what they, or whom they stand in for, proposed. Whether it is destroyed now: a centre is asked
    first.
    """
    waiting = _proposal(unit, procedure, case)
    if waiting is None:
        raise DisposalSettled
    for first in _proposers(unit, procedure, case):
        check_second_person(first, people)
    return confirm_in(place, unit, waiting) is not None


def _proposal(unit: UnitOfWork, procedure: Procedure, case: Case) -> Disposal | None:
    """One that somebody made elsewhere is not the case's."""
    waiting = unit.retention.disposal_of(case.document_id) if case.document_id else None
    made = {plain_name(name) for name in _proposers(unit, procedure, case)}
    return waiting if waiting and plain_name(waiting.proposed_by) in made else None


def _proposers(unit: UnitOfWork, procedure: Procedure, case: Case) -> frozenset[str]:
    proposing = {step.id for step in procedure.steps if step.does is Deed.PROPOSE_DISPOSAL}
    made = (move.people for move in unit.cases.moves(case.id) if _is_taken(move) and move.element in proposing)
    return frozenset().union(*made)


def _is_taken(move: Move) -> bool:
    return move.kind is MoveKind.TAKEN and move.stands


def _taken(procedure: Procedure, event: StepTaken) -> tuple[Step, Outcome]:
    step = procedure.step(event.element)
    outcome = step.outcome(event.outcome) if step else None
    assert step is not None, "what was taken stands in its procedure"
    assert outcome is not None, "what was chosen is an outcome of its step"
    return step, outcome
