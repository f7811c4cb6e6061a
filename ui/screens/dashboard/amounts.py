"""Amounts as one says them, in the digits of the user's language."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from muni_archive.messages import _, isolate
from ui.i18n import number


def whole(value: float) -> str:
    return number(round(value)) if value == round(value) else one_digit(value)


def one_digit(value: float) -> str:
    return str(QLocale().toString(value, "f", 1))


def percent(value: float) -> str:
    return isolate(f"{whole(round(value, 1))}{QLocale().percent()}")


def hours_said(hours: float) -> str:
    """In the unit in which one would say it."""
    return _("{count} days").format(count=one_digit(hours / 24)) if hours >= 48 else _short(hours)


def working_time(hours: float) -> str:
    """The same of working time, of which a day has 24 hours."""
    return _("{count} working days").format(count=one_digit(hours / 24)) if hours >= 24 else _short(hours)


def _short(hours: float) -> str:
    if hours < 1:
        return _("{count} min").format(count=whole(round(hours * 60)))
    return _("{count} h").format(count=one_digit(hours))
