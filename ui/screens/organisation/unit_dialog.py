"""A unit: what kind, what it is called in both languages, and what it stands under."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from muni_archive.domain.organisation import OrgUnit, UnitKind
from muni_archive.messages import _
from muni_archive.services.organisation.viewing import OrganisationView
from ui.screens.organisation.dialogs import FormDialog
from ui.screens.organisation.place_dialog import fill_units
from ui.screens.organisation.words import KINDS


class UnitDialog(FormDialog):
    """For a new unit under `parent`, or to change `unit`, whose kind stays."""

    def __init__(self, owner: QWidget, view: OrganisationView, *, parent: str, unit: OrgUnit | None = None) -> None:
        super().__init__(owner, _("Change the unit") if unit else _("New unit"), _("Save") if unit else _("Open"))
        self.kinds, self.parents = QComboBox(), QComboBox()
        for kind, name in KINDS.items():
            self.kinds.addItem(_(name), kind.value)
        over = view.organisation.units.get(parent)
        below = [kind for kind in UnitKind if over is None or kind.fits_under(over.kind)]
        kind = unit.kind if unit else (below or [UnitKind.SECTION])[0]
        self.kinds.setCurrentIndex(self.kinds.findData(kind.value))
        self.kinds.setEnabled(unit is None)
        fill_units(self.parents, view, unit.parent if unit else parent, top=_("Under none"))
        self.arabic = QLineEdit(unit.label.get("ar", "") if unit else "")
        self.english = QLineEdit(unit.label.get("en", "") if unit else "")
        self.arabic.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.english.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.form.addRow(_("Name in Arabic"), self.arabic)
        self.form.addRow(_("Name in English"), self.english)
        self.form.addRow(_("Kind"), self.kinds)
        self.form.addRow(_("Under"), self.parents)
        self.finish()

    @property
    def kind(self) -> UnitKind:
        return UnitKind(str(self.kinds.currentData()))

    @property
    def label(self) -> dict[str, str]:
        return {"ar": self.arabic.text().strip(), "en": self.english.text().strip()}

    @property
    def parent_id(self) -> str:
        return str(self.parents.currentData())

    def problem(self) -> str:
        return "" if all(self.label.values()) else _("Give the name in both languages.")
