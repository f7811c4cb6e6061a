"""What waits for somebody, and since when. A part of the program where things wait adds its question to `SOURCES`.

Each tells only of records whose figures who asks may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from muni_archive.domain.figures import Waiting
from muni_archive.domain.permissions import Action
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.waiting import waiting_cases
from muni_archive.services.subjects import is_everywhere
from muni_archive.services.workplace import Workplace

Source = Callable[[Workplace, UnitOfWork], Iterable[Waiting]]


def what_waits(place: Workplace, unit: UnitOfWork) -> Sequence[Waiting]:
    """In the order in which a page goes through the house."""
    return [waiting for source in SOURCES for waiting in source(place, unit)]


def _in_the_tables(place: Workplace, unit: UnitOfWork) -> Iterable[Waiting]:
    return unit.figures.waiting(None if is_everywhere(place, Action.REPORT) else place.guard.scope(Action.REPORT))


def _in_cases(place: Workplace, unit: UnitOfWork) -> Iterable[Waiting]:
    """Steps that wait for somebody; those that are late besides, since they were due, only where there are any."""
    now = place.clock.now()
    steps = [step for _case, step in waiting_cases(place, unit, Action.REPORT)]
    yield Waiting(what="cases", count=len(steps), oldest=min((step.opened_at for step in steps), default=None))
    late = [step.due for step in steps if step.due is not None and step.is_overdue(now)]
    if late:
        yield Waiting(what="overdue", count=len(late), oldest=min(late))


SOURCES: tuple[Source, ...] = (_in_the_tables, _in_cases)
