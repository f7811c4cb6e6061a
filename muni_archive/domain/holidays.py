"""Public holidays: some on the same day each year, others by the moon, announced for one year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

MOST_DAYS = 31
"""Of one holiday: longer is a slip of the pen."""


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """On `yearly` (month and day) each year, or from `first` to `last`, both included."""

    label: Mapping[str, str]
    yearly: tuple[int, int] | None = None
    first: date = date.min
    last: date = date.min

    def days(self) -> Iterator[date]:
        """Those of one year alone."""
        if self.yearly is None:
            yield from (self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1))


@dataclass(frozen=True, kw_only=True)
class Holidays:
    """All that are known. Nothing is known of a year until somebody has entered it."""

    known: tuple[Holiday, ...] = ()

    def covers(self, day: date) -> bool:
        return (day.month, day.day) in self._yearly or day in self._days

    def knows_moon_of(self, year: int) -> bool:
        """Whether any holiday was entered for this very year."""
        return any(day.year == year for day in self._days)

    @cached_property
    def _yearly(self) -> frozenset[tuple[int, int]]:
        return frozenset(each.yearly for each in self.known if each.yearly)

    @cached_property
    def _days(self) -> frozenset[date]:
        return frozenset(day for each in self.known for day in each.days())


NO_HOLIDAYS = Holidays()
