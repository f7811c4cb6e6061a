"""What narrows a search: facets with their counts, and the dates between which the document lies."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from muni_archive.domain.errors import FieldInvalid
from muni_archive.messages import _, isolate
from muni_archive.services.field_values import canonical_date
from ui.context import WindowContext
from ui.i18n import as_plain, label_of, number
from ui.widgets.buttons import text_button

FACETS = ("department", "record_class", "year", "area")
SHOWN = 12
"""Values of one facet; the rarer ones are reached by words."""
_NAME, _VALUE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class Filters(QWidget):
    """Enter or a click on a value chooses it, once more frees it."""

    changed = Signal()

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._titles = {
            "department": _("Department"),
            "record_class": _("Class"),
            "year": _("Year"),
            "area": _("Area"),
        }
        self.chosen: dict[str, str] = {}
        self.start, self.end = self._date(_("from")), self._date(_("to"))
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(10)
        self.tree.setRootIsDecorated(False)
        self.tree.itemActivated.connect(self._toggle)
        self.tree.itemClicked.connect(self._toggle)
        self.free = text_button(self, "x", _("Clear filters"), "Ctrl+Shift+X", self.clear)
        dates = QHBoxLayout()
        dates.addWidget(self.start)
        dates.addWidget(self.end)
        title = QLabel(_("Date of the document"))
        title.setObjectName("section")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(title)
        column.addLayout(dates)
        column.addWidget(self.tree, 1)
        column.addWidget(self.free)
        self.setFixedWidth(238)

    def dates(self) -> tuple[str, str]:
        """ISO dates, empty where nothing was typed. Raises `FieldInvalid`."""
        return canonical_date(self.start.text()), canonical_date(self.end.text())

    def state(self) -> dict[str, str]:
        """What is chosen, for saving."""
        return {**self.chosen, "from": self.start.text(), "to": self.end.text()}

    def restore(self, state: Mapping[str, str]) -> None:
        """What was saved."""
        self.chosen = {name: state[name] for name in FACETS if state.get(name)}
        for edit, name in ((self.start, "from"), (self.end, "to")):
            edit.blockSignals(True)
            edit.setText(state.get(name, ""))
            edit.blockSignals(False)

    def clear(self) -> None:
        self.restore({})
        self.changed.emit()

    def show_counts(self, facets: Mapping[str, tuple[tuple[str, int], ...]]) -> None:
        """The values that the answer has, the most frequent first; what is chosen stays."""
        self.tree.clear()
        for name in FACETS:
            counts = list(facets.get(name, ()))[:SHOWN]
            chosen = self.chosen.get(name, "")
            if chosen and chosen not in dict(counts):
                counts.append((chosen, 0))
            if counts:
                self._add(name, counts)
        self.tree.expandAll()
        self.free.setVisible(bool(self.chosen or self.start.text() or self.end.text()))

    def _add(self, name: str, counts: list[tuple[str, int]]) -> None:
        top = QTreeWidgetItem([self._titles[name]])
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        self.tree.addTopLevelItem(top)
        for value, count in counts:
            mark = "✓ " if self.chosen.get(name) == value else ""
            item = QTreeWidgetItem([f"{mark}{isolate(self._named(name, value))}  ({number(count)})"])
            item.setData(0, _NAME, name)
            item.setData(0, _VALUE, value)
            item.setToolTip(0, as_plain(self._named(name, value)))
            top.addChild(item)

    def _toggle(self, item: QTreeWidgetItem) -> None:
        name, value = item.data(0, _NAME), item.data(0, _VALUE)
        if not name:
            return
        if self.chosen.get(name) == value:
            del self.chosen[name]
        else:
            self.chosen[name] = value
        self.changed.emit()

    def _date(self, text: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setPlaceholderText(text)
        edit.setToolTip(_("day/month/year"))
        edit.editingFinished.connect(self._date_edited)
        return edit

    def _date_edited(self) -> None:
        for edit in (self.start, self.end):
            try:
                canonical_date(edit.text())
            except FieldInvalid as error:
                self._context.show_error(error)
                return
        self.changed.emit()

    def _named(self, name: str, value: str) -> str:
        for record_class in self._context.place.record_classes.all():
            if name == "record_class" and record_class.id == value:
                return label_of(record_class.label)
            if name == "department" and record_class.department == value:
                return label_of(record_class.department_label)
        return value
