"""Finding pages."""

from ui.screens.search.screen import SearchScreen

__all__ = ["SearchScreen"]
