"""Where somebody signs in at the municipality's service: the system's own browser, never a window of ours."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

Browser = Callable[[str], bool]
"""Opens the address on the window's thread; False when nothing could be opened."""


def open_browser(address: str) -> bool:
    return QDesktopServices.openUrl(QUrl(address, QUrl.ParsingMode.StrictMode))
