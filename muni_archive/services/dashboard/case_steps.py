"""How long the steps of cases take, by procedure and step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles

from muni_archive.domain.figures import TakenStep
from muni_archive.domain.procedures import Procedure
from muni_archive.domain.working_time import worked_between
from muni_archive.services.procedures.library import readable_procedure
from muni_archive.services.workplace import Workplace

Label = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CaseStepTime:
    """One step of one procedure, whatever its version, where it was taken.

    Hours of working days, each of 24: half of the steps took no more than `median`, nine in ten no more than `most`.
    `overdue` is the share of those with a due time (`with_due`) that were taken after it.
    """

    procedure_id: str
    element: str
    procedure: Label
    step: Label
    count: int
    median: float
    most: float
    with_due: int
    overdue: float


def case_step_times(place: Workplace, taken: Iterable[TakenStep]) -> Sequence[CaseStepTime]:
    """By procedure, and in it in the order in which the procedure's file has its steps."""
    holidays, hours = place.holidays(), defaultdict[tuple[str, str], list[float]](list)
    late, latest = defaultdict[tuple[str, str], list[bool]](list), dict[str, tuple[datetime, str]]()
    for step in taken:
        key = step.procedure_id, step.element
        hours[key].append(worked_between(step.opened_at, step.closed_at, holidays).total_seconds() / 3600)
        if step.due is not None:
            late[key].append(step.closed_at > step.due)
        latest[step.procedure_id] = max(
            latest.get(step.procedure_id, (step.opened_at, "")), (step.opened_at, step.version)
        )
    known = {name: readable_procedure(place, version, name) for name, (_at, version) in latest.items()}
    times = [_time(key, known[key[0]], hours[key], late[key]) for key in hours]
    return sorted(times, key=lambda each: _place_of(each, known[each.procedure_id]))


def summary(hours: Sequence[float]) -> tuple[float, float]:
    """What half, and what nine in ten, do not exceed."""
    tenths = quantiles(hours, n=10, method="inclusive") if len(hours) > 1 else list(hours) * 9
    return tenths[4], tenths[8]


def _time(key: tuple[str, str], known: Procedure | None, hours: Sequence[float], late: Sequence[bool]) -> CaseStepTime:
    procedure_id, element = key
    median, most = summary(hours)
    described = known.step(element) if known else None
    return CaseStepTime(
        procedure_id=procedure_id, element=element, procedure=known.label if known else {},
        step=described.label if described else {}, count=len(hours), median=median, most=most, with_due=len(late),
        overdue=sum(late) / len(late) if late else 0.0,
    )  # fmt: skip


def _place_of(time: CaseStepTime, known: Procedure | None) -> tuple[str, int, str]:
    order = [step.id for step in known.steps] if known else []
    return time.procedure_id, order.index(time.element) if time.element in order else len(order), time.element
