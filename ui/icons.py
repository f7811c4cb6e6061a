"""Icons from `resources/icons`, in the theme's colours; only those that point somewhere mirror."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer

from muni_archive.paths import resource_path
from ui.theme import color

SIZE = 48
MIRRORED = frozenset({"previous", "next", "chevron-left", "chevron-right", "arrow-left", "arrow-right", "undo", "redo"})
"""Drawn for reading from left to right; turned over where one reads from right to left."""


def icon(name: str, role: str = "text") -> QIcon:
    """The icon of that name in the colour of `role`; an empty one where there is no such file."""
    path = resource_path("icons", f"{name}.svg")
    if not path.is_file():
        return QIcon()
    tinted = path.read_text(encoding="utf-8").replace("currentColor", color(role).name())
    pixmap = QPixmap(QSize(SIZE, SIZE))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(tinted.encode())).render(painter)
    painter.end()
    if name in MIRRORED and QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        pixmap = pixmap.transformed(QTransform().scale(-1, 1))
    return QIcon(pixmap)
