"""What waits for somebody, and since when. A part of the program where things wait adds its question to `SOURCES`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from muni_archive.domain.figures import Waiting
from muni_archive.ports import UnitOfWork

Source = Callable[[UnitOfWork], Iterable[Waiting]]


def what_waits(unit: UnitOfWork) -> Sequence[Waiting]:
    """In the order in which a page goes through the house."""
    return [waiting for source in SOURCES for waiting in source(unit)]


def _in_the_tables(unit: UnitOfWork) -> Iterable[Waiting]:
    return unit.figures.waiting()


SOURCES: tuple[Source, ...] = (_in_the_tables,)
