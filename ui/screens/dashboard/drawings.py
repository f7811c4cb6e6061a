"""The figures as charts: the same for the screen and for paper, each with words for who cannot see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate, QLocale, QRectF
from PySide6.QtGui import QPainter

from muni_archive.messages import _, current_language, isolate
from muni_archive.services.dashboard.case_steps import CaseStepTime
from muni_archive.services.dashboard.figures import Dashboard, Done, Quality, StepTime
from muni_archive.services.dashboard.wording import STEPS
from ui.charts.bars import Bar, draw_bars
from ui.charts.columns import Column, draw_columns
from ui.charts.look import Look
from ui.i18n import number
from ui.screens.dashboard.amounts import hours_said, one_digit, percent, whole
from ui.screens.dashboard.case_steps import step_bars

Named = Callable[[str, str], str]
Draw = Callable[[QPainter, QRectF, Look], Sequence[QRectF]]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A title, what the colours mean, how it is drawn (None: nothing to draw), and each figure in words."""

    name: str
    title: str
    legend: Sequence[str]
    draw: Draw | None
    told: Sequence[str]


def titles() -> Sequence[tuple[str, str, Sequence[str]]]:
    """Name, title and legend of each chart, in their order."""
    both = (_("pages"), _("documents"))
    return (
        ("days", _("Pages and documents by day"), both),
        ("quality", _("Share of pages with doubtful words, by day"), ()),
        ("clerks", _("Pages by clerk"), ()),
        ("departments", _("Pages by department"), ()),
        ("steps", _("Time between the steps (half of the documents)"), ()),
        ("profiles", _("Doubtful words a page, by profile"), ()),
        ("cases", _("Working time of the steps of cases (half of them), the slowest first"), ()),
    )


def charts(figures: Dashboard, named: Named) -> Sequence[Chart]:
    """All of them; `named` gives departments and profiles their names."""
    drawn = {
        "days": _days(figures.days),
        "quality": _shares(figures.quality),
        "clerks": _bars(figures.clerks, str),
        "departments": _bars(figures.departments, lambda key: named("department", key)),
        "steps": _step_bars(figures.steps),
        "profiles": _profile_bars(figures.profiles, named),
        "cases": _case_bars(figures.cases),
    }
    return [
        Chart(name=name, title=title, legend=legend, draw=drawn[name][0], told=drawn[name][1])
        for name, title, legend in titles()
    ]


def _days(days: Sequence[Done]) -> tuple[Draw | None, Sequence[str]]:
    if not any(day.pages or day.documents for day in days):
        return None, ()
    columns = [Column(label=_short(day.key), values=(day.pages, day.documents)) for day in days]
    told = [f"{_short(day.key)} · {_pages(day.pages)} · {_documents(day.documents)}" for day in days]
    return lambda painter, rect, look: draw_columns(painter, rect, columns, look, whole), told


def _shares(quality: Sequence[Quality]) -> tuple[Draw | None, Sequence[str]]:
    if not quality:
        return None, ()
    columns = [Column(label=_short(each.key), values=(100 * each.doubtful,)) for each in quality]
    told = [f"{_short(each.key)} · {percent(100 * each.doubtful)} · {_unreadable(each)}" for each in quality]
    return lambda painter, rect, look: draw_columns(painter, rect, columns, look, percent), told


def _bars(done: Sequence[Done], named: Callable[[str], str]) -> tuple[Draw | None, Sequence[str]]:
    bars = [Bar(label=isolate(named(each.key) or "—"), value=each.pages, said=number(each.pages)) for each in done]
    told = [f"{isolate(named(each.key))} · {_pages(each.pages)} · {_documents(each.documents)}" for each in done]
    return _drawn(bars), told


def _step_bars(steps: Sequence[StepTime]) -> tuple[Draw | None, Sequence[str]]:
    bars = [Bar(label=_(STEPS[step.step]), value=step.median, said=hours_said(step.median), series=1) for step in steps]
    told = [
        _("{step}: half within {median}, nine in ten within {most}, of {documents}").format(
            step=_(STEPS[step.step]),
            median=hours_said(step.median),
            most=hours_said(step.most),
            documents=_documents(step.documents),
        )
        for step in steps
    ]
    return _drawn(bars), told


def _profile_bars(profiles: Sequence[Quality], named: Named) -> tuple[Draw | None, Sequence[str]]:
    bars = [
        Bar(label=isolate(named("profile", each.key)), value=each.words, said=one_digit(each.words), series=1)
        for each in profiles
    ]
    told = [
        f"{isolate(named('profile', each.key))} · {_pages(each.pages)} · {one_digit(each.words)} · {_unreadable(each)}"
        for each in profiles
    ]
    return _drawn(bars), told


def _case_bars(times: Sequence[CaseStepTime]) -> tuple[Draw | None, Sequence[str]]:
    bars, told = step_bars(times)
    return _drawn(bars), told


def _drawn(bars: Sequence[Bar]) -> Draw | None:
    return (lambda painter, rect, look: draw_bars(painter, rect, bars, look)) if bars else None


def _short(day: str) -> str:
    at = date.fromisoformat(day)
    form = "d/M" if current_language() == "ar" else "d MMM"
    return isolate(QLocale().toString(QDate(at.year, at.month, at.day), form))


def _pages(count: int) -> str:
    return _("pages: {count}").format(count=number(count))


def _documents(count: int) -> str:
    return _("documents: {count}").format(count=number(count))


def _unreadable(quality: Quality) -> str:
    return _("not readable: {share}").format(share=percent(100 * quality.unreadable))
