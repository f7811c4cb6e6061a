"""An archive in which nobody has to sign in yet: where its people and units begin."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from muni_archive.messages import _
from muni_archive.services.organisation.viewing import OrganisationView
from ui.context import WindowContext
from ui.screens.organisation.changes import Changes
from ui.screens.organisation.person_dialog import PersonDialog
from ui.widgets.buttons import text_button


class BeginningBox(QWidget):
    """Says what is missing and offers it; gone when there are both."""

    def __init__(self, context: WindowContext, changes: Changes) -> None:
        super().__init__()
        self._context, self._changes = context, changes
        self.told = QLabel()
        self.told.setObjectName("ledger")
        self.told.setWordWrap(True)
        self.units = text_button(self, "building", _("Begin with sample units"), "", changes.begin_units)
        self.first = text_button(self, "user", _("Set up the administrator"), "", self.set_up, primary=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.told, 1)
        row.addWidget(self.units)
        row.addWidget(self.first)
        self.setVisible(False)

    def show_state(self, view: OrganisationView) -> None:
        nobody, no_units = not view.people, not view.organisation.units
        self.units.setVisible(no_units)
        self.first.setVisible(nobody)
        self.told.setText(
            _("Nobody has to sign in to this archive yet. With the first administrator, everybody must.")
            if nobody
            else _("There are no units yet. Open them one by one, or begin with the sample.")
        )
        self.setVisible(nobody or no_units)

    def set_up(self) -> None:
        """The first person; from then on the window asks who is there."""
        dialog = PersonDialog(self, _("Set up the administrator"), _("Set up"))
        if dialog.exec():
            self._changes.set_up(dialog.name.text(), dialog.password.text(), then=self._context.ask_who)
