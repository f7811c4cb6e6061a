"""Marks over the page that is shown: what they say stands upright, however the page is turned."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsRectItem, QGraphicsTextItem

from muni_archive.domain.geometry import Box
from muni_archive.domain.marks import Mark, MarkKind, pointed_at
from muni_archive.services.marks.showing import shown_mark
from ui.widgets.page_view import PageView

POINT, LINE = 11 / 72, 1.2 / 72
"""Inches of a note's letters and of a mark's lines."""
_SEEN_THROUGH, _CARD, _LETTERS = 90, QColor(255, 246, 196, 240), QColor(60, 48, 0)
FAMILY = "IBM Plex Sans Arabic"
_STAMP_SHARE = 0.8
"""Part of a stamp's frame that its words fill."""


class MarksLayer:
    """Implements `PageLayer`. Marks are drawn as on paper: in their own colours in every theme."""

    def __init__(self, view: PageView) -> None:
        self._view = view
        self._marks: tuple[Mark, ...] = ()
        self._items: dict[str, QGraphicsItem] = {}
        self._chosen = ""
        self._dpi = 300
        self.shown = True
        view.setRenderHint(QPainter.RenderHint.Antialiasing)
        view.add_layer(self)

    def show_marks(self, marks: Sequence[Mark], dpi: int) -> None:
        self._marks, self._dpi = tuple(marks), dpi or 300
        self.redraw()

    def set_shown(self, shown: bool) -> None:
        self.shown = shown
        self.redraw()

    def choose(self, mark_id: str) -> None:
        """Frame this mark, and bring it into view."""
        self._chosen = mark_id
        self.redraw()
        chosen = next((mark for mark in self._marks if mark.id == mark_id), None)
        if chosen is not None:
            self._view.bring(chosen.box)

    def at(self, x: float, y: float) -> Mark | None:
        """The newest mark at a point of the master."""
        found = (m for m in reversed(self._marks) if m.box.x <= x <= m.box.right and m.box.y <= y <= m.box.bottom)
        return next(found, None)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Ids of what is seen."""
        return tuple(self._items)

    def forget(self) -> None:
        self._items = {}

    def redraw(self) -> None:
        for item in self._items.values():
            if item.scene() is not None:
                item.scene().removeItem(item)
        self._items = {}
        sheet = self._view.sheet
        if sheet is None or not self.shown:
            return
        for mark in self._marks:
            item = self._item(mark)
            item.setParentItem(sheet)
            item.setZValue(2.5)
            self._items[mark.id] = item

    def _item(self, mark: Mark) -> QGraphicsItem:
        """Its origin is the middle of the box; everything hangs on it upright."""
        scale, unit = self._view.scale_shown, self._dpi * self._view.scale_shown
        lying = self._view.rotation_shown % 180 == 90
        wide, tall = (mark.box.height, mark.box.width) if lying else (mark.box.width, mark.box.height)
        room = QRectF(-wide * scale / 2, -tall * scale / 2, wide * scale, tall * scale)
        item = QGraphicsRectItem(room)
        item.setPen(_pen("#0f766e", 2, Qt.PenStyle.DashLine) if mark.id == self._chosen else QPen(Qt.PenStyle.NoPen))
        item.setPos((mark.box.x + mark.box.width / 2) * scale, (mark.box.y + mark.box.height / 2) * scale)
        item.setRotation(-self._view.rotation_shown)
        _DRAW[mark.kind](item, mark, room, unit)
        return item


def _pen(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(QColor(colour), width, style)
    pen.setCosmetic(style is Qt.PenStyle.DashLine)
    return pen


def _highlight(item: QGraphicsRectItem, mark: Mark, _room: QRectF, _unit: float) -> None:
    shade = QColor(shown_mark(mark).colour)
    shade.setAlpha(_SEEN_THROUGH)
    item.setBrush(QBrush(shade))


def _underline(item: QGraphicsRectItem, mark: Mark, room: QRectF, unit: float) -> None:
    _path(item, [room.bottomLeft(), room.bottomRight()], shown_mark(mark).colour, unit)


def _framed(item: QGraphicsRectItem, mark: Mark, room: QRectF, unit: float) -> None:
    corners = [room.topLeft(), room.topRight(), room.bottomRight(), room.bottomLeft(), room.topLeft()]
    _path(item, corners, shown_mark(mark).colour, unit)


def _arrow(item: QGraphicsRectItem, mark: Mark, _room: QRectF, unit: float) -> None:
    """Its ends are corners of the master's frame: they turn back with the item's own turning."""
    turned = -item.rotation() / 90 % 4
    tail, head = (_around_middle(point, mark.box, int(turned)) for point in pointed_at(mark.box, mark.corner))
    share = unit and item.rect().width() / max(1, mark.box.height if int(turned) % 2 else mark.box.width)
    tail, head = tail * share, head * share
    colour = shown_mark(mark).colour
    _path(item, [tail, head], colour, unit)
    angle, length = math.atan2(head.y() - tail.y(), head.x() - tail.x()), 8 * LINE * unit
    wings = [head - QPointF(math.cos(angle + side), math.sin(angle + side)) * length for side in (0.45, -0.45)]
    tip = QPainterPath()
    tip.addPolygon(QPolygonF([head, *wings, head]))
    shape = QGraphicsPathItem(tip, item)
    shape.setPen(QPen(Qt.PenStyle.NoPen))
    shape.setBrush(QBrush(QColor(colour)))


def _around_middle(point: tuple[int, int], box: Box, quarters: int) -> QPointF:
    """The point as seen from the middle of its box, turned clockwise."""
    x, y = point[0] - box.x - box.width / 2, point[1] - box.y - box.height / 2
    for _quarter in range(quarters):
        x, y = -y, x
    return QPointF(x, y)


def _path(item: QGraphicsRectItem, points: Sequence[QPointF], colour: str, unit: float) -> None:
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    QGraphicsPathItem(path, item).setPen(_pen(colour, max(1.0, LINE * unit)))


def _note(item: QGraphicsRectItem, mark: Mark, room: QRectF, unit: float) -> None:
    """A card as wide as it was drawn and as long as its text."""
    font = QFont(FAMILY)
    font.setPixelSize(max(4, round(POINT * unit)))
    text = QGraphicsTextItem()
    text.setParentItem(item)  # given to its constructor, the item does not keep it
    text.setFont(font)
    text.setDefaultTextColor(_LETTERS)
    text.setPlainText(mark.text)
    text.setTextWidth(max(room.width(), 12 * POINT * unit))
    text.setPos(room.topLeft())
    card = text.boundingRect()
    item.setRect(QRectF(room.topLeft(), card.size()).united(room))
    item.setBrush(QBrush(_CARD))


def _stamp(item: QGraphicsRectItem, mark: Mark, room: QRectF, unit: float) -> None:
    shown = shown_mark(mark)
    frame, edge = QPainterPath(), LINE * unit * 3
    frame.addRoundedRect(room, edge, edge)
    QGraphicsPathItem(frame, item).setPen(_pen(shown.colour, max(1.0, LINE * unit * 2)))
    font = QFont(FAMILY)
    font.setBold(True)
    font.setPixelSize(100)
    words = QPainterPath()
    words.addText(0, 0, font, shown.text)
    bounds = words.boundingRect()
    if bounds.isEmpty():
        return
    scale = _STAMP_SHARE * min(room.width() / bounds.width(), room.height() / bounds.height())
    letters = QGraphicsPathItem(words, item)
    letters.setPen(QPen(Qt.PenStyle.NoPen))
    letters.setBrush(QBrush(QColor(shown.colour)))
    letters.setScale(scale)
    letters.setPos(room.center() - bounds.center() * scale)


_DRAW = {
    MarkKind.HIGHLIGHT: _highlight,
    MarkKind.UNDERLINE: _underline,
    MarkKind.BOX: _framed,
    MarkKind.ARROW: _arrow,
    MarkKind.NOTE: _note,
    MarkKind.STAMP: _stamp,
}
