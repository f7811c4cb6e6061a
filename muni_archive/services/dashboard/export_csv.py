"""The figures as one table: what is counted, of what, how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from muni_archive.domain.permissions import Action
from muni_archive.messages import _
from muni_archive.services.audit.record import record_taken_out
from muni_archive.services.csv_files import as_csv
from muni_archive.services.dashboard.figures import Dashboard, Done, Quality
from muni_archive.services.dashboard.wording import STEPS, WAITING, procedure_name, step_name
from muni_archive.services.files_out import write_parts
from muni_archive.services.workplace import Workplace

Row = tuple[str, str, str, object]
Named = Callable[[str, str], str]
"""What people call a department or a profile: the sort (`department`, `profile`) and its id."""


def export_figures(place: Workplace, figures: Dashboard, target: Path, *, named: Named) -> Path:
    """Write them to `target`. Raises `DiskFull`, `WrongUse`."""
    place.guard.require(Action.REPORT)
    rows = list(_rows(figures, named))
    write_parts(target, as_csv((_("Part"), _("Of"), _("Figure"), _("Value")), rows))
    record_taken_out(place, "dashboard", len(rows))
    return target


def _rows(figures: Dashboard, named: Named) -> Iterator[Row]:
    for waiting in figures.waiting:
        oldest = waiting.oldest.astimezone().strftime("%Y-%m-%d %H:%M") if waiting.oldest else ""
        what = _(WAITING[waiting.what]) if waiting.what in WAITING else waiting.what
        yield _("Waiting"), what, _("how many"), waiting.count
        yield _("Waiting"), what, _("since"), oldest
    yield from _done(_("Day"), figures.days, str)
    yield from _done(_("Clerk"), figures.clerks, str)
    yield from _done(_("Department"), figures.departments, lambda key: named("department", key))
    for step in figures.steps:
        yield _("Hours between steps"), _(STEPS[step.step]), _("median"), round(step.median, 2)
        yield _("Hours between steps"), _(STEPS[step.step]), _("nine in ten"), round(step.most, 2)
    yield from _cases(figures)
    yield from _quality(_("Reading by profile"), figures.profiles, lambda key: named("profile", key))
    yield from _quality(_("Reading by day"), figures.quality, str)


def _done(part: str, done: Sequence[Done], named: Callable[[str], str]) -> Iterator[Row]:
    for each in done:
        yield part, named(each.key), _("pages"), each.pages
        yield part, named(each.key), _("documents"), each.documents


def _cases(figures: Dashboard) -> Iterator[Row]:
    part = _("Working hours of a step")
    for each in figures.cases:
        of = f"{procedure_name(each)} · {step_name(each)}"
        yield part, of, _("steps taken"), each.count
        yield part, of, _("median"), round(each.median, 2)
        yield part, of, _("nine in ten"), round(each.most, 2)
        if each.with_due:
            yield part, of, _("share taken too late"), round(each.overdue, 4)


def _quality(part: str, quality: Sequence[Quality], named: Callable[[str], str]) -> Iterator[Row]:
    for each in quality:
        of = named(each.key)
        yield part, of, _("pages read"), each.pages
        yield part, of, _("share of pages that could not be read"), round(each.unreadable, 4)
        yield part, of, _("share of pages with doubtful words"), round(each.doubtful, 4)
        yield part, of, _("doubtful words a page"), round(each.words, 2)
        yield part, of, _("confidence"), round(each.confidence, 4)
