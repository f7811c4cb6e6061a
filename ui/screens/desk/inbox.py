"""What waits, one above the other: title, step, when it is due; what is late stands out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from muni_archive.messages import _, isolate
from muni_archive.services.procedures.waiting import WaitingStep
from ui.i18n import direction_mark, label_of, short_time
from ui.theme import color

LINE = Qt.ItemDataRole.UserRole
PADDING, HEIGHT, STRIPE = 10, 70, 4


class InboxDelegate(QStyledItemDelegate):
    """Two lines of text and a third for the due time; a stripe along what is late."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: WaitingStep = index.data(LINE)
        painter.save()
        self._ground(painter, option, line)
        rect = option.rect.adjusted(PADDING, 6, -PADDING, -6)
        faint, plain = color("faint"), color("text")
        rows = (
            (line.case.title, plain, True, 0),
            (label_of(line.described.label), plain, False, 21),
            (due_text(line), color("alertText") if line.overdue else faint, line.overdue, 41),
        )
        for text, shade, bold, top in rows:
            font = QFont(option.font)
            font.setBold(bold)
            font.setPixelSize(12 if top == 41 else 14)
            painter.setFont(font)
            painter.setPen(shade if line.mine or top == 41 else faint)
            place = QRect(rect.left(), rect.top() + top, rect.width(), 20)
            shown = painter.fontMetrics().elidedText(
                f"{direction_mark()}{isolate(text)}", Qt.TextElideMode.ElideRight, place.width()
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, HEIGHT)

    @staticmethod
    def _ground(painter: QPainter, option: QStyleOptionViewItem, line: WaitingStep) -> None:
        whole = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(whole, color("selected"))
        painter.setPen(QPen(color("line"), 1))
        painter.drawLine(whole.bottomLeft(), whole.bottomRight())
        if line.overdue:
            stripe = QRect(whole.topLeft(), QSize(STRIPE, whole.height()))
            if option.direction == Qt.LayoutDirection.RightToLeft:
                stripe.moveRight(whole.right())
            painter.fillRect(stripe, color("alertText"))


class Inbox(QListWidget):
    """Several may be chosen; the current one is shown beside."""

    chosen = Signal(object)
    """The line that is current now, or None."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(InboxDelegate(self))
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("What waits"))
        self.currentItemChanged.connect(lambda item, _before: self.chosen.emit(item.data(LINE) if item else None))

    def show_lines(self, lines: Sequence[WaitingStep]) -> None:
        """Keep the current one where it still waits; else the one that took its place."""
        before, row = key_of(self.current_line()), max(0, self.currentRow())
        self.blockSignals(True)
        self.clear()
        for line in lines:
            item = QListWidgetItem()
            item.setData(LINE, line)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.case.title}, {label_of(line.described.label)}")
            item.setToolTip(f"{label_of(line.procedure.label)}\n{due_text(line)}")
            self.addItem(item)
        self.blockSignals(False)
        keys = [key_of(line) for line in lines]
        if lines:
            self.setCurrentRow(keys.index(before) if before in keys else min(row, len(lines) - 1))
        else:
            self.chosen.emit(None)

    def current_line(self) -> WaitingStep | None:
        item = self.currentItem()
        line: WaitingStep | None = item.data(LINE) if item else None
        return line

    def selected_lines(self) -> list[WaitingStep]:
        """In their order."""
        return [self.item(row).data(LINE) for row in sorted(self.row(item) for item in self.selectedItems())]


def key_of(line: WaitingStep | None) -> tuple[str, int] | None:
    return (line.case.id, line.step.number) if line else None


def due_text(line: WaitingStep) -> str:
    """When it is due, and for whom alone it waits."""
    due = line.step.due
    if due is None:
        text = _("no due time")
    elif line.overdue:
        text = _("overdue since {time}").format(time=isolate(short_time(due)))
    else:
        text = _("due {time}").format(time=isolate(short_time(due)))
    return f"{text} · {isolate(line.step.assigned_to)}" if line.step.assigned_to else text
