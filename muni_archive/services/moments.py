"""Moments as the journal writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """In UTC and always of one length, so that texts compare as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def iso_or_none(at: datetime | None) -> str:
    """Empty where there is no bound."""
    return iso(at) if at else ""
