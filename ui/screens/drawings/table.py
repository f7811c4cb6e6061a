"""The table of drawings: whole rows, as wide as what stands in them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ui.models.drawings import COLUMNS, DrawingsModel

HEIGHT, NARROWEST, WIDEST = 34, 56, 160
"""Pixels of a row and of a column."""
_STRETCHED, _WHOLE = "title", "stands"
"""The column that takes what is left, and the one of which nothing may be cut off."""


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
        self.horizontalHeader().setMinimumSectionSize(NARROWEST)
        for at, (name, _heading) in enumerate(COLUMNS):
            if name == _STRETCHED:
                self.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)

    def choose(self, row: int) -> None:
        """This row; nothing where there is none."""
        self.setCurrentIndex(self.model().index(row, 0))

    def fit(self) -> None:
        """Columns as wide as their texts."""
        for at, (name, _heading) in enumerate(COLUMNS):
            if name != _STRETCHED:
                self.resizeColumnToContents(at)
                wide = self.columnWidth(at) + 12
                self.setColumnWidth(at, wide if name == _WHOLE else min(WIDEST, wide))
