"""The audit trail as a table of any length: a row for each entry, fetched in parts when they come in sight.

While somebody drags through a million rows many parts come in sight for a moment; only those are fetched at which the
view comes to rest.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from muni_archive.domain.auditing import PART, AuditFilter, AuditTrail
from muni_archive.messages import N_, _, isolate
from muni_archive.services.audit.trail import AuditRow, audit_part
from muni_archive.services.workplace import Workplace
from ui.i18n import exact_time, number
from ui.tasks import Tasks

COLUMNS = (
    ("when", N_("When")),
    ("who", N_("Who")),
    ("what", N_("What")),
    ("number", N_("Record")),
    ("where", N_("Station")),
    ("details", N_("Details")),
)
"""What a column shows, and its heading."""
REST_MS = 40
KEPT = 60
"""Parts that are kept: what was seen a moment ago is there at once."""
AT_REST = 2
"""Parts that can be in sight together."""
_Index = QModelIndex | QPersistentModelIndex


class AuditModel(QAbstractTableModel):
    """Rows of one trail; a row that is not there yet shows three dots."""

    failed = Signal(object)

    def __init__(self, tasks: Tasks, place: Workplace) -> None:
        super().__init__()
        self._tasks, self._place = tasks, place
        self._trail = AuditTrail(filter=AuditFilter(), total=0)
        self._parts: OrderedDict[int, tuple[AuditRow, ...]] = OrderedDict()
        self._wanted: list[int] = []
        self._loading = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._load)

    def show(self, trail: AuditTrail, first: tuple[AuditRow, ...]) -> None:
        """This trail, whose first part is here already."""
        self.beginResetModel()
        self._trail = trail
        self._parts = OrderedDict({0: first})
        self._wanted.clear()
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent and parent.isValid() else self._trail.total

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
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        name, row = COLUMNS[index.column()][0], self.row_at(index.row())
        if row is None:
            self._want(index.row() // PART)
            return "…" if role == Qt.ItemDataRole.DisplayRole and name == "when" else None
        text = cell_text(row, name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return text if name == "details" else None
        return text

    def row_at(self, row: int) -> AuditRow | None:
        """None where it is not fetched yet."""
        part = self._parts.get(row // PART)
        return part[row % PART] if part is not None and 0 <= row % PART < len(part) else None

    def _want(self, part: int) -> None:
        if part in self._wanted:
            self._wanted.remove(part)
        self._wanted.append(part)
        self._rest.start()

    def _load(self) -> None:
        """The parts that were asked for last; what was only passed by is forgotten."""
        self._wanted = [part for part in self._wanted if part not in self._parts][-AT_REST:]
        if self._loading or not self._wanted:
            return
        self._loading = True
        part, place, trail = self._wanted.pop(), self._place, self._trail
        self._tasks.run(
            lambda _c: audit_part(place, trail, part * PART, number),
            done=partial(self._loaded, trail, part),
            failed=self._not_loaded,
        )

    def _loaded(self, trail: AuditTrail, part: int, rows: tuple[AuditRow, ...]) -> None:
        self._loading = False
        if trail is self._trail:
            self._parts[part] = rows
            while len(self._parts) > KEPT:
                self._parts.popitem(last=False)
            top = self.index(part * PART, 0)
            self.dataChanged.emit(top, self.index(part * PART + len(rows) - 1, len(COLUMNS) - 1))
        self._load()

    def _not_loaded(self, error: Exception) -> None:
        self._loading = False
        self.failed.emit(error)


def cell_text(row: AuditRow, name: str) -> str:
    """What a row shows in a column; parts of unknown direction stand isolated."""
    if name == "when":
        return isolate(exact_time(row.at))
    text = str(getattr(row, name))
    return text if name in ("what", "details") else isolate(text) if text else ""
