"""What is due, what is held, what waits for a second person, and what was destroyed."""

from ui.screens.retention.screen import RetentionScreen

__all__ = ["RetentionScreen"]
