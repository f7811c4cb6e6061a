"""The locked window: everything stays as it was, and nothing of it is seen, until the same person comes back."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from muni_archive.domain.people import Person
from muni_archive.messages import _
from muni_archive.services.people.entering import Door
from ui.entrance.browser import Browser, open_browser
from ui.entrance.form import SignInForm
from ui.i18n import as_plain
from ui.tasks import Tasks


class LockDialog(QDialog):
    """Stands before the window and all that it has open. Esc does not close it; by `leave` it goes with the window."""

    def __init__(
        self, owner: QWidget, door: Door, tasks: Tasks, person: Person, browser: Browser = open_browser
    ) -> None:
        super().__init__(owner)
        self.setWindowTitle(_("Locked"))
        self.setModal(True)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self._open = False
        self.form = SignInForm(door, tasks, name=person.name, browser=browser)
        self.form.signed_in.connect(self._unlock)
        self.leave = QPushButton(_("Sign out, so that somebody else can sign in"))
        self.leave.setAutoDefault(False)
        self.form.go.setAutoDefault(False)
        title = QLabel(as_plain(_("Locked")))
        title.setObjectName("title")
        hint = QLabel(_("Nobody was here for a while. What you were doing is as you left it."))
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        for widget in (title, hint, self.form, self.leave):
            column.addWidget(widget)
        QTimer.singleShot(0, self, self.form.begin)

    def reject(self) -> None:
        """Esc, and the cross in the frame: not a way in."""

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._open:
            super().closeEvent(event)
        else:
            event.ignore()

    def _unlock(self, _person: object) -> None:
        self._open = True
        self.accept()
