"""What is to be hidden on the page that is shown: dark, but seen through, each with the code of its reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsSimpleTextItem

from muni_archive.domain.geometry import Box
from ui.theme import color
from ui.widgets.page_view import PageView

_SHADE = QColor(20, 20, 20, 150)
_LETTERS = 0.6
"""Height of a code in heights of its area."""


class AreasLayer:
    """Implements `PageLayer`."""

    def __init__(self, view: PageView) -> None:
        self._view = view
        self._areas: tuple[tuple[Box, str], ...] = ()
        self._chosen: int | None = None
        self._items: list[QGraphicsItem] = []
        view.add_layer(self)

    def show_areas(self, areas: Sequence[tuple[Box, str]], chosen: int | None = None) -> None:
        """Boxes in pixels of the master with their codes; the chosen one is framed and brought into view."""
        self._areas, self._chosen = tuple(areas), chosen
        self.redraw()
        if chosen is not None and chosen < len(self._areas):
            self._view.bring(self._areas[chosen][0])

    def at(self, x: float, y: float) -> int | None:
        """The number of the area at a point of the master."""
        found = (
            at for at, (box, _code) in enumerate(self._areas) if box.x <= x <= box.right and box.y <= y <= box.bottom
        )
        return next(found, None)

    @property
    def areas(self) -> tuple[tuple[Box, str], ...]:
        return self._areas

    def forget(self) -> None:
        self._items = []

    def redraw(self) -> None:
        for item in self._items:
            if item.scene() is not None:
                item.scene().removeItem(item)
        sheet = self._view.sheet
        self._items = [self._item(at, sheet) for at in range(len(self._areas))] if sheet is not None else []

    def _item(self, at: int, sheet: QGraphicsItem) -> QGraphicsItem:
        (box, code), scale = self._areas[at], self._view.scale_shown
        item = QGraphicsRectItem(QRectF(box.x * scale, box.y * scale, box.width * scale, box.height * scale), sheet)
        pen = QPen(color("mark"), 3) if at == self._chosen else QPen(QColor(20, 20, 20), 1)
        pen.setCosmetic(True)
        item.setPen(pen)
        item.setBrush(QBrush(_SHADE))
        item.setZValue(3)
        self._letter(item, code)
        return item

    def _letter(self, item: QGraphicsRectItem, code: str) -> None:
        """The code in the middle, upright."""
        room = item.rect()
        font = QFont()
        font.setBold(True)
        font.setPixelSize(max(4, round(min(room.width(), room.height()) * _LETTERS)))
        text = QGraphicsSimpleTextItem(code, item)
        text.setFont(font)
        text.setBrush(QBrush(Qt.GlobalColor.white))
        bounds = text.boundingRect()
        text.setTransformOriginPoint(bounds.center())
        text.setRotation(-self._view.rotation_shown)
        text.setPos(room.center() - bounds.center())
