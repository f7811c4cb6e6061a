"""A step is given to a certain person, or a case is taken back by whoever began it."""

from __future__ import annotations

from muni_archive.domain.cases import Case, CaseActor, CaseState
from muni_archive.domain.errors import DecisionIncomplete, NotYours, StepGone
from muni_archive.domain.events import CaseReassigned, CaseWithdrawn
from muni_archive.domain.people import LONGEST_NAME, plain_name
from muni_archive.domain.permissions import Action
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.acting import record_as, require_turn
from muni_archive.services.procedures.actor import acting_here
from muni_archive.services.procedures.deciding import waiting_step
from muni_archive.services.procedures.deeds import take_back
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.subjects import about_case
from muni_archive.services.workplace import Workplace

MAY_REASSIGN = frozenset({"supervisor", "records_manager", "administrator"})
"""Roles that may give away what waits for somebody else."""


def reassign_step(place: Workplace, case_id: str, number: int, to: str, *, actor: CaseActor, note: str) -> None:
    """Let the step wait for this person alone; an empty name gives it back to everybody of its role.

    Whoever could take it may pass it on, and who leads may pass on anybody's. Raises `StepGone`, `NotYours`,
    `DecisionIncomplete` without a reason.
    """
    actor = acting_here(place, actor)
    with place.unit_of_work() as unit:
        unit.lock()
        case, step = waiting_step(place, unit, case_id, number)
        _require_why(note, to)
        if not _leads(place, unit, actor, case):
            require_turn(actor, case, step)
        event = CaseReassigned(
            case_id=case.id, department=case.department, number=number, to=" ".join(to.split()), note=note.strip(),
            document_id=case.document_id,
        )  # fmt: skip
        record_as(unit, event, actor)
        unit.commit()


def withdraw_case(place: Workplace, case_id: str, *, actor: CaseActor, note: str) -> None:
    """End a case without a decision. Only who began it may. Raises `StepGone`, `NotYours`, `DecisionIncomplete`."""
    with place.unit_of_work() as unit:
        unit.lock()
        case = unit.cases.case(case_id)
        place.guard.require(Action.START_CASE, about_case(unit.records, case))
        _require_why(note)
        if case.state is not CaseState.OPEN:
            raise StepGone
        if plain_name(case.started_by) != plain_name(actor.name):
            raise NotYours(detail=_("{name} began it, and nobody else takes it back.").format(name=case.started_by))
        event = CaseWithdrawn(
            case_id=case.id, department=case.department, note=note.strip(), document_id=case.document_id
        )
        record_as(unit, event, actor)
        take_back(unit, procedure_of_version(place, case.version, case.procedure_id), case, note)
        unit.commit()


def _require_why(note: str, to: str = "") -> None:
    if not note.strip() or len(to) > LONGEST_NAME:
        raise DecisionIncomplete(detail=_("say why, so that others know what to do."))


def _leads(place: Workplace, unit: UnitOfWork, actor: CaseActor, case: Case) -> bool:
    """By a role that leads there, one's own or lent, which its data allow to assign."""
    leads = any(actor.may_act_as(role, case.department) for role in MAY_REASSIGN)
    return leads and place.guard.may(Action.ASSIGN, about_case(unit.records, case))
