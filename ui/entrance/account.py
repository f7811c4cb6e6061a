"""Signing in with an account of the municipality: a button, and the wait for the browser."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from muni_archive.domain.account_errors import BrowserMissing
from muni_archive.domain.errors import Cancelled
from muni_archive.domain.people import Person
from muni_archive.messages import _
from muni_archive.services.people.entering import Door
from ui.entrance.browser import Browser
from ui.tasks import Task, TaskContext, Tasks


class AccountEntry(QWidget):
    """One button, which breaks off while the browser is waited for."""

    signed_in = Signal(object)
    """The `Person`."""
    refused = Signal(object)
    """The error; None when somebody broke off here."""
    waiting_changed = Signal(bool)

    def __init__(self, door: Door, tasks: Tasks, browser: Browser, *, expected: str = "") -> None:
        """`expected`: the only person who may come in, by name."""
        super().__init__()
        self._door, self._tasks, self._browser, self._expected = door, tasks, browser, expected
        self._task: Task[Person] | None = None
        self._opened = True
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.press)
        self.hint = QLabel(_("Go on in the browser, then come back. This window waits for five minutes."))
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.hint)
        column.addWidget(self.button)
        self._show_waiting()

    @property
    def waiting(self) -> bool:
        return self._task is not None

    def press(self) -> None:
        """Begin; or break off what was begun."""
        if self._task is not None:
            self._task.cancel()
            return
        door, expected = self._door, self._expected
        self._opened = True

        def work(context: TaskContext) -> Person:
            return door.enter_with_account(context.report, context.cancel, expected=expected)

        self._task = self._tasks.run(work, done=self._entered, failed=self._failed, progress=self._go_there)
        self._show_waiting()

    def _go_there(self, address: object) -> None:
        """Nothing of this is waited for when no browser opens."""
        self._opened = self._browser(str(address))
        if not self._opened and self._task is not None:
            self._task.cancel()

    def _entered(self, person: Person) -> None:
        self._end()
        self.signed_in.emit(person)

    def _failed(self, error: Exception) -> None:
        self._end()
        if not self._opened:
            self.refused.emit(BrowserMissing())
        else:
            self.refused.emit(None if isinstance(error, Cancelled) else error)

    def _end(self) -> None:
        """The browser lies in front: the window comes before it again."""
        self._task = None
        self._show_waiting()
        self.window().raise_()
        self.window().activateWindow()

    def _show_waiting(self) -> None:
        self.hint.setVisible(self.waiting)
        self.button.setText(_("Cancel") if self.waiting else _("Sign in with the municipality's account"))
        self.hint.setMinimumHeight(self.hint.heightForWidth(max(self.width(), 1)) if self.waiting else 0)
        self.waiting_changed.emit(self.waiting)
