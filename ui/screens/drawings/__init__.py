"""The drawing register."""

from ui.screens.drawings.screen import DrawingsScreen

__all__ = ["DrawingsScreen"]
