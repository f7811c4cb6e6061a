"""One list of the screen: a table, what to do with the chosen row, and what is said when there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.models.rows import Row, RowsModel
from ui.widgets.buttons import shown_keys, text_button
from ui.widgets.rows_table import RowsTable


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button below the list. `needs_row`: it does something with the chosen row."""

    icon: str
    text: str
    keys: str
    act: Callable[[], object]
    primary: bool = False
    needs_row: bool = True


class ListPage(QWidget):
    """`opened` is called with the chosen row's subject on Enter or a double click."""

    def __init__(
        self,
        headings: Sequence[str],
        *,
        stretched: int,
        empty: str,
        acts: Sequence[Act],
        opened: Callable[[], object],
        also: int = -1,
    ) -> None:
        super().__init__()
        self.model = RowsModel(headings)
        self.table = RowsTable(self.model, stretched=stretched, also=also)
        self.table.activated.connect(lambda _index: opened())
        self.empty = QLabel(empty)
        self.empty.setObjectName("empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        row = QHBoxLayout()
        self._of_row = []
        self.more = QLabel()
        self.more.setObjectName("hint")
        self.more.hide()
        for act in acts:
            button = text_button(self, act.icon, act.text, act.keys, act.act, primary=act.primary)
            button.setText(f"{button.text()}   {shown_keys(act.keys)}")
            row.addWidget(button)
            if act.needs_row:
                self._of_row.append(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.more)
        column.addLayout(row)
        self.show_rows(())

    @property
    def chosen(self) -> object | None:
        """What the chosen row stands for."""
        row = self.model.row_at(self.table.currentIndex().row())
        return row.subject if row else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Keep the place in the list, if not the row: what was dealt with is gone from it."""
        at = max(0, self.table.currentIndex().row())
        self.model.show(rows)
        self.table.fit()
        self.table.choose(at)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        for button in self._of_row:
            button.setEnabled(bool(rows))

    def say_more(self, text: str) -> None:
        """That the list goes on; empty where it does not."""
        self.more.setText(text)
        self.more.setVisible(bool(text))

    def look(self) -> None:
        """The keyboard is here."""
        self.table.setFocus()
