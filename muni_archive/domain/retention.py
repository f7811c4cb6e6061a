"""How long a record is kept: a class's rule, what has happened to the record, and what follows on a given day.

A rule never destroys anything. It says from when on people may look at the record and decide; without one, never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Trigger(StrEnum):
    """What the years are counted from."""

    REGISTERED = "registered"
    """A clerk described the document for the first time."""
    CLOSED = "closed"
    """Its file ملف was closed."""
    DATED = "dated"
    """The date on the document itself."""


class CountedFrom(StrEnum):
    """The day that the years begin on."""

    DAY = "day"
    YEAR_END = "year-end"
    """The last day of the year in which it happened: a whole year's records fall due together."""


class Action(StrEnum):
    """What is to be done with a record whose years are over. Either way two people decide."""

    REVIEW = "review"
    """Look whether it is still needed; it may be kept longer."""
    DESTROY = "destroy"


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """How long records of a class are kept. `note` names the law or decision that says so, by language."""

    trigger: Trigger
    years: int
    action: Action = Action.REVIEW
    counted_from: CountedFrom = CountedFrom.YEAR_END
    label: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The rule in signs, as it is written down beside what was done by it."""
        return f"{self.trigger} + {self.years} years from {self.counted_from}: {self.action}"


@dataclass(frozen=True, kw_only=True)
class Life:
    """What has happened to a record, as far as retention asks; None: it has not."""

    registered: date | None
    closed: date | None = None
    dated: date | None = None
    kept_until: date | None = None
    """A person decided to keep it at least until then."""


class Term(StrEnum):
    """Where a record stands in its time."""

    FOR_EVER = "for-ever"
    """Its class has no rule."""
    NOT_BEGUN = "not-begun"
    """What the years are counted from has not happened."""
    RUNNING = "running"
    EXTENDED = "extended"
    """The years are over, and a person decided to keep it longer."""
    DUE = "due"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Where a record stands on a day; `due` is the first day on which it may be decided about."""

    term: Term
    cut_off: date | None = None
    due: date | None = None


def judge(rule: RetentionRule | None, life: Life, today: date) -> Verdict:
    """Where a record of that life stands today. What nobody has described yet has no class to be judged by."""
    if rule is None:
        return Verdict(term=Term.FOR_EVER)
    began = _began(rule.trigger, life)
    if began is None or life.registered is None:
        return Verdict(term=Term.NOT_BEGUN)
    cut_off = date(began.year, 12, 31) if rule.counted_from is CountedFrom.YEAR_END else began
    over = _after_years(cut_off, rule.years)
    due = max(over, life.kept_until or over)
    if today >= due:
        return Verdict(term=Term.DUE, cut_off=cut_off, due=due)
    return Verdict(term=Term.EXTENDED if today >= over else Term.RUNNING, cut_off=cut_off, due=due)


def is_day(text: str) -> bool:
    """Whether it is a day as journals write it (2031-05-04): such texts sort as the days do."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def latest_beginning(rule: RetentionRule, today: date) -> date:
    """What has not begun by this day cannot be due today: for asking a database for less."""
    return _after_years(today, -rule.years)


def _began(trigger: Trigger, life: Life) -> date | None:
    """A document that came into its file after the closing begins when it came."""
    if trigger is Trigger.REGISTERED:
        return life.registered
    if trigger is Trigger.DATED:
        return life.dated
    return max(life.closed, life.registered) if life.closed and life.registered else None


def _after_years(day: date, years: int) -> date:
    """The same day so many years later; the day after the 28th for a 29th of February that is none."""
    year = min(max(day.year + years, date.min.year), date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
