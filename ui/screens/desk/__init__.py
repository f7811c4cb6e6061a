"""The desk: what waits for a decision, the page beside it, the diagram of its procedure."""

from ui.screens.desk.screen import DeskScreen

__all__ = ["DeskScreen"]
