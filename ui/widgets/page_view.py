"""The picture of a page: zoomed, turned, dragged, with boxes on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainterPath, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QGraphicsPathItem,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
    QWidget,
)
from shiboken6 import isValid

from muni_archive.domain.geometry import Box
from muni_archive.domain.records import Page
from muni_archive.imaging.tiles import TileSet
from muni_archive.services.view_document import reading_of, upright_rotation
from muni_archive.services.view_sheet import sheet_tiles
from muni_archive.services.workplace import Workplace
from ui.tasks import Tasks
from ui.theme import color
from ui.widgets.page_tools import PageLayer, PageTool
from ui.widgets.pictures import halved, load_image
from ui.widgets.sheet_tiles import SheetTiles

STEP, CLOSEST, FARTHEST = 1.25, 8.0, 0.02
SMALL_WINDOW = QSize(800, 600)
"""What a view that is not laid out yet will at least be."""
LATE_MS = 150
"""So long the page before may stand while another is asked for: without a flicker where that comes at once."""


_Loaded = tuple[tuple[QImage, ...], float]
"""The picture and its halves, and its scale beside the master."""


class PageView(QGraphicsView):
    """Decodes off the window's thread; boxes are given in pixels of the master.

    With a `cache` folder, a sheet that is too large to be held whole is shown in tiles where one comes near.
    """

    measured = Signal(object)
    """Points (x, y) of the measuring line, in pixels of the master."""
    emptied = Signal()
    """The page is gone because the one that was asked for does not come, or not soon."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None, *, cache: Path | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._cache = tasks, cache
        self.tiles: SheetTiles | None = None
        self._measuring = False
        self._points: list[QPointF] = []
        self._line: QGraphicsPathItem | None = None
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setRenderHint(self.renderHints().SmoothPixmapTransform)
        self._sheet: QGraphicsRectItem | None = None
        self._picture: QGraphicsPixmapItem | None = None
        self._levels: tuple[QImage, ...] = ()
        self._shown: QImage | None = None
        self._marks: list[QGraphicsRectItem] = []
        self._boxes: tuple[tuple[Box, ...], int | None] = ((), None)
        self._doubts: tuple[Box, ...] = ()
        self._doubt_marks: QGraphicsPathItem | None = None
        self._scale, self._rotation, self._asked = 1.0, 0, 0
        self._path: Path | None = None
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(self._not_there)
        self._fitting = True
        self._layers: list[PageLayer] = []
        self._tool: PageTool | None = None

    @property
    def sheet(self) -> QGraphicsRectItem | None:
        """What layers hang their items on; None while no page is shown."""
        return self._sheet

    @property
    def scale_shown(self) -> float:
        """The sheet's pixels a pixel of the master."""
        return self._scale

    @property
    def rotation_shown(self) -> int:
        """Degrees clockwise by which the page is turned now."""
        return self._rotation

    def add_layer(self, layer: PageLayer) -> None:
        """From now on it is drawn over every page."""
        self._layers.append(layer)

    def use_tool(self, tool: PageTool | None) -> None:
        """What pressing and dragging does; without a tool the page is dragged."""
        self._tool = tool
        self.setDragMode(QGraphicsView.DragMode.NoDrag if tool else QGraphicsView.DragMode.ScrollHandDrag)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if tool else Qt.CursorShape.OpenHandCursor)

    def middle_shown(self) -> QPointF:
        """The master's pixel in the middle of what is seen."""
        return self._on_master(self.viewport().rect().center())

    def bring(self, box: Box) -> None:
        """Scroll until the place is seen."""
        if self._sheet is not None:
            self.ensureVisible(self._sheet.mapRectToScene(self._around(box, 6)), 80, 80)

    def _on_master(self, place: QPoint) -> QPointF:
        assert self._sheet is not None
        point = self._sheet.mapFromScene(self.mapToScene(place))
        return QPointF(point.x() / self._scale, point.y() / self._scale)

    def expect_page(self) -> int:
        """Another page is asked for: whatever was on its way comes too late, and what is shown goes unless `show_page`
        follows soon. Returns the number by which to tell later whether this is still the page that is wanted.
        """
        self._asked += 1
        if not self._late.isActive():
            self._late.start()
        return self._asked

    def is_expected(self, asked: int) -> bool:
        """Whether nothing else was asked for since; somebody may have closed the window, too."""
        return isValid(self) and asked == self._asked

    def fetch_page(self, place: Workplace, page: Page, tasks: Tasks, *, failed: Callable[[Exception], None]) -> None:
        """Show it as it is read, when these tasks have brought its file; `failed` hears of what is wanted still."""
        asked = self.expect_page()
        tasks.run(
            lambda _c: (place.vault.path(page.blob), upright_rotation(page, reading_of(place, page.id))),
            done=lambda found: self.show_page(*found) if self.is_expected(asked) else None,
            failed=lambda error: failed(error) if self.is_expected(asked) else None,
        )

    def show_page(self, path: Path, rotation: int) -> None:
        """Show the master at `path`, turned clockwise by `rotation` degrees; an answer that is late is dropped."""
        asked = self.expect_page()
        if path == self._path:  # the same page, turned or read meanwhile
            self._late.stop()
        # Where tiles come in any case, the first picture need not be finer than the window.
        room = self._room(rotation) if self._cache is not None else None

        def show(loaded: _Loaded) -> None:
            if self.is_expected(asked):
                self._empty()
                self._path, self._rotation = path, rotation
                self._show(*loaded)
                if self._cache is not None and loaded[1] < 1.0:
                    self._cut(path, self._cache, asked)

        self._tasks.run(lambda _c: _loaded(path, room), done=show)

    def _cut(self, path: Path, cache: Path, asked: int) -> None:
        """Tiles of the whole sheet, made once and kept."""

        def ready(tiles: TileSet) -> None:
            if self.is_expected(asked) and self._sheet is not None:
                self.tiles = SheetTiles(self._tasks, tiles, self._sheet, self._scale)
                self._look()

        self._tasks.run(
            lambda context: sheet_tiles(path, cache, context.cancel),
            done=ready,
            failed=lambda _error: self._finer(path, asked),
        )

    def _finer(self, path: Path, asked: int) -> None:
        """Where no tiles can be made, the whole as fine as it is shown at once."""

        def show(loaded: _Loaded) -> None:
            if self.is_expected(asked) and loaded[1] > self._scale:
                self._empty()
                self._show(*loaded)

        self._tasks.run(lambda _c: _loaded(path, None), done=show)

    def _room(self, rotation: int) -> QSize:
        """What the window shows at most, in its pixels, as the page lies in its file."""
        ratio = self.devicePixelRatioF()
        seen = self.viewport().size().expandedTo(SMALL_WINDOW)
        room = QSize(round(seen.width() * ratio), round(seen.height() * ratio))
        return room.transposed() if rotation in (90, 270) else room

    def _look(self) -> None:
        if self.tiles is not None and self._sheet is not None:
            seen = self._sheet.mapFromScene(self.mapToScene(self.viewport().rect())).boundingRect()
            self.tiles.look(seen, self.transform().m11() * self.devicePixelRatioF())

    def measure(self, on: bool) -> None:
        """Begin to measure by clicking points, or leave it; the line goes."""
        self._measuring = on
        self.setDragMode(QGraphicsView.DragMode.NoDrag if on else QGraphicsView.DragMode.ScrollHandDrag)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.OpenHandCursor)
        self._points = []
        self._draw_line()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._tool is not None and self._sheet is not None and event.button() == Qt.MouseButton.LeftButton:
            self._tool.pressed(self._on_master(event.position().toPoint()))
            return
        if not self._measuring or self._sheet is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._points.append(self._sheet.mapFromScene(self.mapToScene(event.position().toPoint())))
        self._draw_line()
        self.measured.emit([(point.x() / self._scale, point.y() / self._scale) for point in self._points])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._tool is not None and self._sheet is not None:
            self._tool.moved(self._on_master(event.position().toPoint()))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._tool is not None and self._sheet is not None and event.button() == Qt.MouseButton.LeftButton:
            self._tool.released(self._on_master(event.position().toPoint()))
        elif self._measuring:
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._look()

    def _draw_line(self) -> None:
        if self._line is not None:
            self._scene.removeItem(self._line)
            self._line = None
        if self._sheet is None or not self._points:
            return
        path = QPainterPath(self._points[0])
        for point in self._points[1:]:
            path.lineTo(point)
        self._line = QGraphicsPathItem(path, self._sheet)
        pen = QPen(color("accent"), 3)
        pen.setCosmetic(True)
        self._line.setPen(pen)
        self._line.setZValue(3)

    def clear_page(self) -> None:
        """Show nothing, whatever is still on its way."""
        self._asked += 1
        self._empty()

    def _not_there(self) -> None:
        self._empty()
        self.emptied.emit()

    def _empty(self) -> None:
        self._late.stop()
        if self.tiles is not None:
            self.tiles.close()
        self.tiles, self._line, self._points = None, None, []
        self._scene.clear()
        self._sheet, self._picture, self._marks, self._levels, self._shown = None, None, [], (), None
        self._doubt_marks = None
        for layer in self._layers:
            layer.forget()

    def set_boxes(self, boxes: Sequence[Box], current: int | None = None) -> None:
        """Mark places; the current one is drawn stronger and brought into view."""
        self._boxes = (tuple(boxes), current)
        self._draw_boxes()

    def set_doubts(self, boxes: Sequence[Box]) -> None:
        """Frame words that were read with doubt; lightly, because they stand among what was looked for."""
        self._doubts = tuple(boxes)
        self._draw_doubts()

    @property
    def doubts(self) -> tuple[Box, ...]:
        """What is framed as doubtful, in pixels of the master."""
        return self._doubts

    def zoom_in(self) -> None:
        self._zoom(STEP)

    def zoom_out(self) -> None:
        self._zoom(1 / STEP)

    def fit_page(self) -> None:
        self._fitting = True
        self.fitInView(self._scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
        self._sharpen()

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

    def _zoom(self, step: float) -> None:
        if FARTHEST < self.transform().m11() * step < CLOSEST / self._scale:
            self._fitting = False
            self.scale(step, step)
            self._sharpen()

    def _show(self, images: tuple[QImage, ...], scale: float) -> None:
        self._scale = scale
        self._levels = images
        whole = self._levels[0].rect().toRectF()
        self._sheet = QGraphicsRectItem(whole)
        self._sheet.setPen(QPen(Qt.PenStyle.NoPen))
        self._scene.addItem(self._sheet)
        self._picture = QGraphicsPixmapItem(self._sheet)
        self._picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._place()
        self._draw_boxes()
        self._draw_doubts()

    def _place(self) -> None:
        if self._sheet is None:
            return
        self._sheet.setTransformOriginPoint(self._sheet.rect().center())
        self._sheet.setRotation(self._rotation)
        self._scene.setSceneRect(self._sheet.sceneBoundingRect())
        for layer in self._layers:
            layer.redraw()
        self.fit_page()

    def _sharpen(self) -> None:
        """From afar show the copy that was averaged down: letters stay letters instead of falling apart."""
        if self._picture is None or self._sheet is None:
            return
        self._look()
        wanted = self._levels[0].width() * self.transform().m11() * self.devicePixelRatioF()
        level = next((each for each in reversed(self._levels) if each.width() >= wanted), self._levels[0])
        if level is self._shown:
            return
        self._shown = level
        self._picture.setPixmap(QPixmap.fromImage(level))
        self._picture.setScale(self._levels[0].width() / max(1, level.width()))

    def _draw_doubts(self) -> None:
        """One item for all of them: a drawing may hold hundreds."""
        if self._doubt_marks is not None:
            self._scene.removeItem(self._doubt_marks)
            self._doubt_marks = None
        if self._sheet is None or not self._doubts:
            return
        path = QPainterPath()
        for box in self._doubts:
            path.addRect(self._around(box, 4))
        self._doubt_marks = QGraphicsPathItem(path, self._sheet)
        pen = QPen(color("doubt"), 1, Qt.PenStyle.DotLine)
        pen.setCosmetic(True)
        self._doubt_marks.setPen(pen)
        self._doubt_marks.setZValue(1.5)

    def _around(self, box: Box, margin: int) -> QRectF:
        """The box in the sheet's pixels, with so many of the master's pixels around it."""
        place = QRectF(box.x, box.y, box.width, box.height).adjusted(-margin, -margin, margin, margin)
        return QRectF(place.topLeft() * self._scale, place.size() * self._scale)

    def _draw_boxes(self) -> None:
        """Marks are children of the sheet: they turn with it."""
        for mark in self._marks:
            self._scene.removeItem(mark)
        self._marks = []
        if self._sheet is None:
            return
        boxes, current = self._boxes
        for at, box in enumerate(boxes):
            mark = QGraphicsRectItem(self._around(box, 6), self._sheet)
            shade = color("mark")
            mark.setPen(QPen(shade, 5 if at == current else 2))
            shade.setAlpha(110 if at == current else 60)
            mark.setBrush(shade)
            mark.setZValue(2)
            self._marks.append(mark)
        if current is not None and current < len(self._marks):
            self.ensureVisible(self._marks[current], 80, 80)


def _loaded(path: Path, room: QSize | None) -> _Loaded:
    image, scale = load_image(path, room=room)
    return tuple(halved(image)), scale
