"""What can be done with a page beside looking at it, and what can lie over it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QPen
from PySide6.QtWidgets import QGraphicsRectItem
from shiboken6 import isValid

from muni_archive.domain.geometry import Box
from ui.theme import color

SMALLEST = 6
"""Pixels of the master: what is drawn smaller was a click."""


class PageTool(Protocol):
    """Is told what the mouse does on the page, in pixels of the master."""

    def pressed(self, point: QPointF) -> None: ...

    def moved(self, point: QPointF) -> None: ...

    def released(self, point: QPointF) -> None: ...


class PageLayer(Protocol):
    """Lies over every page that a view shows."""

    def redraw(self) -> None:
        """The page is another, or turned otherwise."""
        ...

    def forget(self) -> None:
        """The items are gone with the page."""
        ...


class SeenPage(Protocol):
    """What a tool needs of a view."""

    @property
    def sheet(self) -> QGraphicsRectItem | None: ...

    @property
    def scale_shown(self) -> float: ...


class DragTool(QObject):
    """A rectangle is drawn by dragging; a click is told as such."""

    drawn = Signal(object, object)
    """Where it began and where it ended, as points (x, y) of the master."""
    clicked = Signal(float, float)

    def __init__(self, view: SeenPage) -> None:
        super().__init__()
        self._view = view
        self._start: QPointF | None = None
        self._frame: QGraphicsRectItem | None = None

    def pressed(self, point: QPointF) -> None:
        self._start = point
        pen = QPen(color("accent"), 2, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self._frame = QGraphicsRectItem(self._view.sheet)
        self._frame.setPen(pen)
        shade = color("accent")
        shade.setAlpha(50)
        self._frame.setBrush(QBrush(shade))
        self._frame.setZValue(5)

    def moved(self, point: QPointF) -> None:
        if self._start is not None and self._frame is not None and isValid(self._frame):
            scale = self._view.scale_shown
            self._frame.setRect(QRectF(self._start * scale, point * scale).normalized())

    def released(self, point: QPointF) -> None:
        start, self._start = self._start, None
        if self._frame is not None and isValid(self._frame):  # the page may have been turned meanwhile
            self._frame.scene().removeItem(self._frame)
        self._frame = None
        if start is None:
            return
        if max(abs(point.x() - start.x()), abs(point.y() - start.y())) < SMALLEST:
            self.clicked.emit(point.x(), point.y())
        else:
            self.drawn.emit((start.x(), start.y()), (point.x(), point.y()))


def box_between(one: tuple[float, float], other: tuple[float, float], width: int, height: int) -> Box:
    """The box with these corners, as far as it lies on a page of this size."""
    left, right = sorted(min(max(0.0, x), width) for x in (one[0], other[0]))
    top, bottom = sorted(min(max(0.0, y), height) for y in (one[1], other[1]))
    return Box(round(left), round(top), max(1, round(right - left)), max(1, round(bottom - top)))
