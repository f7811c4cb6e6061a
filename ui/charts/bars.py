"""Bars one below the other: a name, a bar that grows in the direction of reading, and its figure behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from ui.charts.look import Look, mirrored, side, write

NAMES = 0.34
"""Share of the width that names may take."""
ROW = 1.75
"""Height of a row, in lines of text."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A name, its value, and how the value is written."""

    label: str
    value: float
    said: str
    series: int = 0


def draw_bars(painter: QPainter, rect: QRectF, bars: Sequence[Bar], look: Look) -> Sequence[QRectF]:
    """Draw as many as the rectangle has room for; returns the place of each."""
    painter.setFont(look.font)
    height = ROW * look.unit
    shown = bars[: max(0, int(rect.height() / height))]
    most = max((bar.value for bar in shown), default=0) or 1
    figures = max((painter.fontMetrics().horizontalAdvance(bar.said) for bar in shown), default=0) + look.unit
    names = rect.width() * NAMES
    room = max(0.0, rect.width() - names - figures - look.unit)
    places = []
    for at, bar in enumerate(shown):
        row = QRectF(rect.left(), rect.top() + at * height, rect.width(), height)
        name = QRectF(row.left(), row.top(), names, height)
        write(painter, mirrored(name, rect, look), bar.label, look, where=side(look, leading=True), faint=False)
        length = room * bar.value / most
        drawn = QRectF(name.right() + look.unit / 2, row.top() + height * 0.22, max(length, 1.0), height * 0.56)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.series[bar.series])
        painter.drawRect(mirrored(drawn, rect, look))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        figure = QRectF(drawn.right() + look.unit / 3, row.top(), figures, height)
        write(painter, mirrored(figure, rect, look), bar.said, look, where=side(look, leading=True))
        places.append(row)
    return places
