"""Breaking the glass, and looking at why others did."""

from ui.screens.glass.screen import GlassScreen

__all__ = ["GlassScreen"]
