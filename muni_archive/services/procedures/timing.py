"""Cases that wait for a time: they move when somebody looks at them, never by themselves."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from muni_archive.domain.case_course import last_entry
from muni_archive.domain.cases import CaseStep
from muni_archive.domain.errors import StepGone
from muni_archive.domain.events import TimerPassed
from muni_archive.domain.procedures import Procedure
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.library import procedures_of
from muni_archive.services.procedures.opening import opened_steps
from muni_archive.services.procedures.replaying import run_of
from muni_archive.services.workplace import Workplace
from muni_archive.workflow.running import Passed

_log = logging.getLogger(__name__)
MOST = 1000
"""Timers that go off in one look."""


def advance_timers(place: Workplace) -> int:
    """Let every timer go off whose time has come; returns how many did.

    One whose case cannot go on now (its procedure cannot be read) waits for another look, and holds up no other.
    """
    now = place.clock.now()
    with place.unit_of_work() as unit:
        due = {timer.case_id for timer in unit.cases.timers_due(now)}
        cases = [case for case in unit.cases.cases(open_only=True) if case.id in due] if due else []
    ready = dict(procedures_of(place, cases))  # a file may come over the line: nobody waits for the lock meanwhile
    if not ready:
        return 0
    with place.unit_of_work() as unit:
        unit.lock()
        count = 0
        while count < MOST and (timer := _first_due(unit, ready, now)):
            if passed := _passed(place, unit, ready[timer.case_id], timer):
                unit.record(passed)
                count += 1
            else:
                del ready[timer.case_id]
        unit.commit()
    return count


def _first_due(unit: UnitOfWork, ready: Collection[str], now: datetime) -> CaseStep | None:
    return next((timer for timer in unit.cases.timers_due(now) if timer.case_id in ready), None)


def _passed(place: Workplace, unit: UnitOfWork, procedure: Procedure, timer: CaseStep) -> TimerPassed | None:
    case = unit.cases.case(timer.case_id)
    try:
        moved = run_of(unit, procedure, case).ring(Passed(number=timer.number))
    except StepGone:
        _log.warning("timer %s of case %s is no timer of its procedure", timer.number, case.id)
        return None
    return TimerPassed(
        case_id=case.id, department=case.department, number=timer.number, element=timer.element,
        document_id=case.document_id,
        opened=opened_steps(
            place, unit, procedure, moved.opened, document_id=case.document_id, now=place.clock.now()
        ),
        lapsed=moved.lapsed, end=moved.end, after=last_entry(unit.cases.moves(case.id)),
    )  # fmt: skip
