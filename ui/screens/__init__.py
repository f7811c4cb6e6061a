"""The screens of the window."""

from ui.screens.base import Screen

__all__ = ["Screen"]
