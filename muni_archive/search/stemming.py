"""The tolerant layer: forms of one word, and letters that differ by their dots alone.

A light stemmer takes off articles, clitics and the commonest endings, again and again until nothing comes off:
a word and the same word with one more clitic then end alike, whatever the first pass took for a clitic.
The skeleton then maps letters of one shape to one sign, because recognition (and a worn page) confuses their dots.
"""

from __future__ import annotations

from functools import lru_cache

from muni_archive.search.kept_words import BEGINNINGS, ENDINGS, LENGTHS, ROOTS

ARTICLES = ("وبال", "وكال", "وفال", "ولل", "وال", "بال", "كال", "فال", "لل", "ال")
"""Longest first."""
CLITICS = {"و": 4, "ب": 4, "ل": 4, "ك": 5, "ف": 5}
"""Single letters, with how many letters must stay. ف is cautious: recognition reads ق as ف."""
SUFFIXES = {
    "اتها": 3, "اتهم": 3, "ياته": 3, "هما": 3, "تهما": 3, "تها": 3, "تهم": 3, "تنا": 3, "تكم": 3, "تين": 3, "تان": 3,
    "يات": 3, "يون": 3, "يين": 3, "ها": 3, "هم": 3, "هن": 3, "كم": 3, "نا": 3, "ات": 3, "ون": 3, "ين": 3, "ان": 4,
    "يه": 3, "ته": 3, "ه": 3, "ي": 3,
}  # fmt: skip
"""Endings, with how many letters must stay; `ان` is cautious, because names end so (حمد, حمدان)."""
SHORTEST = 3
SHORTEST_SKELETON = 4
"""A word this short says too little without its dots."""

_SKELETON = str.maketrans("تثنيجحدرسصطعق", "ببببخخذزشضظغف")
_BY_LENGTH = sorted(SUFFIXES.items(), key=lambda item: -len(item[0]))


@lru_cache(maxsize=200_000)
def loose_key(word: str) -> str:
    """The key under which the forms of a folded word meet; numbers and Latin words are left as they are."""
    if not word or not "\u0620" <= word[0] <= "\u064a":
        return word
    root = stem(word)
    return root.translate(_SKELETON) if len(root) >= SHORTEST_SKELETON else root


def stem(word: str) -> str:
    """The folded word without clitics and endings."""
    word = _without_clitics(word).replace("وو", "و")  # داوود داود, مسؤول مسؤل
    while (shorter := _without_ending(word)) != word:
        word = shorter
    return ROOTS.get(word, word)


def _without_clitics(word: str) -> str:
    while word not in ENDINGS:
        article = next((a for a in ARTICLES if word.startswith(a) and len(word) - len(a) >= SHORTEST), "")
        if article:
            rest = word[len(article) :]
            # «للجنة» is «اللجنة» with a clitic: three lams are written as two.
            word = f"ل{rest}" if article.endswith("لل") and _known(f"ل{rest}") else rest
        elif len(word) - 1 >= CLITICS.get(word[0], len(word)) and not _known(word):
            word = word[1:]
        else:
            break
    return word


def _known(word: str) -> bool:
    return any(word[:length] in BEGINNINGS for length in LENGTHS)


def _without_ending(word: str) -> str:
    if word in ENDINGS:
        return word
    for suffix, stays in _BY_LENGTH:
        if word.endswith(suffix) and len(word) - len(suffix) >= stays:
            return word[: -len(suffix)]
    if word.endswith("ت") and len(word) > SHORTEST and word[-2] != "ا":
        return word[:-1]  # what ه of «مؤقتة» took with it, or «رخصتي» leaves
    if word.endswith("ء") and (len(word) > SHORTEST or word[-2:-1] in {"و", "ي"}):
        return word[:-1]
    return word
