"""Finding a label on a line, however the engine spelled it, and the words that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Word
from muni_archive.ocr.arabic import fold, western_digits
from muni_archive.ocr.fields.passages import Passage

_PUNCTUATION = re.compile(r"[^\w/\-.]+|_+", re.UNICODE)
_EDGE = "/-.،:؛()[]"
FILLERS = frozenset({"رقم", "رقمها", "رقمه", "برقم", "no", "number", "ال"})
_CLOSING = "،,.؛"
_OTHER_NUMBERS = frozenset(
    {
        "قطعه",
        "قسيمه",
        "مخطط",
        "هاتف",
        "مدنيه",
        "مدني",
        "منزل",
        "شارع",
        "قانون",
        "ماده",
        "قرار",
        "سجل",
        "صفحه",
        "بند",
        "رخصه",
        "ترخيص",
        "مرجع",
        "معامله",
        "ملف",
    }
)
"""What has numbers of its own: the one after it does not belong to a label further back."""
_GAP = 3.0
"""Paper between two words, in heights of the line, that ends a value."""
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")


@dataclass(frozen=True, slots=True)
class Found:
    """A label was found: `rest` are the words after it (fillers skipped), `likeness` 0..1.

    `at` is its first word's place, `numbered` tells whether `رقم` stands beside it, `closed` whether a sentence ends
    with it.
    """

    rest: tuple[Word, ...]
    likeness: float
    at: int = 0
    numbered: bool = False
    closed: bool = False


def find_labels(passage: Passage, labels: Sequence[str]) -> Iterator[Found]:
    """Every place on the line where one of the labels stands; what follows may stand on the next."""
    words = split_words(passage.words)
    own = len(split_words(passage.words[: passage.own]))
    keys = [_key(word.text) for word in words]
    parts = _parts(tuple(labels))
    at = 0
    while at < own:
        likeness, length = max((_likeness(keys, at, label) for label in parts), default=(0.0, 0))
        if not likeness:
            at += 1
            continue
        start = at + length
        while start < len(words) and (not keys[start] or keys[start] in FILLERS):
            start += 1
        closed = words[at + length - 1].text[-1] in _CLOSING
        beside = {*keys[max(0, at - 1) : at], *keys[at:start]}
        yield Found(tuple(words[start:]), likeness, at, not beside.isdisjoint(FILLERS), closed)
        at += length


def split_words(words: Sequence[Word]) -> list[Word]:
    """The words, cut at colons: engines glue a label to its value (`القطعة:٥`)."""
    parts: list[Word] = []
    for word in words:
        pieces = [piece for piece in re.split("[::]", word.text) if piece]
        parts.extend(Word(text=piece, box=word.box, confidence=word.confidence) for piece in pieces)
    return parts


def together(words: Sequence[Word], most: int) -> list[Word]:
    """The words up to a wide gap: beyond it stands another cell or the drawing."""
    chosen: list[Word] = []
    for word in words[:most]:
        if not bare(word.text):
            continue
        if chosen and paper_between(chosen[-1].box, word.box) > _GAP:
            break
        chosen.append(word)
    return chosen


def paper_between(one: Box, other: Box) -> float:
    """Paper between two words in heights of the lower, whichever way the line runs."""
    height = min(one.height, one.width, other.height, other.width)
    across = max(one.x - other.right, other.x - one.right)
    along = max(one.y - other.bottom, other.y - one.bottom)
    return max(across, along) / max(height, 1)


def bare(text: str) -> str:
    """A word without the punctuation around it."""
    return _PUNCTUATION.sub("", text).strip(_EDGE)


@lru_cache(maxsize=20_000)
def _key(text: str) -> str:
    """The word as labels are compared: each rule asks for it again."""
    return fold(bare(text))


def propose(
    name: str, value: str, words: Sequence[Word], *, likeness: float, warning: str | None = None
) -> FieldProposal:
    """A proposal whose confidence is that of its words, less what the label lacks."""
    confidence = min(word.confidence for word in words) * likeness
    return FieldProposal(
        name=name, value=value, raw=" ".join(word.text for word in words),
        box=Box.around(word.box for word in words), confidence=round(confidence, 3), warning=warning,
    )  # fmt: skip


def number_after(
    name: str,
    passage: Passage,
    labels: Sequence[str],
    pattern: re.Pattern[str],
    *,
    described: int = 0,
    numbered: bool = False,
) -> Iterator[FieldProposal]:
    """The number that follows a label, when it has the right shape.

    So many words may stand between that describe the label, where `رقم` says that a number is meant: `رقم الرخصة
    الأصلية 12/2020`, `محضر اللجنة الفنية رقم 7/2020`. Where the label alone says little, `numbered` asks for `رقم`.
    """
    for found in find_labels(passage, labels):
        told, between = found.numbered, 0
        for word in found.rest:
            value = western_digits(bare(word.text))
            if (told or not (between or numbered)) and pattern.fullmatch(value):
                yield propose(name, value, (word,), likeness=found.likeness)
                break
            says_number = fold(value) in FILLERS
            told, between = told or says_number, between + (not says_number)
            if between > (0 if found.closed else described) or _says_other(word, value):
                break


def _says_other(word: Word, value: str) -> bool:
    """Whether the number after this word is not the label's."""
    stem = fold(value).removeprefix("ال")
    return word.text[-1] in _CLOSING or any(char.isdigit() for char in value) or stem in _OTHER_NUMBERS


def _likeness(keys: list[str], at: int, label: Sequence[str]) -> tuple[float, int]:
    if at + len(label) > len(keys):
        return 0.0, 0
    least = 1.0
    for key, part in zip(keys[at : at + len(label)], label, strict=True):
        least = min(least, _alike(key, part))
        if not least:
            return 0.0, 0
    return least, len(label)


@cache
def _parts(labels: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(label).split()) for label in labels)


@lru_cache(maxsize=100_000)
def _alike(key: str, label: str) -> float:
    """1 for the label itself, less for one wrong letter in five, 0 for another word."""
    best, most = 0.0, len(label) // 4
    for stem in _stems(key) if key else ():
        if abs(len(stem) - len(label)) > most:
            continue
        distance = OSA.distance(stem, label, score_cutoff=most)
        if distance == 0:
            return 1.0
        if distance <= most and stem[0].isalpha():
            best = max(best, 1 - distance / len(label))
    return best


def _stems(key: str) -> Iterator[str]:
    yield key
    for prefix in _PREFIXES:
        if key.startswith(prefix) and len(key) - len(prefix) >= 3:
            yield key[len(prefix) :]
