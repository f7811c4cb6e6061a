"""What a screen is to the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from ui.context import WindowContext


class Screen(QWidget):
    """One screen; the window is built anew when the language changes, so texts are set once."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self.setObjectName("page")
        self.context = context

    def activated(self) -> None:
        """Called each time the screen is shown."""

    def closing(self) -> None:
        """Called before the window closes, or is built anew: what is not recorded can be put by."""

    def import_paths(self, paths: list[str]) -> None:
        """Called when files are dropped on the window while this screen is shown."""

    def open_page(self, page_id: str, back: Callable[[], None]) -> None:
        """Called when another screen sends somebody here for this page; `back` leads there again."""

    def documents_changed(self) -> None:
        """Called when documents have become what they are elsewhere, while this screen is shown."""

    def centre_followed(self) -> None:
        """Called a moment after the copy of the centre has grown, while this screen is shown."""

    def pages_read(self, page_ids: Sequence[str]) -> None:
        """Called when pages have been read in the background."""
