"""Searches that somebody keeps: the words, the filters, the order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from muni_archive.messages import _, isolate
from ui.icons import icon
from ui.settings import Settings
from ui.widgets.buttons import shown_keys

KEY = "saved_searches"


class SavedSearches(QToolButton):
    """A button whose menu holds them; `use` is given what was saved."""

    def __init__(
        self, settings: Settings, *, current: Callable[[], dict[str, Any]], use: Callable[[dict[str, Any]], None]
    ):
        super().__init__()
        self._settings, self._current, self._use = settings, current, use
        self.setText(_("Saved searches"))
        self.setIcon(icon("bookmark"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)

    def all(self) -> list[dict[str, Any]]:
        """Newest last; what cannot be understood is left out."""
        return [each for each in self._settings.get(KEY, []) if isinstance(each, dict) and each.get("query")]

    def save(self) -> bool:
        """Keep the search that is shown; False when there is nothing to keep or it is kept already."""
        current = self._current()
        if not current.get("query", "").strip() or current in self.all():
            return False
        self._settings.set(KEY, [*self.all(), current])
        return True

    def forget(self, search: dict[str, Any]) -> None:
        self._settings.set(KEY, [each for each in self.all() if each != search])

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        text = _("Save this search")
        menu.addAction(f"{text}   {shown_keys('Ctrl+S')}", self.save)
        if not self.all():
            return
        menu.addSeparator()
        for search in self.all():
            menu.addAction(_named(search)).triggered.connect(lambda _checked=False, search=search: self._use(search))
        remove = menu.addMenu(_("Remove"))
        for search in self.all():
            remove.addAction(_named(search)).triggered.connect(
                lambda _checked=False, search=search: self.forget(search)
            )


def _named(search: dict[str, Any]) -> str:
    filters = [value for value in search.get("filters", {}).values() if value]
    return isolate(" · ".join([search["query"], *filters])).replace("&", "&&")
