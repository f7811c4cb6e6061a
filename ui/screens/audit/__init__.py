"""Who did what."""

from ui.screens.audit.screen import AuditScreen

__all__ = ["AuditScreen"]
