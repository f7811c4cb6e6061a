"""Figures of the work."""

from ui.screens.dashboard.screen import DashboardScreen

__all__ = ["DashboardScreen"]
