"""A person's name and password, the password twice."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from muni_archive.domain.people import SHORTEST_PASSWORD
from muni_archive.messages import _, ngettext
from ui.i18n import number
from ui.screens.organisation.dialogs import FormDialog


class PersonDialog(FormDialog):
    """For a new person, or a new password (`name` is given then)."""

    def __init__(self, owner: QWidget, title: str, button: str, *, name: str = "") -> None:
        hint = ngettext(
            "A password has {count} sign at least; several words are easy to remember.",
            "A password has {count} signs at least; several words are easy to remember.",
            SHORTEST_PASSWORD,
        ).format(count=number(SHORTEST_PASSWORD))
        super().__init__(owner, title, button, hint=hint)
        self.name, self.password, self.again = QLineEdit(name), QLineEdit(), QLineEdit()
        self.name.setReadOnly(bool(name))
        for edit in (self.password, self.again):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.form.addRow(_("Name"), self.name)
        self.form.addRow(_("Password"), self.password)
        self.form.addRow(_("Password again"), self.again)
        self.finish()
        (self.password if name else self.name).setFocus()

    def problem(self) -> str:
        if not self.name.text().strip():
            return _("Give a name.")
        return "" if self.password.text() == self.again.text() else _("The two passwords differ.")
