"""A procedure as it is drawn in its file: lanes, steps, gateways, ways; and where a case stands.

Where one reads from right to left the whole is turned over, texts are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from muni_archive.domain.procedures import Line, Node, NodeKind, Procedure, Shape
from ui.i18n import label_of
from ui.theme import color

MARGIN, HEAD, ROUND, ARROW, GAP = 16.0, 30.0, 10.0, 7.0, 12.0
BELOW, BESIDE = QSizeF(132, 34), QSizeF(90, 34)
"""Room for the name of an event."""
_SIDES = ("below", "above", "right", "left")
_ALIGNED = {
    "below": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop,
    "above": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom,
    "right": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute,
    "left": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute,
}
_CENTRED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Elements that a case waits at (or ended at), that are late, that it has passed; `here` is looked at first."""

    here: str = ""
    at: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()


class DiagramItem(QGraphicsItem):
    """Paints the whole drawing; its coordinates are those of the file, turned over where need be."""

    def __init__(self, procedure: Procedure, standing: Standing, *, mirrored: bool) -> None:
        super().__init__()
        self._procedure, self._standing, self._mirrored = procedure, standing, mirrored
        shapes = procedure.diagram.shapes
        self._whole = QRectF()
        for shape in shapes:
            self._whole |= QRectF(shape.x, shape.y, shape.width, shape.height)
        for line in procedure.diagram.lines:
            for x, y in line.points:
                self._whole |= QRectF(x, y, 1, 1)
        self._shapes: Mapping[str, Shape] = {shape.element: shape for shape in shapes}
        self._flows = {flow.id: flow for flow in procedure.flows}

    def boundingRect(self) -> QRectF:
        return self._whole.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def place_of(self, element: str) -> QRectF:
        """Where the element is drawn; empty for one that is not."""
        shape = self._shapes.get(element)
        if shape is None:
            return QRectF()
        x = shape.x
        if self._mirrored:
            x = self._whole.left() + self._whole.right() - shape.x - shape.width
        return QRectF(x, shape.y, shape.width, shape.height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._lanes(painter)
        for line in self._procedure.diagram.lines:
            self._line(painter, line)
        for node in self._procedure.nodes:
            self._node(painter, node)
        for line in self._procedure.diagram.lines:
            self._line_label(painter, line)

    def _lanes(self, painter: QPainter) -> None:
        for lane in self._procedure.lanes:
            place = self.place_of(lane.id)
            if place.isNull():
                continue
            painter.setPen(QPen(color("line"), 1.2))
            painter.setBrush(color("window"))
            painter.drawRect(place)
            head = QRectF(place.left(), place.top(), HEAD, place.height())
            if self._mirrored:
                head.moveRight(place.right())
            painter.setBrush(color("well"))
            painter.drawRect(head)
            painter.save()
            painter.translate(head.center())
            painter.rotate(90 if self._mirrored else -90)
            painter.setPen(color("text"))
            painter.setFont(_font(13, bold=True))
            turned = QRectF(-head.height() / 2, -head.width() / 2, head.height(), head.width())
            painter.drawText(turned, _CENTRED, label_of(lane.label))
            painter.restore()

    def _node(self, painter: QPainter, node: Node) -> None:
        place = self.place_of(node.id)
        if place.isNull():
            return
        at, late = node.id in self._standing.at, node.id in self._standing.late
        edge = color("alertText") if late else color("accent") if at else color("faint")
        painter.setPen(QPen(edge, 3.2 if at else 1.4))
        painter.setBrush(self._filling(node))
        if node.kind is NodeKind.STEP:
            self._step(painter, node, place)
        elif node.kind in (NodeKind.EXCLUSIVE, NodeKind.PARALLEL):
            self._gateway(painter, node, place)
        else:
            self._event(painter, node, place)

    def _filling(self, node: Node) -> QColor:
        if node.id in self._standing.late:
            return color("alert")
        if node.id in self._standing.at:
            return color("suggested")
        return color("selected") if node.id in self._standing.passed else color("card")

    def _step(self, painter: QPainter, node: Node, place: QRectF) -> None:
        painter.drawRoundedRect(place, ROUND, ROUND)
        painter.setPen(color("text"))
        painter.setFont(_font(13, bold=node.id in self._standing.at))
        painter.drawText(place.adjusted(6, 4, -6, -4), _CENTRED, label_of(node.label))

    def _gateway(self, painter: QPainter, node: Node, place: QRectF) -> None:
        middle = place.center()
        corners = (
            QPointF(middle.x(), place.top()), QPointF(place.right(), middle.y()),
            QPointF(middle.x(), place.bottom()), QPointF(place.left(), middle.y()),
        )  # fmt: skip
        painter.drawPolygon(QPolygonF(corners))
        painter.setPen(QPen(color("text"), 2.2))
        arm = place.width() / 6
        if node.kind is NodeKind.PARALLEL:
            painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
            painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
        else:
            painter.drawLine(middle - QPointF(arm, arm), middle + QPointF(arm, arm))
            painter.drawLine(middle - QPointF(-arm, arm), middle + QPointF(-arm, arm))
        if label_of(node.label) != node.id:
            self._name_before(painter, node, place)

    def _event(self, painter: QPainter, node: Node, place: QRectF) -> None:
        pen = painter.pen()
        if node.kind is NodeKind.END:
            painter.setPen(QPen(pen.color(), max(3.0, pen.widthF())))
        painter.drawEllipse(place)
        if node.kind in (NodeKind.TIMER, NodeKind.BOUNDARY):
            inner = place.adjusted(4, 4, -4, -4)
            painter.drawEllipse(inner)
            painter.drawLine(inner.center(), QPointF(inner.center().x(), inner.top() + 4))
            painter.drawLine(inner.center(), QPointF(inner.center().x() + inner.width() / 4, inner.center().y()))
        self._name_beside(painter, node, place)

    def _name_beside(self, painter: QPainter, node: Node, place: QRectF) -> None:
        """On the first side where no way ends: below, above, or beside it."""
        painter.setPen(color("faint"))
        painter.setFont(_font(11))
        text = label_of(node.label)
        sides: tuple[str, ...] = _SIDES
        if node.kind is NodeKind.BOUNDARY:  # above it lies its step
            sides = ("below", "left" if self._mirrored else "right")
        side = next((each for each in sides if each not in self._touched(place)), sides[0])
        room = QRectF(QPointF(), BELOW if side in _SIDES[:2] else BESIDE)
        away = QPointF(
            (side == "right") - (side == "left"), (side == "below") - (side == "above")
        )  # fmt: skip
        reach = QPointF((place.width() + room.width()) / 2 + 3, (place.height() + room.height()) / 2 + 1)
        room.moveCenter(place.center() + QPointF(away.x() * reach.x(), away.y() * reach.y()))
        painter.drawText(room, _ALIGNED[side] | Qt.TextFlag.TextWordWrap, text)

    def _touched(self, place: QRectF) -> frozenset[str]:
        """Sides at which ways begin or end."""
        sides = {
            "below": QPointF(place.center().x(), place.bottom()), "above": QPointF(place.center().x(), place.top()),
            "right": QPointF(place.right(), place.center().y()), "left": QPointF(place.left(), place.center().y()),
        }  # fmt: skip
        ends = [end for line in self._procedure.diagram.lines for end in self._ends(line)]
        return frozenset(name for name, spot in sides.items() if any(_near(spot, end) for end in ends))

    def _ends(self, line: Line) -> tuple[QPointF, QPointF]:
        points = self._points(line)
        return points[0], points[-1]

    def _name_before(self, painter: QPainter, node: Node, place: QRectF) -> None:
        """Above the side that one comes from: ways lead out above, below and on the other side."""
        painter.setPen(color("faint"))
        painter.setFont(_font(11))
        text = label_of(node.label)
        size = painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, text)
        box = QRectF(0, 0, size.width() + 4, size.height())
        box.moveBottom(place.top() + place.height() * 0.22)
        if self._mirrored:
            box.moveLeft(place.center().x() + GAP)
        else:
            box.moveRight(place.center().x() - GAP)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _points(self, line: Line) -> list[QPointF]:
        both = self._whole.left() + self._whole.right()
        return [QPointF(both - x if self._mirrored else x, y) for x, y in line.points]

    def _line(self, painter: QPainter, line: Line) -> None:
        points = self._points(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("faint"), 1.4))
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        painter.drawPath(path)
        before, tip = points[-2], points[-1]
        length = max(1e-6, ((tip.x() - before.x()) ** 2 + (tip.y() - before.y()) ** 2) ** 0.5)
        along = QPointF((tip.x() - before.x()) / length, (tip.y() - before.y()) / length)
        across = QPointF(-along.y(), along.x())
        base = tip - along * ARROW * 1.6
        painter.setBrush(color("faint"))
        painter.drawPolygon(QPolygonF((tip, base + across * ARROW * 0.6, base - across * ARROW * 0.6)))

    def _line_label(self, painter: QPainter, line: Line) -> None:
        flow = self._flows.get(line.element)
        if flow is None or not flow.label:
            return
        points = self._points(line)
        start, then = points[0], points[1]
        painter.setFont(_font(11))
        text = label_of(flow.label)
        size = painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, text)
        box = QRectF(0, 0, size.width() + 6, size.height())
        level = abs(start.y() - then.y()) < 1
        way = 1 if then.x() > start.x() else -1
        if level:
            box.moveCenter(QPointF(start.x() + way * (box.width() / 2 + 3), start.y() - box.height() / 2 - 1))
        else:
            down = 1 if then.y() > start.y() else -1
            side = -1 if self._mirrored else 1
            box.moveCenter(QPointF(start.x() + side * (box.width() / 2 + 4), start.y() + down * (box.height() / 2 + 4)))
        painter.setPen(color("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _font(size: int, *, bold: bool = False) -> QFont:
    font = QFont("IBM Plex Sans Arabic")
    font.setPixelSize(size)
    font.setBold(bold)
    return font


def _near(one: QPointF, other: QPointF) -> bool:
    return abs(one.x() - other.x()) + abs(one.y() - other.y()) < 2
