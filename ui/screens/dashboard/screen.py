"""The dashboard: what was done, what waits, how long it takes, how well pages read. Key by key: `docs/screens.md`."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from muni_archive.domain.figures import Waiting
from muni_archive.messages import _, isolate, ngettext
from muni_archive.scan_profiles import profile_labels
from muni_archive.services.audit.record import record_taken_out
from muni_archive.services.dashboard.export_csv import export_figures
from muni_archive.services.dashboard.figures import Dashboard, dashboard
from muni_archive.services.dashboard.wording import WAITING
from ui.charts.widget import ChartCard
from ui.context import WindowContext
from ui.i18n import label_of, number, short_day, short_time
from ui.screens.base import Screen
from ui.screens.dashboard.case_steps import HEADINGS, CaseStepTable, step_cells
from ui.screens.dashboard.drawings import charts, titles
from ui.screens.dashboard.paper import write_sheet
from ui.widgets.buttons import shown_keys, text_button

PERIODS = (7, 30, 90, 365)
"""Days."""
_PERIOD = "dashboard_days"


class DashboardScreen(Screen):
    """Figures of a stretch of time; counted anew each time the screen is shown."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._asked = 0
        self.figures: Dashboard | None = None
        self._profiles = profile_labels()
        self._build()
        for keys, act in (("F5", self.ask), ("Ctrl+E", self._choose_table), ("Ctrl+P", self._choose_sheet)):
            QShortcut(QKeySequence(keys), self, act)

    def activated(self) -> None:
        self.period.setFocus()
        self.ask()

    def ask(self) -> None:
        """Count; an answer that is older than the question is dropped."""
        self._asked += 1
        asked, place, days = self._asked, self.context.place, int(self.period.currentData())
        self.context.settings.set(_PERIOD, days)
        self.context.tasks.run(
            lambda _c: dashboard(place, days=days),
            done=lambda figures: self._show(figures) if asked == self._asked else None,
            failed=self.context.show_error,
        )

    def export_table(self, target: Path) -> None:
        """Write the figures that are shown as a table."""
        figures, place = self.figures, self.context.place
        if figures is not None:
            self.context.tasks.run(
                lambda _c: export_figures(place, figures, target, named=self.named),
                done=self._exported,
                failed=self.context.show_error,
            )

    def export_sheet(self, target: Path) -> None:
        """Write what is shown as one sheet."""
        figures, place = self.figures, self.context.place
        if figures is None:
            return
        drawn = charts(figures, self.named)
        cards = [(_count(waiting), _waits(waiting)) for waiting in figures.waiting]
        table = [[_(heading) for heading in HEADINGS], *step_cells(figures.cases)] if figures.cases else []
        title, below = f"{_('Figures')} — {isolate(place.station)}", self._period_said(figures)

        def work(_c: object) -> Path:
            write_sheet(target, title=title, below=below, cards=cards, charts=drawn, table=table)
            record_taken_out(place, "dashboard", len(drawn))
            return target

        self.context.tasks.run(work, done=self._exported, failed=self.context.show_error)

    def named(self, sort: str, key: str) -> str:
        """What people call a department or a profile."""
        if sort == "profile":
            return label_of(self._profiles[key]) if key in self._profiles else key
        classes = self.context.place.record_classes.all()
        return next((label_of(each.department_label) for each in classes if each.department == key), key)

    def _build(self) -> None:
        title = QLabel(_("Figures"))
        title.setObjectName("title")
        self.period = QComboBox()
        for days in PERIODS:
            last = ngettext("Last {count} day", "Last {count} days", days)
            self.period.addItem(last.format(count=number(days)), days)
        kept = self.period.findData(self.context.settings.get(_PERIOD, PERIODS[1]))
        self.period.setCurrentIndex(max(0, kept))
        self.period.activated.connect(lambda _at: self.ask())
        self.summary = QLabel()
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self.summary, 1)
        head.addWidget(self.period)
        head.addWidget(text_button(self, "export", _("Table (CSV) …"), "", self._choose_table))
        head.addWidget(text_button(self, "print", _("Sheet (PDF) …"), "", self._choose_sheet))
        self.waiting = QHBoxLayout()
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.setContentsMargins(0, 0, 0, 0)
        self.cards: dict[str, ChartCard] = {}
        for at, (name, text, legend) in enumerate(titles()):
            self.cards[name] = ChartCard(text, legend)
            grid.addWidget(self.cards[name], at // 2, at % 2, 1, 2 if name == "cases" else 1)
        self.steps = CaseStepTable()
        grid.addWidget(self.steps, grid.rowCount(), 0, 1, 2)
        inner = QWidget()
        inner.setObjectName("page")
        inner.setLayout(grid)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        hint = QLabel(
            _("{again} counts again · {table} table · {sheet} sheet").format(
                again=shown_keys("F5"), table=shown_keys("Ctrl+E"), sheet=shown_keys("Ctrl+P")
            )
        )
        hint.setObjectName("hint")
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addLayout(self.waiting)
        column.addWidget(area, 1)
        column.addWidget(hint)

    def _show(self, figures: Dashboard) -> None:
        self.figures = figures
        self.summary.setText(self._period_said(figures))
        while item := self.waiting.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for waiting in figures.waiting:
            self.waiting.addWidget(_card(waiting))
        for chart in charts(figures, self.named):
            self.cards[chart.name].show_chart(chart.draw, chart.told)
        self.steps.show_steps(figures.cases)

    def _period_said(self, figures: Dashboard) -> str:
        return _("{since} to {until}: {pages} pages, {documents} documents").format(
            since=isolate(short_day(figures.since)),
            until=isolate(short_day(figures.until)),
            pages=number(figures.pages),
            documents=number(figures.documents),
        )

    def _choose_table(self) -> None:
        target, _kind = QFileDialog.getSaveFileName(self, _("Table (CSV) …"), "figures.csv", "CSV (*.csv)")
        if target:
            self.export_table(Path(target))

    def _choose_sheet(self) -> None:
        target, _kind = QFileDialog.getSaveFileName(self, _("Sheet (PDF) …"), "figures.pdf", "PDF (*.pdf)")
        if target:
            self.export_sheet(Path(target))

    def _exported(self, path: Path) -> None:
        self.context.notify(_("Exported to {path}").format(path=isolate(path)))


def _card(waiting: Waiting) -> QLabel:
    since = _("since {time}").format(time=isolate(short_time(waiting.oldest))) if waiting.oldest else _("nothing waits")
    card = QLabel(
        f"<span style='font-size:22px; font-weight:bold'>{_count(waiting)}</span>&nbsp; {_waits(waiting)}"
        f"<br><span style='font-size:12px'>{since}</span>"
    )
    card.setObjectName("ledger")
    return card


def _count(waiting: Waiting) -> str:
    """An Arabic zero is a mere point: where nothing waits stands a tick."""
    return number(waiting.count) if waiting.count else "✓"


def _waits(waiting: Waiting) -> str:
    return _(WAITING[waiting.what]) if waiting.what in WAITING else waiting.what
