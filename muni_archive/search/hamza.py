"""Hamza: one word, several seats. What schools of spelling, case endings and habit write differently meets here.

Seats are unified only where usage differs, so that words which the seat tells apart stay apart; lone hamza stays
a letter (`ماء` is not `ما`). See docs/decisions, "Hamza in searching".
"""

from __future__ import annotations

import re
from functools import lru_cache

_WITH_HAMZA = re.compile(r"(?<![^\W_])[^\W_]*[ؤئء][^\W_]*")  # looked for once a word, however long it is
_OPEN = re.compile(r"[ىی]([\u064b-\u0653\u0656-\u065f\u0670]*)[\u0654\u0674]")
_HUNDRED = re.compile(
    r"^((?:و|ف)?(?:ال|بال|كال|لل|ب|ل|ك)?(?:ثلاث|اربع|خمس|ست|سبع|ثمان|ثماني|تسع)?)مائ(?=(?:ه|تا|تي|تان|تين|ات)$)"
)
_BEFORE_WAW = re.compile(r"(?<=.)[ؤئء](?=و)")
_AFTER_ALEF = re.compile(r"(?<=ا)[ؤئء](?=(?:ه|ها|هم|هما|هن|كم|نا)$|ا)")
_AFTER_YA = re.compile(r"(?<=ي)[ئء]$")
_SEATS = str.maketrans("ؤئ", "وي")


def compose_hamza(text: str) -> str:
    """Hamza above a dotless or Persian ya is one letter too; Unicode composes it on the Arabic ya alone."""
    if "\u0654" in text or "\u0674" in text:
        text = _OPEN.sub(r"ئ\1", text).replace("\u0674", "\u0654")
    return text


def unify_hamza(text: str) -> str:
    """The text, folded but for its hamzas, with the spellings of one word taken together."""
    return _WITH_HAMZA.sub(_unified, text)


def hamza_beginnings(start: str) -> tuple[str, ...]:
    """How folded words may begin that are written with this beginning: its last hamza's seat is still open."""
    plain = start.translate(_SEATS)
    return (plain, f"{start[:-1]}و".translate(_SEATS)) if start[-1:] in {"ئ", "ء"} else (plain,)


def _unified(match: re.Match[str]) -> str:
    return _word(match[0])


@lru_cache(maxsize=50_000)
def _word(word: str) -> str:
    folded = _HUNDRED.sub(r"\1مئ", word)
    folded = _BEFORE_WAW.sub("و", folded)  # مسؤول مسئول مسءول
    folded = _AFTER_ALEF.sub("ء", folded)  # بناؤها بنائها بناءها, قراءة قرائة
    folded = _AFTER_YA.sub("", folded)  # شاطئ شاطىء, شيء شي
    folded = folded.translate(_SEATS)
    return folded if folded == word else _word(folded)
