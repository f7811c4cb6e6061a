"""Arabic as an engine writes it, made fit to keep and to compare."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LETTERS = str.maketrans({"ک": "ك", "ڪ": "ك", "ی": "ي", "ھ": "ه", "ہ": "ه", "ە": "ه", "ۀ": "ة", "\u0640": None})
_DIGITS = {ord(digit): str(i % 10) for i, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
_FOLDS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ء": None})
_SIGNS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
_ARABIC = re.compile("[\u0621-\u064a]")
_EDGES = "|_~`^*=«»"


def tidy_word(text: str) -> str:
    """A word in logical order without bidi marks, Persian look-alikes and the shards of table rules."""
    clean = _MARKS.sub("", unicodedata.normalize("NFC", text)).translate(_LETTERS).translate(_PERSIAN).strip()
    shorn = clean.strip(_EDGES)
    if _ARABIC.search(shorn):
        shorn = shorn.replace(",", "،").replace(";", "؛").replace("?", "؟")
    return shorn


def western_digits(text: str) -> str:
    """Every digit set as 0-9."""
    return text.translate(_DIGITS)


def fold(text: str) -> str:
    """Text for comparing labels: without hamza, tashkeel and the like, digits Western."""
    plain = _SIGNS.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", text)))
    return western_digits(plain.translate(_LETTERS).translate(_FOLDS)).casefold()


def has_content(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(char.isalnum() for char in text)
