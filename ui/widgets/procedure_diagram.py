"""The drawing of a procedure, to look at: fitted into its place, zoomed with Ctrl and the wheel, dragged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from muni_archive.domain.procedures import Procedure
from muni_archive.messages import _, current_language
from ui.i18n import label_of
from ui.widgets.diagram_item import DiagramItem, Standing

STEP, CLOSEST, FARTHEST, READABLE = 1.2, 4.0, 0.1, 0.85


class ProcedureDiagram(QGraphicsView):
    """Shows one procedure and where a case stands in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setAccessibleName(_("Diagram of the procedure"))
        self.drawn: DiagramItem | None = None
        self._standing = Standing()
        self._fitting = True

    def show_procedure(self, procedure: Procedure, standing: Standing | None = None) -> None:
        """Draw it; for people who cannot see it, say where the case stands."""
        self._scene.clear()
        self._standing = standing or Standing()
        if not procedure.diagram.shapes:
            self.drawn = None
            self._scene.addText(_("The procedure's file holds no drawing."))
            return
        self.drawn = DiagramItem(procedure, self._standing, mirrored=current_language() == "ar")
        self._scene.addItem(self.drawn)
        self._scene.setSceneRect(self.drawn.boundingRect())
        names = [label_of(node.label) for node in procedure.nodes if node.id in self._standing.at]
        self.setAccessibleDescription(" · ".join(names))
        self.fit()

    def fit(self) -> None:
        """The whole, as long as it can be read; else the part in which the case stands."""
        self._fitting = True
        if self.drawn is None:
            return
        self.fitInView(self._scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
        if self.transform().m11() < READABLE:
            self.resetTransform()
            self.scale(READABLE, READABLE)
            self._look_where_it_stands()
        elif self.transform().m11() > 1:
            self.resetTransform()

    def fit_page(self) -> None:
        """The whole, however small."""
        self._fitting = False
        self.fitInView(self._scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)

    def zoom_in(self) -> None:
        self._zoom(STEP)

    def zoom_out(self) -> None:
        self._zoom(1 / STEP)

    def clear_diagram(self) -> None:
        self._scene.clear()
        self.drawn = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._zoom(STEP if event.angleDelta().y() > 0 else 1 / STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting:
            self.fit()

    def _zoom(self, step: float) -> None:
        if FARTHEST < self.transform().m11() * step < CLOSEST:
            self._fitting = False
            self.scale(step, step)

    def _look_where_it_stands(self) -> None:
        if self.drawn is None:
            return
        at = self._standing.here or next(iter(sorted(self._standing.at)), "")
        place = self.drawn.place_of(at)
        whole = self._scene.sceneRect()
        begin = whole.topRight() if current_language() == "ar" else whole.topLeft()
        self.centerOn(place.center() if not place.isNull() else begin)
