"""Working days in Kuwait: when what was begun now is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

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


def due_after(start: datetime, time: WorkingTime) -> datetime:
    """The moment in UTC; never on a Friday or Saturday. Public holidays are not known here."""
    local = start.astimezone(KUWAIT)
    for _ in range(time.days):
        local = _working(local + timedelta(days=1))
    return _working(local + timedelta(minutes=time.minutes)).astimezone(UTC)


def _working(local: datetime) -> datetime:
    while local.weekday() in WEEKEND:
        local += timedelta(days=1)
    return local
