"""The signs that the line reader tells apart, as numbers; 0 is the gap between two signs.

A text is spelled in *visual* order, left to right as the ink stands. Marks of one letter that stand
above each other (shadda and a vowel) are one sign, because they share their columns.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيٱپچژگڤ\u0640"
_VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0652\u0670"
_SHADDA = "\u0651"
_DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩۴۵۶"
_LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIGNS = " .,:;!?'\"()[]{}<>/\\|-_+=*&%#@$،؛؟٪٫٬«»–…×÷°²³•£€©"

SIGNS: tuple[str, ...] = (
    "", *_LETTERS, *_VOWELS, _SHADDA, *(_SHADDA + vowel for vowel in _VOWELS), *_DIGITS, *_LATIN, *_SIGNS
)  # fmt: skip
"""What each number stands for; a shadda that carries a vowel is written before it."""

GAP = 0
COUNT = len(SIGNS)

_NUMBERS = {sign: number for number, sign in enumerate(SIGNS) if sign}
_SAME_SHAPE = str.maketrans({
    "۰": "٠", "۱": "١", "۲": "٢", "۳": "٣", "۷": "٧", "۸": "٨", "۹": "٩",
    "ک": "ك", "ی": "ي", "ہ": "ه", "ھ": "ه", "—": "–", "―": "–", "‐": "-", "−": "-", "’": "'", "‘": "'",
    "“": '"', "”": '"',
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "·": "•",
})  # fmt: skip


def spell(visual: str) -> list[int]:
    """The numbers of a visual text. Raises `KeyError` on a sign that the reader does not know."""
    numbers: list[int] = []
    text = visual.translate(_SAME_SHAPE)
    at = 0
    while at < len(text):
        pair = text[at : at + 2]
        if len(pair) == 2 and _SHADDA in pair and (joined := _SHADDA + pair.replace(_SHADDA, "", 1)) in _NUMBERS:
            numbers.append(_NUMBERS[joined])
            at += 2
            continue
        numbers.append(_NUMBERS[text[at]])
        at += 1
    return numbers


def known(text: str) -> bool:
    """Whether every sign of the text can be spelled."""
    return all(char in _NUMBERS for char in text.translate(_SAME_SHAPE))


def plain(text: str) -> str:
    """A text as it should be read: composed, without bidi marks, kashida only where it is written for its own sake.

    Kashida lengthens a line and says nothing; after a heh it makes the sign of the Hijri year.
    """
    composed = unicodedata.normalize("NFC", text)
    out = []
    for at, char in enumerate(composed):
        if unicodedata.category(char) == "Cf":
            continue
        if char == "\u0640" and not _is_hijri(composed, at):
            continue
        out.append(char)
    return " ".join("".join(out).split())


def _is_hijri(text: str, at: int) -> bool:
    alone = at < 2 or not text[at - 2].isalpha()
    ends = at + 1 >= len(text) or not (text[at + 1].isalpha() or text[at + 1] == "\u0640")
    return at >= 1 and text[at - 1] == "ه" and alone and ends


def read_out(numbers: Iterable[int]) -> str:
    """The visual text that the numbers spell."""
    return "".join(SIGNS[number] for number in numbers)
