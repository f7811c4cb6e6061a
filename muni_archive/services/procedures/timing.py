"""Cases that wait for a time: they move when somebody looks at them, never by themselves."""

from __future__ import annotations

from muni_archive.domain.case_course import last_entry
from muni_archive.domain.cases import CaseStep
from muni_archive.domain.events import TimerPassed
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.procedures.opening import opened_steps
from muni_archive.services.procedures.replaying import run_of
from muni_archive.services.workplace import Workplace
from muni_archive.workflow.running import Passed

MOST = 1000
"""Timers that go off in one look."""


def advance_timers(place: Workplace) -> int:
    """Let every timer go off whose time has come; returns how many did."""
    now = place.clock.now()
    with place.unit_of_work() as unit:
        if not unit.cases.timers_due(now):
            return 0
        unit.lock()
        count = 0
        while count < MOST and (due := unit.cases.timers_due(now)):
            _ring(place, unit, due[0])
            count += 1
        unit.commit()
    return count


def _ring(place: Workplace, unit: UnitOfWork, timer: CaseStep) -> None:
    case = unit.cases.case(timer.case_id)
    procedure = procedure_of_version(place, case.version, case.procedure_id)
    moved = run_of(unit, procedure, case).ring(Passed(number=timer.number))
    unit.record(
        TimerPassed(
            case_id=case.id, department=case.department, number=timer.number, element=timer.element,
            document_id=case.document_id,
            opened=opened_steps(
                place, unit, procedure, moved.opened, document_id=case.document_id, now=place.clock.now()
            ),
            lapsed=moved.lapsed, end=moved.end, after=last_entry(unit.cases.moves(case.id)),
        )
    )  # fmt: skip
