"""Registering: the page beside the form, a whole batch by keyboard."""

from ui.screens.register.screen import RegisterScreen

__all__ = ["RegisterScreen"]
