"""A whole word without its dots: for letters whose dots a scan has lost or recognition has confused.

Stems have such a skeleton too (`stemming.loose_key`), but taking endings off goes wrong where the misread letter is
part of the ending (السالمبة for السالمية), and a short stem says too little without its dots (رخص).
"""

from __future__ import annotations

from functools import lru_cache

SIGN = "~"
"""In front of a skeleton, so that none is taken for a stem."""
SHORTEST = 4
_SHAPES = str.maketrans("تثنيجحدرسصطعق", "ببببخخذزشضظغف")


@lru_cache(maxsize=200_000)
def dotless(word: str) -> str:
    """The key of a folded Arabic word of four letters or more; empty for any other."""
    if len(word) < SHORTEST or not word.isalpha() or not "\u0620" <= word[0] <= "\u064a":
        return ""
    return SIGN + word.translate(_SHAPES)
