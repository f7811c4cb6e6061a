"""Pages as a list with thumbnails, which are decoded off the window's thread when they come into sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap, QTransform

from muni_archive.domain.records import Page, PageState
from muni_archive.messages import N_, _
from muni_archive.ports import Vault
from ui.i18n import number
from ui.icons import icon
from ui.tasks import Tasks
from ui.widgets.pictures import load_image

STATES = {
    PageState.KEPT: "",
    PageState.BLANK: N_("blank"),
    PageState.SEPARATOR: N_("separator"),
    PageState.REJECTED: N_("set aside"),
}
FAINT = 0.35
"""How much is left of the picture of a page that goes into no document."""
_Index = QModelIndex | QPersistentModelIndex


class PagesModel(QAbstractListModel):
    """A page is there at once, with an empty frame until its picture is decoded."""

    pictured = Signal(str)
    """The blob whose thumbnail is there now."""
    moved = Signal(list)
    """The new order of all page ids that the clerk asks for by dragging; the model itself stays."""

    def __init__(self, tasks: Tasks, vault: Vault, *, side: int) -> None:
        super().__init__()
        self._tasks, self._vault, self._side = tasks, vault, side
        self._pages: list[Page] = []
        self._parts: Mapping[str, int] = {}
        self._pictures: dict[str, QImage] = {}
        self._icons: dict[tuple[str, int, bool], QIcon] = {}
        self._loading: set[str] = set()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent and parent.isValid() else len(self._pages)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._pages):
            return None
        page = self._pages[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._caption(index.row(), page)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(page)
        if role == Qt.ItemDataRole.UserRole:
            return page
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(self._side + 16, self._side + 44)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        plain = super().flags(index)
        return plain | (Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled)

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def page_at(self, row: int) -> Page | None:
        return self._pages[row] if 0 <= row < len(self._pages) else None

    def row_of(self, page_id: str) -> int:
        """The row of a page, -1 when it is not here."""
        return next((row for row, page in enumerate(self._pages) if page.id == page_id), -1)

    def pages(self) -> Sequence[Page]:
        return tuple(self._pages)

    def show(self, pages: Sequence[Page], parts: Mapping[str, int] | None = None) -> None:
        """These pages and no others; `parts` numbers the documents, by the id of their first page.

        Pages that were added at the end are inserted and changed ones are told, so that the view keeps its
        place and its selection.
        """
        before, after = [page.id for page in self._pages], [page.id for page in pages]
        self._parts = parts or {}
        if before and before == after[: len(before)]:
            self._pages[: len(before)] = pages[: len(before)]
            self.dataChanged.emit(self.index(0), self.index(len(before) - 1))
            if len(after) > len(before):
                self.beginInsertRows(QModelIndex(), len(before), len(after) - 1)
                self._pages = list(pages)
                self.endInsertRows()
            return
        self.beginResetModel()
        self._pages = list(pages)
        self.endResetModel()

    def ask_to_move(self, rows: Sequence[int], before: int) -> None:
        """The clerk dropped these rows before that one."""
        taken = [self._pages[row].id for row in sorted(rows)]
        rest = [page.id for page in self._pages]
        anchor = next((page.id for page in self._pages[before:] if page.id not in taken), None)
        rest = [page_id for page_id in rest if page_id not in taken]
        at = rest.index(anchor) if anchor else len(rest)
        self.moved.emit([*rest[:at], *taken, *rest[at:]])

    def _caption(self, row: int, page: Page) -> str:
        state = f" · {_(STATES[page.state])}" if STATES[page.state] else ""
        part = self._parts.get(page.id)
        document = " · " + _("document {number}").format(number=number(part)) if part else ""
        return f"{number(row + 1)}{state}{document}"

    def _icon(self, page: Page) -> QIcon:
        image = self._pictures.get(page.blob)
        if image is None:
            self._load(page)
            return icon("loader", "faint")
        key = (page.blob, page.rotation, page.state is PageState.KEPT)
        if key not in self._icons:
            self._icons[key] = _thumbnail(image, page)
        return self._icons[key]

    def _load(self, page: Page) -> None:
        if page.blob in self._loading:
            return
        self._loading.add(page.blob)
        self._tasks.run(
            lambda _c: load_image(self._vault.path(page.blob), side=self._side)[0],
            done=lambda image: self._loaded(page.blob, image),
            failed=lambda _error: self._loaded(page.blob, QImage()),
        )

    def _loaded(self, blob: str, image: QImage) -> None:
        self._loading.discard(blob)
        self._pictures[blob] = image
        for row, page in enumerate(self._pages):
            if page.blob == blob:
                self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])
        self.pictured.emit(blob)


def _thumbnail(image: QImage, page: Page) -> QIcon:
    if image.isNull():
        return icon("alert", "faint")
    turned = image.transformed(QTransform().rotate(page.rotation)) if page.rotation else image
    if page.state is PageState.KEPT:
        return QIcon(QPixmap.fromImage(turned))
    faint = QPixmap(turned.size())
    faint.fill(Qt.GlobalColor.transparent)
    painter = QPainter(faint)
    painter.setOpacity(FAINT)
    painter.drawImage(0, 0, turned)
    painter.end()
    return QIcon(faint)
