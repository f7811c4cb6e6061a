"""The tiles that stand in a window: loaded beside it as they come into view, over the coarse picture of the whole."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem

from muni_archive.imaging.tiles import TILE, TileSet
from ui.tasks import Tasks

MOST = 160
"""Tiles kept (160 MB at most): three windows full."""
_PIXELS_SEEN = 2.0
"""Zoom from which a pixel of the master is shown as a square."""

Key = tuple[int, int, int]


class SheetTiles:
    """`sheet` is the item that they lie on, `scale` how many of its pixels one of the master's is."""

    def __init__(self, tasks: Tasks, tiles: TileSet, sheet: QGraphicsRectItem, scale: float) -> None:
        self._tasks, self.tiles, self._sheet, self._scale = tasks, tiles, sheet, scale
        self._items: dict[Key, QGraphicsPixmapItem] = {}
        self._coming: set[Key] = set()
        self._wanted: set[Key] = set()
        self._closed = False

    @property
    def shown(self) -> frozenset[Key]:
        """(level, row, column) of what stands in the window."""
        return frozenset(self._items) & self._wanted

    @property
    def complete(self) -> bool:
        return self._wanted <= set(self._items)

    def look(self, visible: QRectF, zoom: float) -> None:
        """Bring what the window sees: `visible` in the sheet's pixels, each shown `zoom` pixels wide."""
        near = zoom * self._scale
        self._wanted = set() if zoom <= 1.0 else self._seen(visible, self._level(near))
        for key, item in self._items.items():
            item.setVisible(zoom > 1.0)
            mode = Qt.TransformationMode
            smooth = near * 2 ** key[0] < _PIXELS_SEEN
            item.setTransformationMode(mode.SmoothTransformation if smooth else mode.FastTransformation)
        for key in sorted(self._wanted - set(self._items) - self._coming):
            self._fetch(key)
        self._forget()

    def close(self) -> None:
        """What is still on its way is dropped; the items go with the sheet."""
        self._closed = True
        self._items.clear()

    def _level(self, near: float) -> int:
        return min(self.tiles.levels - 1, max(0, math.floor(math.log2(1 / near)))) if near < 1 else 0

    def _seen(self, visible: QRectF, level: int) -> set[Key]:
        side = TILE * 2**level * self._scale
        rows = math.ceil(self.tiles.height / 2**level / TILE)
        columns = math.ceil(self.tiles.width / 2**level / TILE)
        first_row, first_column = max(0, int(visible.top() // side)), max(0, int(visible.left() // side))
        last_row, last_column = int(visible.bottom() // side), int(visible.right() // side)
        return {
            (level, row, column)
            for row in range(first_row, min(rows, last_row + 1))
            for column in range(first_column, min(columns, last_column + 1))
        }

    def _fetch(self, key: Key) -> None:
        self._coming.add(key)
        path = self.tiles.tile(*key)
        self._tasks.run(
            lambda _c: _loaded(path),
            done=lambda image: self._place(key, image),
            failed=lambda _error: self._coming.discard(key),
        )

    def _place(self, key: Key, image: QImage) -> None:
        self._coming.discard(key)
        if self._closed or image.isNull() or key in self._items:
            return
        level, row, column = key
        item = QGraphicsPixmapItem(QPixmap.fromImage(image), self._sheet)
        side = 2**level * self._scale
        item.setPos(column * TILE * side, row * TILE * side)
        item.setScale(side)
        item.setZValue(1 - level / 100)
        item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._items[key] = item

    def _forget(self) -> None:
        """The oldest go first; a level that is no longer shown stays below until there are too many."""
        for key in list(self._items):
            if len(self._items) <= MOST:
                return
            if key not in self._wanted:
                item = self._items.pop(key)
                if (scene := item.scene()) is not None:
                    scene.removeItem(item)


def _loaded(path: Path) -> QImage:
    return QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
