"""A table of plain texts, each row with what it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from muni_archive.messages import _, isolate
from ui.i18n import as_plain
from ui.icons import icon
from ui.theme import color

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True)
class Row:
    """Texts in the columns' order. `icon` stands before the first; `alert` names the column that must be seen."""

    subject: object
    cells: tuple[str, ...]
    icon: str = ""
    alert: int = -1


class RowsModel(QAbstractTableModel):
    """`headings` are catalogue keys."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self._headings = tuple(headings)
        self._rows: tuple[Row, ...] = ()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent and parent.isValid() else len(self._headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object | None:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(self._headings[section])
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object | None:
        row = self.row_at(index.row())
        if row is None:
            return None
        text = row.cells[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return isolate(text) if text else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_plain("\n".join(isolate(cell) for cell in row.cells if cell))
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and row.icon:
            return icon(row.icon, "alertText")
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == row.alert:
            return color("alertText")
        return None

    def row_at(self, row: int) -> Row | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def show(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()
