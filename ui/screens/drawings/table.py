"""The table of drawings: whole rows, as wide as what stands in them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ui.models.drawings import COLUMNS, DrawingsModel

HEIGHT, WIDEST = 34, 260
"""Pixels of a row, and of a column at most."""
_STRETCHED = ("title", "office")


class DrawingTable(QTableView):
    """Shows a model of drawings; a row is chosen as a whole."""

    def __init__(self, model: DrawingsModel) -> None:
        super().__init__()
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
        self.horizontalHeader().setMaximumSectionSize(WIDEST * 2)
        for at, (name, _heading) in enumerate(COLUMNS):
            if name in _STRETCHED:
                self.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)

    def choose(self, row: int) -> None:
        """This row; nothing where there is none."""
        self.setCurrentIndex(self.model().index(row, 0))

    def fit(self) -> None:
        """Columns as wide as their texts; title and office share what is left."""
        for at, (name, _heading) in enumerate(COLUMNS):
            if name not in _STRETCHED:
                self.resizeColumnToContents(at)
                self.setColumnWidth(at, min(WIDEST, self.columnWidth(at) + 12))
