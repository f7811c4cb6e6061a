"""The organisation: units, the people in them, and who stands in for whom."""

from ui.screens.organisation.screen import OrganisationScreen

__all__ = ["OrganisationScreen"]
