"""The drawing register as a table: what is superseded stands faint below what is in force."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from muni_archive.messages import N_, _, isolate
from muni_archive.services.drawing_rows import DrawingRow, Standing
from ui.theme import color

COLUMNS = (
    ("matter", N_("File")),
    ("sheet", N_("Sheet")),
    ("title", N_("Title")),
    ("revision", N_("Revision")),
    ("stands", N_("In force?")),
    ("scale", N_("Scale")),
    ("office", N_("Engineering office")),
    ("date", N_("Date")),
)
"""The attribute of a row and the column's heading."""
_Index = QModelIndex | QPersistentModelIndex


class DrawingsModel(QAbstractTableModel):
    """Rows in the register's order."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[DrawingRow, ...] = ()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object | None:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(COLUMNS[section][1])
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object | None:
        row = self.row_at(index.row())
        if row is None:
            return None
        name = COLUMNS[index.column()][0]
        if role == Qt.ItemDataRole.DisplayRole:
            text = str(getattr(row, name))
            return isolate(text) if text else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            told = (isolate(row.title), isolate(row.office) if row.office else "", isolate(row.number), row.stands)
            return "\n".join(part for part in told if part)
        return self._look(row, name, role)

    def row_at(self, row: int) -> DrawingRow | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def place_of(self, document_id: str) -> int:
        """The row of a document, 0 where it is not shown."""
        return next((at for at, row in enumerate(self._rows) if row.document_id == document_id), 0)

    def show(self, rows: Sequence[DrawingRow]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def _look(self, row: DrawingRow, name: str, role: int) -> object | None:
        if role == Qt.ItemDataRole.ForegroundRole and row.standing is Standing.SUPERSEDED:
            return color("faint")
        if role == Qt.ItemDataRole.ForegroundRole and row.standing is Standing.UNCLEAR and name == "stands":
            return color("alertText")
        if role == Qt.ItemDataRole.FontRole and row.standing is Standing.IN_FORCE and name in ("sheet", "revision"):
            font = QFont()
            font.setBold(True)
            return font
        return None
