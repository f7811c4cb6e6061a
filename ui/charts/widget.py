"""A card with a chart in it; what a column or a bar stands for is told where the pointer rests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from muni_archive.messages import _
from ui.charts.look import Look, look_of_theme, side, write
from ui.theme import color

Draw = Callable[[QPainter, QRectF, Look], Sequence[QRectF]]
MARGIN, HEAD = 14, 30
LETTERS = 12
"""Pixels of the letters in a chart."""


class ChartCard(QWidget):
    """Title, legend, chart. `show_chart` gives it what to draw."""

    def __init__(self, title: str, legend: Sequence[str] = ()) -> None:
        super().__init__()
        self._title, self._legend = title, tuple(legend)
        self._draw: Draw | None = None
        self._told: tuple[str, ...] = ()
        self._places: Sequence[QRectF] = ()
        self.setMinimumHeight(220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def show_chart(self, draw: Draw | None, told: Sequence[str]) -> None:
        """None where there is nothing to draw; `told` says each place in words, for tips and screen readers."""
        self._draw, self._told = draw, tuple(told)
        self.setAccessibleDescription("\n".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(color("line"))
        painter.setBrush(color("card"))
        painter.drawRoundedRect(frame, 8, 8)
        look = look_of_theme(self._letters())
        inner = frame.adjusted(MARGIN, MARGIN / 2, -MARGIN, -MARGIN)
        self._head(painter, QRectF(inner.left(), inner.top(), inner.width(), HEAD), look)
        body = inner.adjusted(0, HEAD + MARGIN / 2, 0, 0)
        if self._draw is None:
            painter.setFont(look.font)
            write(painter, QRectF(body.left(), body.top(), body.width(), HEAD), _("Nothing in this time."), look,
                  where=side(look, leading=True))  # fmt: skip
            self._places = ()
        else:
            self._places = self._draw(painter, body, look)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            told = self._told_at(event)
            if told:
                QToolTip.showText(event.globalPos(), told, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _told_at(self, event: QHelpEvent) -> str:
        places = zip(self._places, self._told, strict=False)
        return next((told for place, told in places if place.contains(event.pos().toPointF())), "")

    def _head(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        bold = QFont(look.font)
        bold.setBold(True)
        painter.setFont(bold)
        write(painter, rect, self._title, look, where=side(look, leading=True), faint=False)
        painter.setFont(look.font)
        draw_legend(painter, rect, self._legend, look)

    def _letters(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(LETTERS)
        return font


def draw_legend(painter: QPainter, rect: QRectF, legend: Sequence[str], look: Look) -> None:
    """Names of the series in their colours, from the far side inwards."""
    used = 0.0
    for at in reversed(range(len(legend))):
        width = painter.fontMetrics().horizontalAdvance(legend[at]) + look.unit
        left = rect.right() - used - width if not look.from_right else rect.left() + used
        square = look.unit * 0.6
        x = left if not look.from_right else left + width - square
        painter.fillRect(QRectF(x, rect.center().y() - square / 2, square, square), look.series[at])
        text = QRectF(left, rect.top(), width, rect.height())
        write(painter, text, legend[at], look, where=side(look, leading=False))
        used += width + look.unit
