"""Asking to whom a step is given."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QLineEdit, QPushButton, QWidget

from muni_archive.messages import _
from ui.widgets.kept_dialog import KeptDialog


class PassOnDialog(KeptDialog):
    """A name, and why."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self.setWindowTitle(_("Pass on"))
        self.setMinimumWidth(420)
        self.name, self.note = QLineEdit(), QLineEdit()
        self.name.setPlaceholderText(_("empty: everybody of the role"))
        form = QFormLayout(self)
        form.addRow(_("To"), self.name)
        form.addRow(_("Why"), self.note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        pass_on = QPushButton(_("Pass on"))
        pass_on.setObjectName("primary")
        buttons.addButton(pass_on, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
