"""How long each step of each procedure takes: a table for the screen and for paper, and the slowest as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView

from muni_archive.messages import N_, _, isolate
from muni_archive.services.dashboard.case_steps import CaseStepTime
from muni_archive.services.dashboard.wording import procedure_name, step_name
from ui.charts.bars import Bar
from ui.i18n import number
from ui.models.rows import Row, RowsModel
from ui.screens.dashboard.amounts import percent, working_time
from ui.widgets.rows_table import HEIGHT, RowsTable

HEADINGS = (
    N_("Procedure"), N_("Step"), N_("Taken"), N_("Half within"), N_("Nine in ten within"), N_("Too late"),
)  # fmt: skip
_PROCEDURE, _STEP, _LATE = 0, 1, 5
"""Columns: the two that share what is left, and the one that must be seen."""
_NEVER = "✓"
"""An Arabic zero is a mere point."""


class CaseStepTable(RowsTable):
    """As high as its rows: the screen around it scrolls."""

    def __init__(self) -> None:
        self._rows = RowsModel(HEADINGS)
        super().__init__(self._rows, stretched=_STEP)
        self.horizontalHeader().setSectionResizeMode(_PROCEDURE, QHeaderView.ResizeMode.Stretch)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Working time of each step"))
        self.show_steps(())

    def show_steps(self, times: Sequence[CaseStepTime]) -> None:
        cells = zip(times, step_cells(times), strict=True)
        self._rows.show([Row(subject=time, cells=row, alert=_LATE if time.overdue else -1) for time, row in cells])
        self.fit()
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + len(times) * HEIGHT + 2 * self.frameWidth())
        self.setVisible(bool(times))


def step_cells(times: Sequence[CaseStepTime]) -> Sequence[tuple[str, ...]]:
    """In the order of `HEADINGS`."""
    return [
        (
            procedure_name(each), step_name(each), number(each.count), working_time(each.median),
            working_time(each.most), _late(each),
        )
        for each in times
    ]  # fmt: skip


def _late(time: CaseStepTime) -> str:
    if not time.with_due:
        return "—"
    return percent(100 * time.overdue) if time.overdue else _NEVER


def step_bars(times: Sequence[CaseStepTime]) -> tuple[Sequence[Bar], Sequence[str]]:
    """The slowest first, and each in words."""
    slowest = sorted(times, key=lambda each: -each.median)
    bars = [
        Bar(label=isolate(_named(each)), value=each.median, said=working_time(each.median), series=1)
        for each in slowest
    ]
    told = [
        _("{step}: half within {median}, nine in ten within {most}; taken {count}, too late {late}").format(
            step=isolate(_named(each)),
            median=working_time(each.median),
            most=working_time(each.most),
            count=number(each.count),
            late=percent(100 * each.overdue) if each.with_due else "—",
        )
        for each in slowest
    ]
    return bars, told


def _named(time: CaseStepTime) -> str:
    return f"{step_name(time)} · {procedure_name(time)}"
