"""One word as it stands on the page, framed, with what stands beside it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from muni_archive.domain.geometry import Box
from muni_archive.imaging.snippets import UprightPage
from ui.theme import color

BESIDE, ABOVE = 5.0, 0.9
"""Paper around the word, in heights of the word."""
TALLEST, LARGEST = 0.34, 4.0
"""Of the widget's height, what the word takes at most; how much a pixel of the master is blown up at most."""


class Snippet(QWidget):
    """Fits itself to the room that there is; the word is always whole and in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._picture: QImage | None = None
        self._word = QRectF()

    def show_word(self, paper: UprightPage, box: Box) -> None:
        """Cut out of the page."""
        place = paper.place(box)
        cut = np.ascontiguousarray(paper.cut(box, beside=BESIDE, above=ABOVE))
        height, width = cut.shape
        self._picture = QImage(cut.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
        left, top = round(BESIDE * place.height), round(ABOVE * place.height)
        self._word = QRectF(left, top, place.width, place.height)
        self.update()

    def clear(self) -> None:
        self._picture = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale = min(
            LARGEST, self.height() * TALLEST / self._word.height(), (self.width() - 40) / (self._word.width() * 1.2)
        )
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(scale, scale)
        painter.translate(-self._word.center())
        painter.drawImage(0, 0, self._picture)
        pen = QPen(color("accent"), 3 / scale)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        margin = 4 / scale
        painter.drawRect(self._word.adjusted(-margin, -margin, margin, margin))
        painter.end()
