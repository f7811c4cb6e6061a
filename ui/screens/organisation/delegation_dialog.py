"""Handing roles over while somebody is away."""

from __future__ import annotations

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from muni_archive.domain.people import Person, PersonState
from muni_archive.messages import _, isolate
from muni_archive.services.organisation.viewing import OrganisationView
from ui.screens.organisation.dialogs import FormDialog, day_edit

DAYS = 14


class DelegationDialog(FormDialog):
    """Every role of the giver's own, from the first to the last day; it ends by itself and is not handed on."""

    def __init__(self, owner: QWidget, view: OrganisationView, giver: Person) -> None:
        super().__init__(
            owner,
            _("Stand-in while away"),
            _("Hand over"),
            hint=_("Every role of {name} is handed over, except administering. It ends by itself.").format(
                name=isolate(giver.name)
            ),
        )
        self.takers = QComboBox()
        for person in view.people:
            if person.id != giver.id and person.state is PersonState.ACTIVE:
                self.takers.addItem(person.name, person.name)
        today = QDate.currentDate()
        self.since, self.until = day_edit(today), day_edit(today.addDays(DAYS))
        self.reason = QLineEdit()
        self.form.addRow(_("Stand-in"), self.takers)
        self.form.addRow(_("First day"), self.since)
        self.form.addRow(_("Last day"), self.until)
        self.form.addRow(_("Reason"), self.reason)
        self.finish()

    def problem(self) -> str:
        if self.takers.currentData() is None:
            return _("There is nobody else.")
        if self.until.date() < self.since.date():
            return _("The last day lies before the first.")
        return "" if self.reason.text().strip() else _("Say why: it is kept in the journal.")
