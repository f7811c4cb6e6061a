"""Leave for a file: for whom, for what, until when, and why."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from muni_archive.domain.organisation import EVERYWHERE
from muni_archive.domain.permissions import Action
from muni_archive.domain.roles import RoleBook
from muni_archive.messages import _, isolate
from muni_archive.services.organisation.granting import ToRole
from muni_archive.services.organisation.seeing import Seers
from ui.i18n import label_of
from ui.screens.organisation.dialogs import FormDialog, day_edit, end_of
from ui.screens.organisation.words import unit_name

DAYS_AHEAD = 7


class LeaveDialog(FormDialog):
    """A person, or everybody who has a role in a unit."""

    def __init__(self, owner: QWidget, found: Seers, roles: RoleBook, *, file: str) -> None:
        super().__init__(
            owner, _("Let somebody see the file"), _("Give leave"),
            hint=_(
                "Leave is for the whole file {file}, without documents that were raised above its class. It ends by"
                " itself."
            ).format(file=isolate(file)),
        )  # fmt: skip
        self.person, self.role, self.unit = QComboBox(), QComboBox(), QComboBox()
        self.person.addItem(_("everybody with the role …"), "")
        for name in found.names:
            self.person.addItem(isolate(name), name)
        self.person.setCurrentIndex(1 if found.names else 0)
        for each in roles.values():
            self.role.addItem(label_of(each.label), each.id)
        self.unit.addItem(unit_name(found.organisation, EVERYWHERE), EVERYWHERE)
        for unit in found.organisation.units.values():
            if not unit.closed:
                self.unit.addItem(label_of(unit.label), unit.id)
        self.printing, self.exporting = QCheckBox(_("may print it")), QCheckBox(_("may export it"))
        more = QHBoxLayout()
        more.addWidget(self.printing)
        more.addWidget(self.exporting)
        more.addStretch(1)
        self.until = day_edit(QDate.currentDate().addDays(DAYS_AHEAD))
        self.reason = QLineEdit()
        self.form.addRow(_("Person"), self.person)
        self.form.addRow(_("Role"), self.role)
        self.form.addRow(_("Unit"), self.unit)
        self.form.addRow("", more)
        self.form.addRow(_("Until"), self.until)
        self.form.addRow(_("Reason"), self.reason)
        self.finish()
        self.person.currentIndexChanged.connect(self._choose)
        self._choose()
        self.person.setFocus()

    @property
    def to(self) -> str | ToRole:
        name = str(self.person.currentData())
        return name or ToRole(role=str(self.role.currentData()), unit_id=str(self.unit.currentData()))

    @property
    def allowed(self) -> tuple[Action, ...]:
        chosen = ((self.printing, Action.PRINT), (self.exporting, Action.EXPORT))
        return (Action.VIEW, *(action for box, action in chosen if box.isChecked()))

    @property
    def end(self) -> datetime:
        """The first moment after the last day."""
        return end_of(self.until.date())

    def problem(self) -> str:
        if self.until.date() < QDate.currentDate():
            return _("That day is over.")
        return "" if self.reason.text().strip() else _("Say why: it is kept in the journal.")

    def _choose(self) -> None:
        """Role and unit are asked for only where no person is named."""
        for box in (self.role, self.unit):
            self.form.setRowVisible(box, not self.person.currentData())
