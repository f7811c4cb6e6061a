"""The texts that people read, in their language. English stands in the code, Arabic in the catalogue.

Mark texts with `_("…")`, counts with `ngettext("{count} page", "{count} pages", n)` and texts of data or
classes with `N_("…")`; `python installer/catalogue.py` brings the catalogue up to date.
"""

from __future__ import annotations

import gettext
import locale
import os

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.marking import N_
from muni_archive.paths import resource_path

LANGUAGES = ("ar", "en")
FSI, PDI = "\u2068", "\u2069"

__all__ = ["LANGUAGES", "N_", "_", "current_language", "explain", "isolate", "ngettext", "use_language"]

_active: dict[str, gettext.NullTranslations] = {"en": gettext.NullTranslations()}
_current = ["en"]


def use_language(language: str) -> None:
    """Show texts in `language` (`ar` or `en`) from now on; anything else means English."""
    chosen = language if language in LANGUAGES else "en"
    if chosen not in _active:
        with resource_path("translations", f"{chosen}.mo").open("rb") as file:
            _active[chosen] = gettext.GNUTranslations(file)
    _current[0] = chosen


def current_language() -> str:
    return _current[0]


def language_of_locale() -> str:
    """`ar` when the user's locale is Arabic, else `en`."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return "ar" if name.lower().startswith(("ar_", "ar.", "arabic")) or name.lower() == "ar" else "en"


def _(text: str) -> str:
    """The text in the user's language."""
    return _active[_current[0]].gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The right plural of the text (Arabic has six), with `{count}` still to be filled."""
    return _active[_current[0]].ngettext(one, many, count)


def isolate(text: object) -> str:
    """Wrap a run of unknown direction so that it cannot disturb the line around it."""
    return f"{FSI}{text}{PDI}"


def explain(error: ArchiveError) -> str:
    """The error's message in the user's language, its parameters isolated."""
    return _(error.message).format_map(_Isolated(error.params))


class _Isolated(dict[str, object]):
    """Parameters, each isolated; one that is missing stays visible, and one that is an error is explained."""

    def __getitem__(self, key: str) -> object:
        if key not in self:
            return f"{{{key}}}"
        value = super().__getitem__(key)
        return explain(value) if isinstance(value, ArchiveError) else isolate(value)
