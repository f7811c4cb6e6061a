"""A table of whole rows, as wide as what stands in them; one column takes what is left."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ui.models.rows import RowsModel

HEIGHT, NARROWEST, WIDEST = 34, 56, 190
"""Pixels of a row and of a column."""


class RowsTable(QTableView):
    """A row is chosen as a whole; Tab leaves the table."""

    def __init__(self, model: RowsModel, *, stretched: int, also: int = -1) -> None:
        """These one or two columns take what room is left."""
        super().__init__()
        self._stretched = [at for at in (stretched, also) if at >= 0]
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(NARROWEST)
        for at in self._stretched:
            self.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)

    def choose(self, row: int) -> None:
        """This row, or the last where there are fewer; nothing where there is none."""
        self.setCurrentIndex(self.model().index(min(row, self.model().rowCount() - 1), 0))

    def fit(self) -> None:
        """Columns as wide as their texts."""
        for at in range(self.model().columnCount()):
            if at not in self._stretched:
                self.resizeColumnToContents(at)
                self.setColumnWidth(at, min(WIDEST, self.columnWidth(at) + 12))
