"""The pages of a batch as a list with thumbnails, which are decoded off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap, QTransform

from muni_archive.domain.records import Page, PageState
from muni_archive.messages import N_, _
from muni_archive.ports import Vault
from ui.i18n import number
from ui.icons import icon
from ui.tasks import Tasks
from ui.widgets.page_view import load_image

SIDE = 190
STATES = {
    PageState.KEPT: "",
    PageState.BLANK: N_("blank"),
    PageState.SEPARATOR: N_("separator"),
    PageState.REJECTED: N_("set aside"),
}


class PagesModel(QAbstractListModel):
    """A page is there at once, with an empty frame until its picture is decoded."""

    def __init__(self, tasks: Tasks, vault: Vault) -> None:
        super().__init__()
        self._tasks, self._vault = tasks, vault
        self._pages: list[Page] = []
        self._pictures: dict[str, QImage] = {}

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent and parent.isValid() else len(self._pages)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        page = self._pages[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            state = _(STATES[page.state]) if STATES[page.state] else ""
            return f"{number(index.row() + 1)}  {state}".strip()
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(page)
        if role == Qt.ItemDataRole.UserRole:
            return page
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(SIDE + 20, SIDE + 40)
        return None

    def page_at(self, row: int) -> Page | None:
        return self._pages[row] if 0 <= row < len(self._pages) else None

    def pages(self) -> Sequence[Page]:
        return tuple(self._pages)

    def show(self, pages: Sequence[Page]) -> None:
        """These pages and no others."""
        self.beginResetModel()
        self._pages = list(pages)
        self.endResetModel()
        for page in self._pages:
            self._load(page)

    def _icon(self, page: Page) -> QIcon:
        image = self._pictures.get(page.blob)
        if image is None:
            return icon("loader", "faint")
        turned = image.transformed(QTransform().rotate(page.rotation)) if page.rotation else image
        return QIcon(QPixmap.fromImage(turned))

    def _load(self, page: Page) -> None:
        if page.blob in self._pictures:
            return
        path = self._vault.path(page.blob)
        self._tasks.run(lambda _c: load_image(path, SIDE)[0], done=lambda image: self._loaded(page.blob, image))

    def _loaded(self, blob: str, image: QImage) -> None:
        self._pictures[blob] = image
        for row, page in enumerate(self._pages):
            if page.blob == blob:
                index = self.index(row)
                self.dataChanged.emit(index, index)
