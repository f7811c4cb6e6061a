"""A list of thumbnails whose pages can be dragged to another place."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QPoint, QSize, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QListView

from muni_archive.domain.records import Page
from ui.models.pages import PagesModel


class PageList(QListView):
    """Thumbnails in reading order; the model says where they were dragged."""

    def __init__(self, model: PagesModel, *, side: int, movable: bool) -> None:
        super().__init__()
        self._pages = model
        self.setModel(model)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setIconSize(QSize(side, side))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setWordWrap(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMovement(QListView.Movement.Static)
        if movable:
            self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
            self.setDragEnabled(True)
            self.setAcceptDrops(True)
            self.setDragDropMode(QListView.DragDropMode.InternalMove)
            self.setDefaultDropAction(Qt.DropAction.MoveAction)

    def current_page(self) -> Page | None:
        return self._pages.page_at(self.currentIndex().row())

    def selected_pages(self) -> list[Page]:
        """In their order; the current one when nothing is selected."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        pages = [page for row in rows if (page := self._pages.page_at(row))]
        current = self.current_page()
        return pages or ([current] if current else [])

    def select(self, row: int) -> None:
        index = self._pages.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def dropEvent(self, event: QDropEvent) -> None:
        """Only the order changes, and only when the archive has recorded it."""
        if event.source() is self:
            rows = [index.row() for index in self.selectedIndexes()]
            self._pages.ask_to_move(rows, self.row_before(event.position().toPoint()))
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()

    def row_before(self, place: QPoint) -> int:
        """The row in front of which a drop at this place goes, along the direction of reading."""
        index = self.indexAt(place)
        if not index.isValid():
            return self._pages.rowCount()
        middle = self.visualRect(index).center().x()
        arabic = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        after = place.x() < middle if arabic else place.x() > middle
        return index.row() + after
