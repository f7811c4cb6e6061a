"""What the small dialogs of this screen have in common: a form, what is wrong with it, and two buttons."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import QDateEdit, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QWidget

from muni_archive.messages import _
from ui.i18n import as_plain
from ui.widgets.kept_dialog import KeptDialog


class FormDialog(KeptDialog):
    """Enter in the last field, or the button, accepts; `problem` says why not yet."""

    def __init__(self, owner: QWidget, title: str, button: str, *, hint: str = "") -> None:
        super().__init__(owner)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self.form = QFormLayout(self)
        if hint:
            explained = QLabel(as_plain(hint))
            explained.setObjectName("hint")
            explained.setWordWrap(True)
            self.form.addRow(explained)
        self.told = QLabel()
        self.told.setObjectName("error")
        self.told.setWordWrap(True)
        self.told.setVisible(False)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = self._buttons.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setObjectName("primary")
        self.accept_button.setDefault(True)
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)

    def finish(self) -> None:
        """Called when all rows are there."""
        self.form.addRow(self.told)
        self.form.addRow(self._buttons)

    def problem(self) -> str:
        """What is still wrong, in the user's language; empty for nothing."""
        return ""

    def _accept(self) -> None:
        problem = self.problem()
        self.told.setText(problem)
        self.told.setVisible(bool(problem))
        if not problem:
            self.accept()


class ReasonDialog(FormDialog):
    """Why; nothing is ended without it."""

    def __init__(self, owner: QWidget, title: str, button: str, *, hint: str) -> None:
        super().__init__(owner, title, button, hint=hint)
        self.reason = QLineEdit()
        self.form.addRow(_("Reason"), self.reason)
        self.finish()

    def problem(self) -> str:
        return "" if self.reason.text().strip() else _("Say why: it is kept in the journal.")


def day_edit(day: QDate) -> QDateEdit:
    """A day that is typed, or chosen in a calendar."""
    edit = QDateEdit(day)
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("dd/MM/yyyy")
    edit.setMaximumDate(QDate(9998, 12, 31))  # what ends after it is a time in some zones only
    return edit


def beginning_of(day: QDate) -> datetime:
    """The day's first moment on this computer, in UTC."""
    return _moment(day, QTime(0, 0))


def end_of(day: QDate) -> datetime:
    """The first moment after the day."""
    return _moment(day.addDays(1), QTime(0, 0))


def _moment(day: QDate, time: QTime) -> datetime:
    local = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute()).astimezone()
    return local.astimezone(UTC)
