"""Deciding between two versions of one document."""

from ui.screens.conflicts.screen import ConflictsScreen

__all__ = ["ConflictsScreen"]
