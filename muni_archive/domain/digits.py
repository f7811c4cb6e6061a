"""One set of digits for values: Arabic-Indic and Persian become Western."""

from __future__ import annotations

_WESTERN = {ord(digit): str(at % 10) for at, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}


def western(text: str) -> str:
    """The text with every digit in the Western set."""
    return text.translate(_WESTERN)
