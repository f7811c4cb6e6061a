"""Columns over time: a group of columns for each day, an axis with round figures at the side where reading begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from ui.charts.look import Look, mirrored, side, write

STEPS = 4
"""Lines above the ground at most."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One day: its label and a value for each series."""

    label: str
    values: Sequence[float]


def draw_columns(
    painter: QPainter, rect: QRectF, columns: Sequence[Column], look: Look, said: Callable[[float], str]
) -> Sequence[QRectF]:
    """Draw into the rectangle; returns the place of each day, in the order of the columns."""
    painter.setFont(look.font)
    top = round_top(max((value for column in columns for value in column.values), default=0))
    axis, ground = 3 * look.unit, 1.5 * look.unit
    beyond = 1.4 * look.unit  # so that the last label stands below its column
    area = QRectF(rect.left() + axis, rect.top() + look.unit / 2, rect.width() - axis - beyond, rect.height() - ground)
    _axis(painter, rect, area, top, look, said)
    width = area.width() / max(1, len(columns))
    places = [
        mirrored(QRectF(area.left() + at * width, area.top(), width, area.height() - look.unit / 2), rect, look)
        for at in range(len(columns))
    ]
    every = max(1, ceil(4.2 * look.unit / width)) if columns else 1
    for at, (column, place) in enumerate(zip(columns, places, strict=True)):
        _group(painter, place, column, top, look)
        if (len(columns) - 1 - at) % every == 0:  # the last day always has its label
            label = QRectF(place.center().x() - 2.1 * look.unit, place.bottom(), 4.2 * look.unit, 1.4 * look.unit)
            write(painter, _within(label, rect), column.label, look, where=Qt.AlignmentFlag.AlignCenter)
    return places


def round_top(value: float) -> float:
    """The least round figure (1, 2, 2.5, 5 times a power of ten, times the steps) that is not below the value."""
    if value <= 0:
        return float(STEPS)
    step = value / STEPS
    power = 10.0 ** floor(log10(step))
    return next(STEPS * factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= step - 1e-9)


def _axis(painter: QPainter, rect: QRectF, area: QRectF, top: float, look: Look, said: Callable[[float], str]) -> None:
    height = area.height() - look.unit / 2
    for step in range(STEPS + 1):
        y = area.top() + height * (1 - step / STEPS)
        line = mirrored(QRectF(area.left(), y, area.width(), 0), rect, look)
        painter.setPen(look.line)
        painter.drawLine(line.topLeft(), line.topRight())
        value = QRectF(rect.left(), y - look.unit / 2, area.left() - rect.left() - look.unit / 3, look.unit)
        write(painter, mirrored(value, rect, look), said(top * step / STEPS), look, where=side(look, leading=False))


def _group(painter: QPainter, place: QRectF, column: Column, top: float, look: Look) -> None:
    count = max(1, len(column.values))
    room = min(place.width() * 0.8, 2.2 * look.unit * count)
    width, left = room / count, place.center().x() - room / 2
    painter.setPen(Qt.PenStyle.NoPen)
    for at, value in enumerate(column.values):
        height = place.height() * value / top
        slot = count - 1 - at if look.from_right else at
        painter.setBrush(look.series[at])
        painter.drawRect(QRectF(left + slot * width, place.bottom() - height, max(width * 0.92, 1.0), height))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _within(label: QRectF, rect: QRectF) -> QRectF:
    """Moved so that it is not cut off at the edge."""
    moved = QRectF(label)
    moved.moveLeft(min(max(label.left(), rect.left()), rect.right() - label.width()))
    return moved
