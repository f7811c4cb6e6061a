"""The tree of units; on top, the whole municipality."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from muni_archive.domain.organisation import EVERYWHERE, OrgUnit
from muni_archive.messages import _
from muni_archive.services.organisation.viewing import OrganisationView
from ui.icons import icon
from ui.screens.organisation.words import unit_name

ID = Qt.ItemDataRole.UserRole


class UnitTree(QTreeWidget):
    """Arrows go through it; the chosen unit stays chosen when it is shown anew."""

    unit_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setMinimumWidth(300)
        self.setAccessibleName(_("Units"))
        self.currentItemChanged.connect(self._changed)

    @property
    def unit_id(self) -> str:
        item = self.currentItem()
        return str(item.data(0, ID)) if item else EVERYWHERE

    def show_units(self, view: OrganisationView) -> None:
        chosen = self.unit_id
        self.blockSignals(True)
        self.clear()
        top = self._item(EVERYWHERE, unit_name(view.organisation, EVERYWHERE), "home")
        self.addTopLevelItem(top)
        items = {EVERYWHERE: top}
        self._add_under(view, EVERYWHERE, items)
        self.expandAll()
        self.setCurrentItem(items.get(chosen, top))
        self.blockSignals(False)
        self.unit_chosen.emit(self.unit_id)

    def _add_under(self, view: OrganisationView, parent: str, items: dict[str, QTreeWidgetItem]) -> None:
        for unit in view.organisation.children(parent):
            items[unit.id] = self._unit_item(view, unit)
            items[parent].addChild(items[unit.id])
            self._add_under(view, unit.id, items)

    def _unit_item(self, view: OrganisationView, unit: OrgUnit) -> QTreeWidgetItem:
        name = unit_name(view.organisation, unit.id)
        if unit.closed:
            name = _("{unit} (closed)").format(unit=name)
        item = self._item(unit.id, name, "building" if not unit.closed else "lock")
        if unit.closed:
            item.setToolTip(0, unit.note)
        return item

    def _item(self, unit_id: str, name: str, picture: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name])
        item.setData(0, ID, unit_id)
        item.setIcon(0, icon(picture))
        return item

    def _changed(self) -> None:
        self.unit_chosen.emit(self.unit_id)
