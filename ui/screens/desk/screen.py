"""The desk: what waits on one side, the page beside it, the decision on the other. Key by key: `docs/screens.md`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from muni_archive.domain.cases import CaseActor
from muni_archive.domain.errors import ArchiveError, StepGone
from muni_archive.domain.permissions import Action
from muni_archive.messages import _, explain, ngettext
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.procedures.deciding import Decision, take_several, take_step
from muni_archive.services.procedures.passing_on import reassign_step
from muni_archive.services.procedures.waiting import Task, WaitingStep, inbox, show_task
from muni_archive.services.redaction.waiting import ToDecide, redactions_to_decide
from muni_archive.services.together.disputes import Uncounted, uncounted
from ui.context import WindowContext
from ui.i18n import number
from ui.screens.base import Screen
from ui.screens.desk.decision_side import DecisionSide
from ui.screens.desk.history import History
from ui.screens.desk.inbox import Inbox, key_of
from ui.screens.desk.page_side import PageSide
from ui.screens.desk.passing_on import PassOnDialog
from ui.screens.desk.redactions import RedactionsBox
from ui.screens.desk.starting import ask_to_start_on_file
from ui.screens.desk.uncounted_bar import UncountedBar
from ui.widgets.buttons import icon_button, shown_keys, text_button
from ui.widgets.diagram_item import Standing
from ui.widgets.page_view import PageView
from ui.widgets.procedure_diagram import ProcedureDiagram

WIDTHS = [290, 480, 350]
AGAIN_MS = 60_000
"""So often the list is looked at again: others decide too, and time passes."""
ALL = "desk-all"


class DeskScreen(Screen):
    """One step at a time, or several where their procedure allows it."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.task: Task | None = None
        self._wanted: tuple[str, int] | None = None
        self._deciding = False
        self._asked = 0
        self._build()
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self._ask() if self.isVisible() else None)
        self._timer.start(AGAIN_MS)

    @property
    def actor(self) -> CaseActor:
        return actor_of(self.context.case_place)

    def activated(self) -> None:
        self._ask()
        self.inbox.setFocus()

    def documents_changed(self) -> None:
        self._ask()

    def centre_followed(self) -> None:
        self._ask()

    def decide(self, decision: Decision) -> None:
        """Record it, for all lines that are chosen when there are several.

        Whoever is at the redacted copies (one may still be being made) means the copy: no step is taken there.
        """
        if self.redactions.has_cursor:
            self.redactions.look_at_chosen()
            return
        chosen = self.inbox.selected_lines()
        if self._deciding or self.task is None:
            return
        self._deciding = True
        if len(chosen) > 1:
            self._decide_several(chosen, decision)
            return
        place, task, actor = self.context.case_place, self.task, self.actor
        self.context.tasks.run(
            lambda _c: take_step(place, task.view.case.id, task.step.number, decision, actor=actor),
            done=lambda _case: self._decided(_("Recorded and signed.")),
            failed=self._refused,
        )

    def pass_on(self) -> None:
        """Let the step wait for a certain person."""
        if self.task is None:
            return
        dialog = PassOnDialog(self)
        if dialog.exec():
            place, task, actor = self.context.case_place, self.task, self.actor
            to, note = dialog.name.text(), dialog.note.text()
            self.context.tasks.run(
                lambda _c: reassign_step(place, task.view.case.id, task.step.number, to, actor=actor, note=note),
                done=lambda _none: self._decided(_("Passed on.")),
                failed=self._refused,
            )

    def show_part(self, at: int) -> None:
        """The page, the diagram or the history, in the middle."""
        self.middle.setCurrentIndex(at)
        button = self._parts.button(at)
        if button is not None:
            button.setChecked(True)

    def _build(self) -> None:
        self.inbox = Inbox()
        self.inbox.chosen.connect(self._choose)
        self.redactions = RedactionsBox(self.context)
        self.redactions.decided.connect(self._decided)
        waiting = QWidget()
        lists = QVBoxLayout(waiting)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.addWidget(self.redactions)
        lists.addWidget(self.inbox, 1)
        QWidget.setTabOrder(self.redactions.list, self.inbox)
        self.pages = PageSide(self.context)
        self.diagram = ProcedureDiagram()
        self.history = History()
        self.middle = QStackedWidget()
        for part in (self.pages, self.diagram, self.history):
            self.middle.addWidget(part)
        self.decision = DecisionSide(self.pass_on)
        self.decision.decided.connect(self.decide)
        self.empty = QLabel(_("Nothing waits for you."))
        self.empty.setObjectName("empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(10)
        for side in (waiting, self._middle(), self.decision):
            self.split.addWidget(side)
        self.split.setSizes(WIDTHS)
        column = QVBoxLayout(self)
        column.addLayout(self._head())
        self.beside = UncountedBar(self.context.settings)
        column.addWidget(self.beside)
        column.addWidget(self.split, 1)
        column.addWidget(self.empty, 1)
        self.split.hide()
        self.empty.hide()
        for keys, act in (
            ("PgDown", lambda: self.pages.turn(1)),
            ("PgUp", lambda: self.pages.turn(-1)),
            ("Ctrl+Shift+A", lambda: self.decision.form.tick_all() if self.decision.form else None),
            ("F5", self._ask),
            ("Ctrl+0", lambda: self._look(lambda part: part.fit_page())),
            ("Ctrl++", lambda: self._look(lambda part: part.zoom_in())),
            ("Ctrl+-", lambda: self._look(lambda part: part.zoom_out())),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def _look(self, act: Callable[[PageView | ProcedureDiagram], None]) -> None:
        """At the page or the diagram, whichever is in the middle."""
        if self.middle.currentIndex() < 2:
            act(self.diagram if self.middle.currentIndex() else self.pages.picture)

    def _head(self) -> QHBoxLayout:
        self.count = QLabel()
        self.count.setObjectName("hint")
        self.everything = QToolButton()
        self.everything.setText(_("Everybody's"))
        self.everything.setCheckable(True)
        self.everything.setChecked(self.context.settings.get(ALL, "") == "yes")
        tip = _("Also what waits for others")
        self.everything.setToolTip(f"{tip} ({shown_keys('Ctrl+M')})")
        self.everything.toggled.connect(self._filter)
        QShortcut(QKeySequence("Ctrl+M"), self, self.everything.toggle)
        row = QHBoxLayout()
        row.addWidget(self.everything)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(
            text_button(
                self, "plus", _("A case about a file"), "Ctrl+N",
                lambda: ask_to_start_on_file(self, self.context, self._changed),
            )
        )  # fmt: skip
        return row

    def _middle(self) -> QWidget:
        self._parts = QButtonGroup(self)
        row = QHBoxLayout()
        for at, (text, keys) in enumerate(((_("Page"), "F2"), (_("Diagram"), "F3"), (_("History"), "F4"))):
            button = QToolButton()
            button.setText(f"{text}   {shown_keys(keys)}")
            button.setCheckable(True)
            button.setChecked(at == 0)
            button.clicked.connect(lambda _checked=False, at=at: self.show_part(at))
            QShortcut(QKeySequence(keys), self, lambda at=at: self.show_part(at))
            self._parts.addButton(button, at)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(icon_button(self, "external", _("Open the document"), "Ctrl+O", self.pages.open_document))
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.middle, 1)
        return whole

    def _filter(self, everything: bool) -> None:
        self.context.settings.set(ALL, "yes" if everything else "")
        self._ask()

    def _ask(self) -> None:
        """An answer that another question has overtaken is dropped: what it lists may have gone on since."""
        self._asked += 1
        place, actor, everything, asked = self.context.case_place, self.actor, self.everything.isChecked(), self._asked
        own = self.context.place

        def work() -> tuple[Sequence[WaitingStep], Sequence[Uncounted], Sequence[ToDecide]]:
            releases = redactions_to_decide(own) if own.guard.may(Action.RELEASE) else ()
            return inbox(place, actor, everything=everything), uncounted(place, actor), releases

        self.context.tasks.run(
            lambda _c: work(),
            done=lambda found: self._show(*found) if asked == self._asked else None,
            failed=self._refused,
        )

    def _show(self, lines: Sequence[WaitingStep], beside: Sequence[Uncounted], redactions: Sequence[ToDecide]) -> None:
        self._deciding = False
        self.beside.show_found(beside)
        late = sum(line.overdue for line in lines)
        text = ngettext("{count} step waits", "{count} steps wait", len(lines)).format(count=number(len(lines)))
        if late:
            text += " · " + ngettext("{count} overdue", "{count} overdue", late).format(count=number(late))
        self.count.setText(text)
        self.redactions.show_waiting(redactions)
        self.split.setVisible(bool(lines or redactions))
        self.empty.setVisible(not (lines or redactions))
        self.inbox.show_lines(lines)
        if redactions and not lines and self.inbox.hasFocus():
            self.redactions.list.setFocus()

    def _choose(self, line: WaitingStep | None) -> None:
        """Show the step; one that is shown already stays as it is, with what was typed."""
        self._wanted = key_of(line)
        if line is None:
            self._show_task(None)
            return
        if self._shown == self._wanted and self.task and self.task.step == line.step:
            return
        self.decision.setEnabled(False)  # what is still shown is another step than the one that is chosen
        place, actor, wanted = self.context.case_place, self.actor, (line.case.id, line.step.number)
        self.context.tasks.run(
            lambda _c: show_task(place, wanted[0], wanted[1], actor),
            done=lambda task: self._came(task) if wanted == self._wanted else None,
            failed=self._refused,
        )

    @property
    def _shown(self) -> tuple[str, int] | None:
        return (self.task.view.case.id, self.task.step.number) if self.task else None

    def _came(self, task: Task) -> None:
        """Asked for twice, it comes twice: what was typed in the meantime stays."""
        if self._shown == self._wanted and self.task == task:
            self.decision.setEnabled(True)
        else:
            self._show_task(task)

    def _show_task(self, task: Task | None) -> None:
        self.task = task
        self.decision.show_task(task)
        self.decision.setEnabled(True)
        self.pages.show_task(task)
        if task is None:
            self.diagram.clear_diagram()
            self.history.clear()
            return
        late = frozenset({task.step.element} if task.step.is_overdue(self.context.place.clock.now()) else ())
        standing = Standing(here=task.step.element, at=task.view.stands_at, late=late, passed=task.view.passed)
        self.diagram.show_procedure(task.view.procedure, standing)
        self.history.show_case(task.view)
        if task.view.document is None and self.middle.currentIndex() == 0:
            self.show_part(1)

    def _decide_several(self, chosen: Sequence[WaitingStep], decision: Decision) -> None:
        place, actor = self.context.case_place, self.actor
        which = [(line.case.id, line.step.number) for line in chosen]
        self.context.tasks.run(
            lambda _c: take_several(place, which, decision.outcome, actor=actor, note=decision.note),
            done=self._decided_several,
            failed=self._refused,
        )

    def _decided_several(self, answers: Mapping[tuple[str, int], ArchiveError | None]) -> None:
        refused = [answer for answer in answers.values() if answer is not None]
        done = len(answers) - len(refused)
        said = ngettext("{count} decision is recorded and signed.", "{count} decisions are recorded and signed.", done)
        text = said.format(count=number(done))
        if refused:
            left = ngettext("{count} was not: {why}", "{count} were not: {why}", len(refused))
            text += " " + left.format(count=number(len(refused)), why=explain(refused[0]))
        self._decided(text)

    def _decided(self, text: str) -> None:
        """The next decision waits for the list without this one."""
        self.context.notify(text)
        self._changed()

    def _changed(self) -> None:
        self.context.cases_changed()
        self._ask()

    def _refused(self, error: Exception) -> None:
        self._deciding = False
        self.context.show_error(error)
        if isinstance(error, StepGone):
            self.task = None
            self._ask()
