"""A role in a unit: from today or for good, up to which level."""

from __future__ import annotations

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from muni_archive.domain.organisation import EVERYWHERE, OrgUnit
from muni_archive.domain.permissions import LEVEL_TEXTS, AccessLevel
from muni_archive.domain.roles import RoleBook
from muni_archive.messages import _
from muni_archive.services.organisation.places import NewPlace
from muni_archive.services.organisation.viewing import OrganisationView
from ui.i18n import label_of
from ui.screens.organisation.dialogs import FormDialog, day_edit, end_of
from ui.screens.organisation.words import unit_name

MONTHS_AHEAD = 6
STEP = "\u2003"
"""By so much a unit stands behind the one that it is under."""


class PlaceDialog(FormDialog):
    """Gives a role; a transfer also says why, and ends the role that it comes from."""

    def __init__(
        self, owner: QWidget, view: OrganisationView, roles: RoleBook, *, title: str, button: str, unit_id: str,
        role: str = "", transfer: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(owner, title, button)
        self._transfer = transfer
        self.roles, self.units, self.levels = QComboBox(), QComboBox(), QComboBox()
        for each in roles.values():
            self.roles.addItem(label_of(each.label), each.id)
        self.roles.setCurrentIndex(max(0, self.roles.findData(role or "clerk")))
        fill_units(self.units, view, unit_id)
        self.levels.addItem(_("As the role has it"), "")
        for level, name in LEVEL_TEXTS.items():
            self.levels.addItem(_(name), level.value)
        self.ends = QCheckBox(_("ends on"))
        self.until = day_edit(QDate.currentDate().addMonths(MONTHS_AHEAD))
        self.until.setEnabled(False)
        self.ends.toggled.connect(self.until.setEnabled)
        end = QHBoxLayout()
        end.addWidget(self.ends)
        end.addWidget(self.until, 1)
        self.reason = QLineEdit()
        self.form.addRow(_("Role"), self.roles)
        self.form.addRow(_("Unit"), self.units)
        self.form.addRow(_("Highest level"), self.levels)
        self.form.addRow("", end)
        self.form.addRow(_("Reason"), self.reason)
        self.finish()

    @property
    def new_place(self) -> NewPlace:
        return NewPlace(
            role=str(self.roles.currentData()),
            unit_id=str(self.units.currentData()),
            until=end_of(self.until.date()) if self.ends.isChecked() else None,
            highest=AccessLevel(level).value if (level := self.levels.currentData()) else "",
        )

    def problem(self) -> str:
        if self._transfer and not self.reason.text().strip():
            return _("Say why: it is kept in the journal.")
        return ""


def fill_units(combo: QComboBox, view: OrganisationView, chosen: str, *, top: str = "") -> None:
    """Open units, each indented under its own; `top` is what the whole is called here."""
    combo.addItem(top or unit_name(view.organisation, EVERYWHERE), EVERYWHERE)
    _fill_under(combo, view, EVERYWHERE, 1)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))


def _fill_under(combo: QComboBox, view: OrganisationView, parent: str, depth: int) -> None:
    for unit in view.organisation.children(parent):
        if not unit.closed:
            combo.addItem(f"{STEP * depth}{_name(unit)}", unit.id)
            _fill_under(combo, view, unit.id, depth + 1)


def _name(unit: OrgUnit) -> str:
    return label_of(unit.label)
