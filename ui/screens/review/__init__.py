"""Reviewing what was read with doubt."""

from ui.screens.review.screen import ReviewScreen

__all__ = ["ReviewScreen"]
