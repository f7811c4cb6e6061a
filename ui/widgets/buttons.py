"""Buttons that show what they do: an icon, a text, and the key that does the same."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from ui.icons import icon

ICON = QSize(18, 18)
APART = "\u2002"
"""Between icon and text, where the style leaves too little."""
_WRITTEN = {"Return": "Enter", "PgDown": "PgDn", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→"}
"""Keys as they stand on keyboards, by Qt's names."""


def text_button(
    owner: QWidget, name: str, text: str, keys: str, act: Callable[[], object], *, primary: bool = False
) -> QPushButton:
    """A button with its text; `keys` (may be empty) work wherever `owner` is in front."""
    button = QPushButton(icon(name, "onAccent" if primary else "text"), f"{APART}{text}")
    button.setIconSize(ICON)
    if primary:
        button.setObjectName("primary")
    button.clicked.connect(lambda _checked=False: act())
    _bind(owner, button, text, keys, act)
    return button


def icon_button(owner: QWidget, name: str, text: str, keys: str, act: Callable[[], object]) -> QToolButton:
    """A button with its icon alone; the text and the keys are its tool tip, and its name for screen readers."""
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(ICON)
    button.setAccessibleName(text)
    button.clicked.connect(lambda _checked=False: act())
    _bind(owner, button, text, keys, act)
    return button


def shown_keys(keys: str) -> str:
    """A key sequence as it is written on the screen; isolated, so that it stays whole in Arabic."""
    named = QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
    return shown_signs("+".join(_WRITTEN.get(part, part) for part in named.split("+"))) if keys else ""


def shown_signs(signs: str) -> str:
    """Arrows and names of keys, from left to right in Arabic too."""
    return f"\u2066{signs}\u2069"


def _bind(owner: QWidget, button: QPushButton | QToolButton, text: str, keys: str, act: Callable[[], object]) -> None:
    button.setToolTip(f"{text} ({shown_keys(keys)})" if keys else text)
    if not keys:
        return
    shortcut = QShortcut(QKeySequence(keys), owner)
    shortcut.activated.connect(lambda: act() if button.isEnabled() and button.isVisibleTo(owner) else None)
