"""What opens when a case moves on: due times, and the pages that are drawn for a look."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.procedures import Procedure
from muni_archive.domain.sampling import draw
from muni_archive.domain.working_time import WorkingTime, due_after
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.matters import document_of
from muni_archive.services.workplace import Workplace
from muni_archive.workflow.running import Waits


def opened_steps(
    place: Workplace, unit: UnitOfWork, procedure: Procedure, waits: Sequence[Waits], *, document_id: str | None,
    now: datetime,
) -> tuple[StepOpened, ...]:  # fmt: skip
    """As the journal keeps them: whatever becomes of the calendar later, what is due then stays due then."""

    def due(allowed: WorkingTime | None) -> str:
        return due_after(now, allowed, place.holidays()).isoformat(timespec="microseconds") if allowed else ""

    return tuple(_opened(unit, procedure, each, document_id, due) for each in waits)


def _opened(
    unit: UnitOfWork, procedure: Procedure, waits: Waits, document_id: str | None, due: Callable[..., str]
) -> StepOpened:
    timer, step = procedure.timer(waits.element), procedure.step(waits.element)
    if step is None:
        ends = due(timer.after if timer else None)
        return StepOpened(number=waits.number, element=waits.element, due=ends, timer=True)
    seed = ""
    pages: tuple[str, ...] = ()
    if step.sample and (document := document_of(unit, document_id)):
        seed = secrets.token_hex(16)
        pages = draw(document.page_ids, step.sample, seed)
    return StepOpened(
        number=waits.number, element=waits.element, role=step.role, due=due(step.due), seed=seed, pages=pages
    )
