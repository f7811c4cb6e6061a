"""When things are due, in working days of Kuwait."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.holidays import Holiday, Holidays
from muni_archive.domain.working_time import (
    KUWAIT,
    WEEKEND,
    WorkingTime,
    due_after,
    parse_duration,
    worked_between,
)

THURSDAY = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)


def test_friday_and_saturday_do_not_count():
    assert due_after(THURSDAY, WorkingTime(days=1)) == THURSDAY + timedelta(days=3)
    assert due_after(THURSDAY, WorkingTime(days=5)) == THURSDAY + timedelta(days=7)


def test_hours_over_a_weekend_end_on_the_working_day_after_it():
    assert due_after(THURSDAY, WorkingTime(minutes=24 * 60)) == THURSDAY + timedelta(days=3)


def test_late_in_the_evening_the_day_is_that_of_kuwait():
    late = datetime(2026, 3, 5, 22, 0, tzinfo=UTC)  # Friday, one o'clock in the morning, in Kuwait
    assert due_after(late, WorkingTime(days=1)).astimezone(KUWAIT).day == 8


@pytest.mark.parametrize(
    ("text", "days", "minutes"), [("P3D", 3, 0), ("P2W", 10, 0), ("PT4H", 0, 240), ("P1DT2H30M", 1, 150)]
)
def test_durations(text, days, minutes):
    assert parse_duration(text) == WorkingTime(days=days, minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "3 days", "P-1D", "R/P1D", "2026-01-01T00:00:00Z", "P1M", "P0D", "P9999999D"]
)
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_duration(text)


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 60),
    st.integers(0, 3000),
)
def test_nothing_is_due_on_a_weekend_nor_before_it_began(start, days, minutes):
    due = due_after(start, WorkingTime(days=days, minutes=minutes))
    assert due >= start
    assert due.astimezone(KUWAIT).weekday() not in WEEKEND


NATIONAL = Holiday(label={}, yearly=(2, 25))
EID = Holiday(label={}, first=date(2026, 3, 19), last=date(2026, 3, 22))
"""From a Thursday to a Sunday."""
HOLIDAYS = Holidays(known=(NATIONAL, EID))


def test_public_holidays_do_not_count():
    before = datetime(2026, 3, 18, 7, 0, tzinfo=UTC)
    assert due_after(before, WorkingTime(days=1), HOLIDAYS) == before + timedelta(days=5)
    assert due_after(before, WorkingTime(minutes=24 * 60), HOLIDAYS) == before + timedelta(days=5)
    for year in (2026, 2031):
        tuesday = datetime(year, 2, 24, 7, 0, tzinfo=UTC)
        assert due_after(tuesday, WorkingTime(days=1), HOLIDAYS) > tuesday + timedelta(days=1)
    assert not HOLIDAYS.knows_moon_of(2027)


def test_the_time_that_something_took_leaves_free_days_out():
    assert worked_between(THURSDAY, THURSDAY + timedelta(days=3)) == timedelta(days=1)
    assert worked_between(THURSDAY, THURSDAY + timedelta(hours=5)) == timedelta(hours=5)
    assert worked_between(THURSDAY, THURSDAY - timedelta(hours=5)) == timedelta()
    friday = datetime(2026, 3, 6, 7, 0, tzinfo=UTC)
    assert worked_between(friday, friday + timedelta(hours=20)) == timedelta()
    wednesday = datetime(2026, 3, 18, 7, 0, tzinfo=UTC)
    assert worked_between(wednesday, wednesday + timedelta(days=6), HOLIDAYS) == timedelta(days=2)


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 1), timezones=st.just(UTC)),
    st.integers(0, 30),
)
def test_who_takes_as_long_as_allowed_took_that_long(start, days):
    """Begun on a working day; on another, the time begins with the next one."""
    local = start.astimezone(KUWAIT)
    if local.weekday() in WEEKEND or HOLIDAYS.covers(local.date()):
        return
    due = due_after(start, WorkingTime(days=days), HOLIDAYS)
    assert worked_between(start, due, HOLIDAYS) == timedelta(days=days)
