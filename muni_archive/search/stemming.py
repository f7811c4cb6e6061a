"""The tolerant layer: forms of one word, and letters that differ by their dots alone.

A light stemmer takes off articles, clitics and the commonest endings. The skeleton then maps letters of one
shape to one sign, because recognition (and a worn page) confuses their dots.
"""

from __future__ import annotations

from functools import lru_cache

PREFIXES = ("وبال", "وكال", "وفال", "ولل", "وال", "بال", "كال", "فال", "لل", "ال", "وب", "ول", "و", "ف", "ب", "ل", "ك")
"""Longest first; single letters come off long words only."""
SUFFIXES = (
    "اتها",
    "اتهم",
    "هما",
    "تها",
    "تهم",
    "تين",
    "تان",
    "ها",
    "هم",
    "هن",
    "كم",
    "نا",
    "ات",
    "ون",
    "ين",
    "ان",
    "يه",
    "ته",
    "ه",
    "ي",
)
SHORTEST = 3
"""Letters that must stay."""
SHORTEST_SKELETON = 4
"""A word this short says too little without its dots."""

_SKELETON = str.maketrans("تثنيجحدرسصطعق", "ببببخخذزشضظغف")


@lru_cache(maxsize=200_000)
def loose_key(word: str) -> str:
    """The key under which the forms of a folded word meet; numbers and Latin words are left as they are."""
    if not word or not "\u0620" <= word[0] <= "\u064a":
        return word
    root = stem(word)
    return root.translate(_SKELETON) if len(root) >= SHORTEST_SKELETON else root


def stem(word: str) -> str:
    """The folded word without clitics and endings."""
    for prefix in PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST + (len(prefix) == 1):
            word = word[len(prefix) :]
            break
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST:
            return word[: -len(suffix)]
    return word
