"""The one Arabic analysis, for text and query alike: what is folded together, and where words end.

Three layers: `exact_words` as written, `folded_words` with the variants of spelling taken together (those of
hamza in `hamza`), and `loose_key` (see `stemming`) for other forms of a word and for the dots that recognition
confuses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from muni_archive.search.hamza import compose_hamza, hamza_beginnings, unify_hamza

_MARKS = "".join(
    chr(code)
    for first, last in (
        (0x0610, 0x061A),
        (0x064B, 0x065F),
        (0x0670, 0x0670),
        (0x06D6, 0x06DC),
        (0x06DF, 0x06E8),
        (0x06EA, 0x06ED),
    )
    for code in range(first, last + 1)
)
_INVISIBLE = (
    "\u0640\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad"
)
_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي",
    "ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ک": "ك", "ڪ": "ك", "گ": "ك", "پ": "ب", "چ": "ج",
    "ژ": "ز", "ڤ": "ف",
}  # fmt: skip
_DIGITS = {digit: str(at % 10) for at, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_SEPARATORS = {"٫": ".", "٬": ",", "⁄": "/", "∕": "/", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"}

_FOLD = str.maketrans({**dict.fromkeys(_MARKS + _INVISIBLE, ""), **_LETTERS, **_DIGITS, **_SEPARATORS})
_UNSEEN = str.maketrans(dict.fromkeys(_INVISIBLE, ""))
_EXACT = str.maketrans({**dict.fromkeys(_INVISIBLE, ""), **_DIGITS, **_SEPARATORS})

_WORD = re.compile(r"[^\W_]+(?:[/\-.][^\W_]+)*")
_EXACT_WORD = re.compile(r"[\w\u064b-\u065f\u0670]+(?:[/\-.]\w+)*")
_PIECE = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")
_JOINED = re.compile(r"[/\-.]")


def fold(text: str) -> str:
    """The text with spelling variants taken together; folding twice changes nothing more."""
    if not text.isascii():
        text = _one_encoding(text)
    folded = unify_hamza(text.translate(_FOLD)).lower()
    # Taking marks away can bring letters together that compose anew.
    return folded if unicodedata.is_normalized("NFKC", folded) else fold(folded)


def folded_beginnings(start: str) -> tuple[str, ...]:
    """How folded words may begin that are written with this beginning."""
    # A mark or a tatweel after the last hamza says nothing, and a hamza there is of no seat yet.
    bare = _one_encoding(start).translate(_FOLD).lower().strip()
    return tuple(dict.fromkeys(fold(beginning) for beginning in hamza_beginnings(bare)))


def without_article(word: str) -> str:
    """The folded word as values of fields are compared: السالمية is سالمية."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def exact(text: str) -> str:
    """The text as written, in one encoding: presentation forms, tatweel and direction marks are not writing."""
    plain = _one_encoding(text.translate(_UNSEEN)).translate(_EXACT).lower()
    # Taking signs away can bring letters together that compose anew.
    return plain if unicodedata.is_normalized("NFKC", plain) else exact(plain)


def folded_words(text: str) -> list[str]:
    """Every word to be found: numbers with strokes whole (`123/45`) and in parts, mixed words in their pieces."""
    words: list[str] = []
    for word in _WORD.findall(fold(text)):
        if word.isalpha() or word.isdecimal():
            words.append(word)
        else:
            words += _forms(word)
    return words


def query_words(text: str) -> list[str]:
    """The words of a query: a number with strokes is asked for whole, and however it was parted."""
    return [_whole(word) for word in _WORD.findall(fold(text))]


def exact_words(text: str) -> list[str]:
    """Words as written, for phrases in quotes: hamza and marks count."""
    return _EXACT_WORD.findall(exact(text))


def _one_encoding(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return compose_hamza(text)


def _forms(word: str) -> Iterator[str]:
    if len(pieces := _PIECE.findall(word)) > 1:
        yield from pieces
    yield _whole(word)


def _whole(word: str) -> str:
    """`123-45` and `123.45` are asked for as `123/45`; words of letters alone stay as they are."""
    return _JOINED.sub("/", word)
