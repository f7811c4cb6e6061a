"""What is to be done at a step, what one says about it, and the ways in which it can end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from muni_archive.domain.procedures import Outcome, OutcomeKind
from muni_archive.messages import _, isolate
from muni_archive.services.procedures.acting import why_barred
from muni_archive.services.procedures.deciding import Decision
from muni_archive.services.procedures.waiting import Task
from ui.i18n import as_plain, direction_mark, label_of
from ui.screens.desk.task_form import TaskForm
from ui.widgets.buttons import shown_keys, text_button

KEYS = {
    OutcomeKind.APPROVE: "Ctrl+Return",
    OutcomeKind.DONE: "Ctrl+Return",
    OutcomeKind.RETURN: "F8",
    OutcomeKind.REJECT: "F9",
}
ICONS = {
    OutcomeKind.APPROVE: "check",
    OutcomeKind.DONE: "check",
    OutcomeKind.RETURN: "undo",
    OutcomeKind.REJECT: "x",
}
BACK = (OutcomeKind.RETURN, OutcomeKind.REJECT)
WIDTH = 330


class DecisionSide(QWidget):
    """Emits what was decided; the screen records it."""

    decided = Signal(object)
    """A `Decision`."""

    def __init__(self, pass_on: Callable[[], None]) -> None:
        super().__init__()
        self.task: Task | None = None
        self.form: TaskForm | None = None
        self.outcomes: dict[str, QPushButton] = {}
        self._pass_on = pass_on
        self.setMinimumWidth(WIDTH)
        self._title, self._step, self._about, self._bar = QLabel(), QLabel(), QLabel(), QLabel()
        self._title.setObjectName("section")
        self._step.setObjectName("title")
        self._about.setObjectName("hint")
        self._bar.setObjectName("banner")
        self._bar.setProperty("kind", "error")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for label in (self._title, self._step, self._about, self._bar):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self._area, 1)
        column.addLayout(self._buttons)

    def show_task(self, task: Task | None) -> None:
        self.task = task
        self._clear()
        if task is None:
            return
        self._title.setText(as_plain(f"{direction_mark()}{isolate(task.view.case.title)}"))
        self._step.setText(as_plain(label_of(task.described.label)))
        self._about.setText(as_plain(label_of(task.described.about)))
        self._about.setVisible(bool(label_of(task.described.about)))
        self._tell_bar(task)
        self.form = TaskForm(task)
        self._area.setWidget(self.form)
        taken: set[str] = set()
        for outcome in task.described.outcomes:
            keys = "" if KEYS[outcome.kind] in taken else KEYS[outcome.kind]
            taken.add(keys)
            self._add(outcome, keys, task)
        pass_on = text_button(self, "users", _("Pass on"), "F7", self._pass_on)
        pass_on.setText(f"{pass_on.text()}   {shown_keys('F7')}")
        self._buttons.addWidget(pass_on)

    def choose(self, outcome: Outcome) -> None:
        """Decide; a reason is asked for first where one is needed."""
        if self.form is None:
            return
        note = self.form.note.toPlainText().strip()
        if outcome.kind in BACK and not note:
            self.form.note.setFocus()
        document = self.task.view.document if self.task else None
        self.decided.emit(
            Decision(
                outcome=outcome.id, note=note, ticked=self.form.ticked(), fields=self.form.values(),
                seen=document.entry if document else None,
            )
        )  # fmt: skip

    def _tell_bar(self, task: Task) -> None:
        approving = any(outcome.kind is OutcomeKind.APPROVE for outcome in task.described.outcomes)
        text = ""
        if not task.mine:
            text = _("This step waits for somebody else.")
        elif task.bar and approving:
            text = _("Somebody else must approve this: {detail}").format(detail=why_barred(task.bar))
        self._bar.setText(text)
        self._bar.setVisible(bool(text))

    def _add(self, outcome: Outcome, keys: str, task: Task) -> None:
        primary = not self.outcomes
        button = text_button(
            self, ICONS[outcome.kind], label_of(outcome.label), keys, lambda: self.choose(outcome), primary=primary
        )
        if keys:
            button.setText(f"{button.text()}   {shown_keys(keys)}")
        barred = outcome.kind is OutcomeKind.APPROVE and task.bar is not None
        button.setEnabled(task.mine and not barred)
        self.outcomes[outcome.id] = button
        self._buttons.addWidget(button)

    def _clear(self) -> None:
        """The keys of the step before go with its buttons."""
        self.outcomes = {}
        self.form = None
        while item := self._buttons.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for shortcut in self.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly):
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        for label in (self._title, self._step, self._about, self._bar):
            label.clear()
        self._bar.hide()
        old = self._area.takeWidget()
        if old is not None:
            old.deleteLater()
