"""Working days in Kuwait: when what was begun now is due, and how long something took."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from muni_archive.domain.holidays import NO_HOLIDAYS, Holidays

KUWAIT = timezone(timedelta(hours=3), "Asia/Kuwait")
"""Kuwait keeps no summer time."""
WEEKEND = frozenset({4, 5})
"""Friday and Saturday, as `datetime.weekday` counts."""
_DURATION = re.compile(
    r"^P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?$"
)
DAYS_A_WEEK = 5
MOST_DAYS = 1000


@dataclass(frozen=True, kw_only=True)
class WorkingTime:
    """So many working days, and hours (in minutes) beyond them."""

    days: int = 0
    minutes: int = 0


def parse_duration(text: str) -> WorkingTime:
    """`P3D`, `P2W`, `PT4H` (ISO 8601), days and weeks meant as working ones. Raises `ValueError` for anything else."""
    found = _DURATION.match(text.strip())
    if found is None:
        raise ValueError(text)
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    time = WorkingTime(days=weeks * DAYS_A_WEEK + days, minutes=hours * 60 + minutes)
    if not 0 < time.days * 1440 + time.minutes <= MOST_DAYS * 1440:
        raise ValueError(text)
    return time


def due_after(start: datetime, allowed: WorkingTime, holidays: Holidays = NO_HOLIDAYS) -> datetime:
    """The moment in UTC; never on a Friday, a Saturday or a public holiday."""
    local = start.astimezone(KUWAIT)
    for _ in range(allowed.days):
        local = _working(local + timedelta(days=1), holidays)
    return _working(local + timedelta(minutes=allowed.minutes), holidays).astimezone(UTC)


def worked_between(start: datetime, end: datetime, holidays: Holidays = NO_HOLIDAYS) -> timedelta:
    """The time between as due times count it: days on which nobody works are left out, the others have 24 hours."""
    at, until = start.astimezone(KUWAIT), end.astimezone(KUWAIT)
    worked = timedelta()
    while at < until:
        midnight = datetime.combine(at.date() + timedelta(days=1), time(), KUWAIT)
        if not _is_free(at.date(), holidays):
            worked += min(midnight, until) - at
        at = midnight
    return worked


def _working(local: datetime, holidays: Holidays) -> datetime:
    while _is_free(local.date(), holidays):
        local += timedelta(days=1)
    return local


def _is_free(day: date, holidays: Holidays) -> bool:
    return day.weekday() in WEEKEND or holidays.covers(day)
