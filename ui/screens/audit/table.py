"""The table of what happened: whole rows, a million of them if there are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ui.models.audit import COLUMNS, AuditModel

HEIGHT = 32
WIDTHS = {"when": 186, "who": 150, "what": 170, "number": 170, "where": 90}
"""Pixels; what is left goes to the details. Fitted to the texts they would jump while one scrolls."""


class AuditTable(QTableView):
    """Shows the model; a row is chosen as a whole."""

    def __init__(self, model: AuditModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        for at, (name, _heading) in enumerate(COLUMNS):
            if name in WIDTHS:
                self.setColumnWidth(at, WIDTHS[name])
            else:
                head.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
