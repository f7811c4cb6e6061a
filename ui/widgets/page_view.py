"""The picture of a page: zoomed, turned, dragged, with boxes on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QImageReader, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene, QGraphicsView, QWidget

from muni_archive.domain.geometry import Box
from ui.tasks import TaskContext, Tasks
from ui.theme import color

LARGEST = 24_000_000
"""Pixels that are shown at once; a larger sheet is decoded reduced."""
STEP = 1.25


class PageView(QGraphicsView):
    """Decodes off the window's thread; boxes are given in pixels of the master."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setRenderHint(self.renderHints().SmoothPixmapTransform)
        self._picture: QGraphicsPixmapItem | None = None
        self._marks: list[QGraphicsRectItem] = []
        self._boxes: tuple[tuple[Box, ...], int | None] = ((), None)
        self._scale, self._rotation, self._asked = 1.0, 0, 0
        self._fitting = True

    def show_page(self, path: Path, rotation: int) -> None:
        """Show the master at `path`, turned clockwise by `rotation` degrees; an answer that is late is dropped."""
        self._asked += 1
        asked = self._asked
        self.clear_page()
        self._rotation = rotation

        def load(_context: TaskContext) -> tuple[QImage, float]:
            return load_image(path)

        self._tasks.run(load, done=lambda loaded: self._show(*loaded) if asked == self._asked else None)

    def clear_page(self) -> None:
        self._scene.clear()
        self._picture, self._marks = None, []

    def set_boxes(self, boxes: Sequence[Box], current: int | None = None) -> None:
        """Mark places; the current one is drawn stronger and brought into view."""
        self._boxes = (tuple(boxes), current)
        self._draw_boxes()

    def zoom_in(self) -> None:
        self._fitting = False
        self.scale(STEP, STEP)

    def zoom_out(self) -> None:
        self._fitting = False
        self.scale(1 / STEP, 1 / STEP)

    def fit_page(self) -> None:
        self._fitting = True
        self.fitInView(self._scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)

    def rotate_view(self, degrees: int) -> None:
        """Turn what is shown; the record stays as it is."""
        self._rotation = (self._rotation + degrees) % 360
        self._place()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting:
            self.fit_page()

    def _show(self, image: QImage, scale: float) -> None:
        self._scale = scale
        self._picture = self._scene.addPixmap(QPixmap.fromImage(image))
        self._picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._place()
        self._draw_boxes()

    def _place(self) -> None:
        if self._picture is None:
            return
        self._picture.setTransformOriginPoint(self._picture.boundingRect().center())
        self._picture.setRotation(self._rotation)
        self._scene.setSceneRect(self._picture.sceneBoundingRect())
        self.fit_page()

    def _draw_boxes(self) -> None:
        """Marks are children of the picture: they turn with it."""
        for mark in self._marks:
            self._scene.removeItem(mark)
        self._marks = []
        if self._picture is None:
            return
        boxes, current = self._boxes
        for at, box in enumerate(boxes):
            place = QRectF(box.x, box.y, box.width, box.height).adjusted(-6, -6, 6, 6)
            area = QRectF(place.topLeft() * self._scale, place.size() * self._scale)
            mark = QGraphicsRectItem(area, self._picture)
            shade = color("mark")
            mark.setPen(QPen(shade, 5 if at == current else 2))
            shade.setAlpha(110 if at == current else 60)
            mark.setBrush(shade)
            self._marks.append(mark)
        if current is not None and current < len(self._marks):
            self.ensureVisible(self._marks[current], 80, 80)


def load_image(path: Path, side: int | None = None) -> tuple[QImage, float]:
    """The picture and its scale beside the master; reduced while decoding when it is huge or `side` asks for it."""
    QImageReader.setAllocationLimit(0)
    reader = QImageReader(str(path))
    size = reader.size()
    pixels = size.width() * size.height()
    scale = min(1.0, (LARGEST / pixels) ** 0.5) if pixels > 0 else 1.0
    if side and pixels > 0:
        scale = min(1.0, side / max(size.width(), size.height()))
    if scale < 1.0:
        reader.setScaledSize(size * scale)
    return reader.read(), scale
