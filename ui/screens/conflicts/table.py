"""The two sides of a conflict, field by field, chosen by keyboard or by click."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from muni_archive.messages import _
from muni_archive.services.together.conflicts import Choice, OpenConflict, value_of
from ui.icons import icon
from ui.screens.conflicts.wording import Wording
from ui.theme import color

FIELD, STANDING, WAITING = range(3)
SIDES = {STANDING: Choice.STANDING, WAITING: Choice.WAITING}


class ColouredDelegate(QStyledItemDelegate):
    """Paints a cell's own colour: where the style sheet draws a line below the cells, Qt leaves it out."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.fillRect(option.rect, index.data(Qt.ItemDataRole.BackgroundRole))
        super().paint(painter, option, index)


class SidesTable(QTableWidget):
    """Fields that differ come first, each with the side that is chosen; it counts when it was taken."""

    decided = Signal()
    """A field was taken, or left undecided again."""

    def __init__(self, wording: Wording) -> None:
        super().__init__(0, 3)
        self._wording = wording
        self._shown: OpenConflict | None = None
        self._names: list[str] = []
        self.choices: dict[str, Choice] = {}
        self.taken: set[str] = set()
        self.setHorizontalHeaderLabels([_("Field"), _("Stands"), _("Waits")])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setItemDelegate(ColouredDelegate(self))
        self.setWordWrap(True)
        self.setIconSize(QSize(16, 16))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(FIELD, QHeaderView.ResizeMode.ResizeToContents)
        header.sectionResized.connect(lambda *_: self.resizeRowsToContents())
        self.cellClicked.connect(self._clicked)

    def show_conflict(self, shown: OpenConflict, before: OpenConflict | None = None) -> None:
        """Both sides; what only one of them changed is taken already.

        `before` is the same conflict as it stood here until now: what was chosen between two values that are the same
        still stands, and where one became another, nothing is taken. One stays at the field where one is.
        """
        had, taken, current = dict(self.choices), set(self.taken), self._current()
        self._shown = shown
        said = shown.standing.said
        every = {*shown.differing, *said.fields()} - {"department"} | ({"department"} & set(shown.differing))
        self._names = sorted(every, key=lambda name: (name not in shown.differing, *self._wording.order(said, name)))
        self.choices = {name: shown.proposed.get(name, Choice.STANDING) for name in shown.differing}
        self.taken = set(shown.proposed)
        if before is not None:
            same = {name for name in had if name in self.choices and _sides(before, name) == _sides(shown, name)}
            self.choices |= {name: had[name] for name in same}
            self.taken = (self.taken - set(had)) | (taken & same)
        self.setRowCount(len(self._names))
        for row in range(len(self._names)):
            self._fill(row)
        if before is not None and current in self.choices:
            self._go_to(self._names.index(current))
        else:
            self.go_to_undecided()
        self.decided.emit()

    @property
    def undecided(self) -> list[str]:
        return [name for name in self._names if name in self.choices and name not in self.taken]

    def go_to_undecided(self) -> None:
        """The next field that is not decided, from where one is; else stay."""
        open_rows = [self._names.index(name) for name in self.undecided]
        after = [row for row in open_rows if row > self.currentRow()]
        if open_rows:
            self._go_to((after or open_rows)[0])
        elif self.currentRow() < 0:
            self._go_to(0)

    def choose(self, side: Choice) -> None:
        """This side, for the current field; Enter takes it."""
        name = self._current()
        if name:
            self.choices[name] = side
            self.taken.discard(name)
            self._fill(self.currentRow())
            self.decided.emit()

    def take(self) -> None:
        """What is chosen for the current field counts."""
        name = self._current()
        if name:
            self.taken.add(name)
            self._fill(self.currentRow())
            self.decided.emit()
        self.go_to_undecided()

    def take_all(self, side: Choice) -> None:
        for name in self.choices:
            self.choices[name] = side
            self.taken.add(name)
            self._fill(self._names.index(name))
        self.decided.emit()

    def side_at(self, *, left: bool) -> Choice:
        """The side that stands on this side of the screen."""
        first_is_left = self.layoutDirection() != Qt.LayoutDirection.RightToLeft
        return Choice.STANDING if left is first_is_left else Choice.WAITING

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and plain:
            self.choose(self.side_at(left=key == Qt.Key.Key_Left))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.take()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and plain:
            row = self.currentRow() + (1 if key == Qt.Key.Key_Down else -1)
            self._go_to(max(0, min(len(self.choices) - 1, row)))
        else:
            event.ignore()

    def _current(self) -> str:
        row = self.currentRow()
        name = self._names[row] if 0 <= row < len(self._names) else ""
        return name if name in self.choices else ""

    def _go_to(self, row: int) -> None:
        before = self.currentRow()
        self.setCurrentCell(row, STANDING)
        for each in {before, row}:
            if 0 <= each < len(self._names):
                self._fill(each)

    def _clicked(self, row: int, column: int) -> None:
        if row < len(self.choices):
            self._go_to(row)
            if column in SIDES:
                self.choose(SIDES[column])
                self.take()

    def _fill(self, row: int) -> None:
        if self._shown is None:
            return
        name, shown = self._names[row], self._shown
        differs = name in self.choices
        texts = (
            self._wording.name(shown.standing.said, name),
            self._wording.value(shown.standing.said, name),
            self._wording.value(shown.waiting.said, name),
        )
        for column, text in enumerate(texts):
            item = self.item(row, column)
            if item is None:
                item = QTableWidgetItem()
                self.setItem(row, column, item)
            item.setText(text)
            chosen = differs and SIDES.get(column) is self.choices[name]
            self._colour(item, name, column, chosen=chosen, differs=differs, current=row == self.currentRow())
        self.resizeRowToContents(row)

    def _colour(
        self, item: QTableWidgetItem, name: str, column: int, *, chosen: bool, differs: bool, current: bool
    ) -> None:
        taken = chosen and name in self.taken
        role = "card"
        if differs:
            role = "selected" if taken else "suggested"
        item.setBackground(color("card" if differs and column in SIDES and not chosen and name in self.taken else role))
        faint = not differs or (column in SIDES and not chosen)
        item.setForeground(color("faint" if faint else "text"))
        font = item.font()
        font.setBold(differs and (chosen or (column == FIELD and current)))
        font.setUnderline(differs and column == FIELD and current)
        item.setFont(font)
        item.setIcon(_sign(chosen=chosen, taken=taken, current=current, column=column))


def _sides(shown: OpenConflict, name: str) -> tuple[Any, Any]:
    return value_of(shown.standing.said, name), value_of(shown.waiting.said, name)


def _sign(*, chosen: bool, taken: bool, current: bool, column: int) -> QIcon:
    """A tick where it is taken, a question where it is only chosen, an arrow before the field that one is at."""
    if column == FIELD:
        return icon("chevron-right", "accent") if current else QIcon()
    if taken:
        return icon("check-circle", "accent")
    return icon("help", "faint") if chosen else QIcon()
