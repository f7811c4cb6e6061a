"""The one theme: colours by role in `resources/theme`, light and dark, and the bundled typeface."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QTemporaryDir
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from muni_archive.paths import resource_path

_active = ["light"]


def install_theme(app: QApplication, name: str) -> None:
    """`light` or `dark`; fonts are loaded once."""
    _active[0] = name if name in _palettes() else "light"
    for font in sorted(resource_path("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(font))
    palette = QPalette()
    roles = {"Window": "window", "Base": "card", "Text": "text", "WindowText": "text", "Button": "card"}
    for role, key in {**roles, "ButtonText": "text", "Highlight": "accent", "PlaceholderText": "faint"}.items():
        palette.setColor(QPalette.ColorRole[role], color(key))
    app.setStyle("Fusion")
    QGuiApplication.setPalette(palette)
    sheet = resource_path("theme", "window.qss").read_text(encoding="utf-8")
    sheet = re.sub(r"@icon\(([\w-]+)\)", lambda match: _icon_file(match[1]), sheet)
    app.setStyleSheet(re.sub(r"@(\w+)", lambda match: _palettes()[_active[0]][match[1]], sheet))


def color(role: str) -> QColor:
    """The colour of a role in the theme that is shown."""
    return QColor(_palettes()[_active[0]][role])


def _icon_file(name: str) -> str:
    """The icon in the theme's colour as a file: a style sheet takes pictures from files alone."""
    drawn = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    path = Path(_icons().path(), f"{_active[0]}-{name}.svg")
    path.write_text(drawn.replace("currentColor", color("faint").name()), encoding="utf-8")
    return path.as_posix()


@lru_cache(maxsize=1)
def _icons() -> QTemporaryDir:
    return QTemporaryDir()


@lru_cache(maxsize=1)
def _palettes() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads(resource_path("theme", "palettes.json").read_text(encoding="utf-8"))
    return loaded
