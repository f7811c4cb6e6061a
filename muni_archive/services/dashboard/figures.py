"""The figures of one stretch of time, put together for people who steer the work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from muni_archive.domain.figures import Course, DocumentCount, PageCount, Waiting
from muni_archive.domain.permissions import Action
from muni_archive.services.dashboard.case_steps import CaseStepTime, case_step_times, summary
from muni_archive.services.dashboard.waiting import what_waits
from muni_archive.services.subjects import is_everywhere
from muni_archive.services.workplace import Workplace

COURSES = 2000
"""Documents whose course is looked at for the times between the steps, the latest of the period."""
_Count = TypeVar("_Count", PageCount, DocumentCount)


@dataclass(frozen=True, kw_only=True)
class Done:
    """How much was done on a day, by a clerk, in a department; `key` is the ISO day, the name, the department."""

    key: str
    pages: int = 0
    documents: int = 0


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How pages read, on a day or under a profile (`key`). Shares are of the pages that were read."""

    key: str
    pages: int
    unreadable: float
    doubtful: float
    """Share of pages with words that a clerk should still look at."""
    words: float
    """Such words a page."""
    confidence: float


@dataclass(frozen=True, kw_only=True)
class StepTime:
    """Hours between two steps: of half of the documents no more than `median`, of nine in ten than `most`."""

    step: str
    documents: int
    median: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """All figures. Days without work are there too, so that gaps are seen; clerks and departments by what they did."""

    since: date
    until: date
    days: Sequence[Done]
    clerks: Sequence[Done]
    departments: Sequence[Done]
    waiting: Sequence[Waiting]
    steps: Sequence[StepTime]
    cases: Sequence[CaseStepTime]
    profiles: Sequence[Quality]
    quality: Sequence[Quality]
    """By day."""

    @property
    def pages(self) -> int:
        return sum(day.pages for day in self.days)

    @property
    def documents(self) -> int:
        return sum(day.documents for day in self.days)


def dashboard(place: Workplace, *, days: int) -> Dashboard:
    """The figures of the last `days` days, today included. Days begin at midnight of this computer.

    Whoever may see figures of some records only is told those of these, and of nothing else.
    """
    place.guard.require(Action.REPORT)
    scope = None if is_everywhere(place, Action.REPORT) else place.guard.scope(Action.REPORT)
    today = place.clock.now().astimezone().date()
    first = today - timedelta(days=days - 1)
    period = {"since": _begin(first), "until": _begin(today + timedelta(days=1))}
    with place.unit_of_work() as unit:
        counts = unit.figures.counts(**period, courses=COURSES, scope=scope)
        cases = case_step_times(place, unit.figures.taken_steps(**period, scope=scope))
        waiting = what_waits(place, unit)
    by_day = _done(counts.pages, counts.documents, _day, _day)
    return Dashboard(
        since=first,
        until=today,
        days=[by_day.get(day, Done(key=day)) for day in _days(first, today)],
        clerks=_sorted(_done(counts.pages, counts.documents, lambda count: count.clerk, lambda count: count.clerk)),
        departments=_sorted(_by_department(counts.documents)),
        waiting=waiting,
        steps=_steps(counts.courses),
        cases=cases,
        profiles=_quality(counts.pages, lambda count: count.profile),
        quality=_quality(counts.pages, _day),
    )


def _done(
    pages: Iterable[PageCount],
    documents: Iterable[DocumentCount],
    of_page: Callable[[PageCount], str],
    of_document: Callable[[DocumentCount], str],
) -> dict[str, Done]:
    """Pages count with who scanned them and when, documents with who made them."""
    scanned, made = _summed(pages, of_page, "pages"), _summed(documents, of_document, "documents")
    return {key: Done(key=key, pages=scanned[key], documents=made[key]) for key in {*scanned, *made}}


def _by_department(documents: Sequence[DocumentCount]) -> dict[str, Done]:
    """A page is of a department through its document."""
    pages = _summed(documents, lambda count: count.department, "pages")
    made = _summed(documents, lambda count: count.department, "documents")
    return {key: Done(key=key, pages=pages[key], documents=made[key]) for key in made}


def _summed(counts: Iterable[_Count], key: Callable[[_Count], str], name: str) -> defaultdict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for count in counts:
        sums[key(count)] += getattr(count, name)
    return sums


def _sorted(done: dict[str, Done]) -> Sequence[Done]:
    return sorted(done.values(), key=lambda each: (-each.pages, -each.documents, each.key))


def _quality(counts: Iterable[PageCount], key: Callable[[PageCount], str]) -> Sequence[Quality]:
    grouped: defaultdict[str, list[PageCount]] = defaultdict(list)
    for count in counts:
        if count.read:
            grouped[key(count)].append(count)
    return [_of_pages(each, grouped[each]) for each in sorted(grouped)]


def _of_pages(key: str, counts: Sequence[PageCount]) -> Quality:
    read = sum(count.read for count in counts)
    return Quality(
        key=key,
        pages=read,
        unreadable=sum(count.unreadable for count in counts) / read,
        doubtful=sum(count.doubtful for count in counts) / read,
        words=sum(count.words for count in counts) / read,
        confidence=sum(count.confidence for count in counts) / read,
    )


def _steps(courses: Sequence[Course]) -> Sequence[StepTime]:
    """`read` from the scan on, `registered` from the reading on, `whole` from the scan to the register."""
    times: dict[str, list[timedelta]] = {"read": [], "registered": [], "whole": []}
    for course in courses:
        if course.read:
            times["read"].append(course.read - course.scanned)
        if course.registered and course.read:
            times["registered"].append(course.registered - course.read)
        if course.registered:
            times["whole"].append(course.registered - course.scanned)
    return [_step(step, each) for step, each in times.items() if each]


def _step(step: str, times: Sequence[timedelta]) -> StepTime:
    hours = [max(0.0, each.total_seconds() / 3600) for each in times]
    median, most = summary(hours)
    return StepTime(step=step, documents=len(hours), median=median, most=most)


def _day(count: PageCount | DocumentCount) -> str:
    """The day here in which the hour lies."""
    return datetime.fromisoformat(f"{count.hour}:00:00+00:00").astimezone().date().isoformat()


def _days(first: date, last: date) -> Sequence[str]:
    return [(first + timedelta(days=at)).isoformat() for at in range((last - first).days + 1)]


def _begin(day: date) -> str:
    return datetime.combine(day, time()).astimezone().astimezone(UTC).isoformat(timespec="microseconds")
