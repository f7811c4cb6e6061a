"""One step that two people decided before they heard of each other: a third says which decision counts.

Every use case here works in a `casework.case_workplace`.
"""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.case_course import may_settle
from muni_archive.domain.cases import Case, CaseActor, Dispute, Move, MoveKind
from muni_archive.domain.centre_errors import ConflictSettled
from muni_archive.domain.errors import DecisionIncomplete, NotFound, NotYours
from muni_archive.domain.events import StepSettled, StepTaken
from muni_archive.domain.four_eyes import is_among
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import Procedure
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.acting import record_as
from muni_archive.services.procedures.late_moves import way_back
from muni_archive.services.procedures.library import procedure_of_version, readable_procedure
from muni_archive.services.procedures.signing import is_signed_by
from muni_archive.services.subjects import about_case, about_cases, is_allowed
from muni_archive.services.together.place import Together
from muni_archive.services.workplace import Workplace

LONGEST = 4000
"""Signs of a note."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One of the two decisions, the station at which it was made, and whether its signature fits."""

    move: Move
    station: str
    signed: bool


@dataclass(frozen=True, kw_only=True)
class OpenDispute:
    """Both decisions, and what would be decided anew if the late one counted."""

    dispute: Dispute
    case: Case
    procedure: Procedure
    counted: Decided
    late: Decided
    moves: tuple[Move, ...]
    """All that happened in the case."""
    undone: tuple[Move, ...]
    """Moves that would count no more, first to last; the decision that counts now is the first."""
    possible: bool
    """Whether the late decision can come to count."""
    mine: bool
    """Whether whoever asks may settle it: they made neither of the two."""


@dataclass(frozen=True, kw_only=True)
class Uncounted:
    """A decision of somebody that does not count: the centre refuses it, or another came first."""

    move: Move
    case: Case
    procedure: Procedure
    waits: bool
    """Whether it is to be settled yet."""


def open_disputes(place: Workplace) -> tuple[Dispute, ...]:
    """What waits for a person, oldest first; without what was settled here and is on its way."""
    scope = place.guard.scope(Action.SETTLE)
    with place.unit_of_work() as unit:
        waiting = [dispute for dispute in unit.cases.disputes() if dispute.resolution is None]
        cases = {each.case_id: case for each in waiting if (case := _case(unit, each.case_id))}
        about = about_cases(unit.records, list(cases.values()))
    return tuple(each for each in waiting if each.case_id in cases and is_allowed(scope, about[each.case_id]))


def show_dispute(place: Workplace, together: Together, dispute_id: str, *, actor: CaseActor) -> OpenDispute:
    """Raises `NotFound`, `ConflictSettled`, `BlobMissing` without the procedure's file."""
    with place.unit_of_work() as unit, together.copy() as copy:
        dispute = _open(unit, dispute_id)
        case = unit.cases.case(dispute.case_id)
        place.guard.require(Action.SETTLE, about_case(unit.records, case))
        procedure = procedure_of_version(place, case.version, case.procedure_id)
        moves = {move.entry: move for move in unit.cases.moves(case.id)}
        sides = [_decided(copy, moves[entry]) for entry in (dispute.counted, dispute.late)]
        back = _way_back(copy, procedure, dispute)
        return OpenDispute(
            dispute=dispute, case=case, procedure=procedure, counted=sides[0], late=sides[1],
            moves=tuple(moves.values()), undone=back or (), possible=back is not None,
            mine=may_settle(moves.values(), dispute, actor.name),
        )  # fmt: skip


def settle_dispute(place: Workplace, shown: OpenDispute, chosen: str, *, actor: CaseActor, note: str) -> None:
    """Record which of the two decisions counts (its entry's id); the centre carries it out.

    Raises `ConflictSettled` when somebody did it before, `NotYours` for who made one of the two, `DecisionIncomplete`
    without a reason, `NotPermitted`.
    """
    if not note.strip() or len(note) > LONGEST:
        raise DecisionIncomplete(detail=_("say why, so that both of them know."))
    if chosen == shown.late.move.entry and not shown.possible:
        raise NotYours(detail=_("what was done since cannot be undone."))
    with place.unit_of_work() as unit:
        unit.lock()
        dispute = _open(unit, shown.dispute.id)
        case = unit.cases.case(dispute.case_id)
        place.guard.require(Action.SETTLE, about_case(unit.records, case))
        if not may_settle(unit.cases.moves(case.id), dispute, actor.name):
            raise NotYours(detail=_("you made one of the two decisions, or whom you stood in for did."))
        event = StepSettled(
            conflict_id=dispute.id, case_id=case.id, department=case.department, document_id=case.document_id,
            chosen=chosen, note=note.strip(),
        )  # fmt: skip
        record_as(unit, event, actor)
        unit.commit()


def uncounted(place: Workplace, actor: CaseActor) -> tuple[Uncounted, ...]:
    """Decisions of this person, or in whose place they were made, that do not count; the latest first."""
    with place.unit_of_work() as unit:
        beside = [move for move in unit.cases.moves_beside() if is_among(actor.name, move.people)]
        waiting = {each.late for each in unit.cases.disputes() if each.resolution is None}
        found = []
        for move in reversed(beside):
            case = _case(unit, move.case_id)
            procedure = readable_procedure(place, case.version, case.procedure_id) if case else None
            if case and procedure:
                found.append(Uncounted(move=move, case=case, procedure=procedure, waits=move.entry in waiting))
    return tuple(found)


def _open(unit: UnitOfWork, dispute_id: str) -> Dispute:
    found = next((each for each in unit.cases.disputes() if each.id == dispute_id), None)
    if found is None:
        raise NotFound(key=dispute_id)
    if found.resolution is not None:
        raise ConflictSettled
    return found


def _decided(copy: UnitOfWork, move: Move) -> Decided:
    entry, event = copy.records.entry(move.entry), copy.records.event(move.entry)
    signed = isinstance(event, StepTaken) and is_signed_by(event, entry, copy.cases.person_keys())
    return Decided(move=move, station=entry.station, signed=signed)


def _way_back(copy: UnitOfWork, procedure: Procedure, dispute: Dispute) -> tuple[Move, ...] | None:
    """As the centre will see it."""
    late = next((move for move in copy.cases.moves(dispute.case_id) if move.entry == dispute.late), None)
    back = way_back(copy, procedure, late) if late and late.kind is MoveKind.TAKEN else None
    return back.undone if back else None


def _case(unit: UnitOfWork, case_id: str) -> Case | None:
    try:
        return unit.cases.case(case_id)
    except NotFound:
        return None
