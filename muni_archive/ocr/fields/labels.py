"""Finding a label on a line, however the engine spelled it, and the words that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, Word
from muni_archive.ocr.arabic import fold, western_digits

_PUNCTUATION = re.compile(r"[^\w/\-.]+|_+", re.UNICODE)
_EDGE = "/-.،:؛()[]"
FILLERS = frozenset({"رقم", "رقمها", "رقمه", "no", "number", "ال"})
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")


@dataclass(frozen=True, slots=True)
class Found:
    """A label was found: `rest` are the words after it (fillers skipped), `likeness` 0..1."""

    rest: tuple[Word, ...]
    likeness: float


def find_labels(line: Line, labels: Sequence[str]) -> Iterator[Found]:
    """Every place on the line where one of the labels stands."""
    words = split_words(line)
    keys = [fold(bare(word.text)) for word in words]
    at = 0
    while at < len(words):
        likeness, length = max((_likeness(keys, at, fold(label).split()) for label in labels), default=(0.0, 0))
        if not likeness:
            at += 1
            continue
        at += length
        start = at
        while start < len(words) and (not keys[start] or keys[start] in FILLERS):
            start += 1
        yield Found(tuple(words[start:]), likeness)


def split_words(line: Line) -> list[Word]:
    """The line's words, cut at colons: engines glue a label to its value (`القطعة:٥`)."""
    parts: list[Word] = []
    for word in line.words:
        pieces = [piece for piece in re.split("[::]", word.text) if piece]
        parts.extend(Word(text=piece, box=word.box, confidence=word.confidence) for piece in pieces)
    return parts


def bare(text: str) -> str:
    """A word without the punctuation around it."""
    return _PUNCTUATION.sub("", text).strip(_EDGE)


def propose(
    name: str, value: str, words: Sequence[Word], *, likeness: float, warning: str | None = None
) -> FieldProposal:
    """A proposal whose confidence is that of its words, less what the label lacks."""
    confidence = min(word.confidence for word in words) * likeness
    return FieldProposal(
        name=name, value=value, raw=" ".join(word.text for word in words),
        box=Box.around(word.box for word in words), confidence=round(confidence, 3), warning=warning,
    )  # fmt: skip


def number_after(name: str, line: Line, labels: Sequence[str], pattern: re.Pattern[str]) -> Iterator[FieldProposal]:
    """The number that follows a label at once, when it has the right shape."""
    for found in find_labels(line, labels):
        if not found.rest:
            continue
        word = found.rest[0]
        value = western_digits(bare(word.text))
        if pattern.fullmatch(value):
            yield propose(name, value, (word,), likeness=found.likeness)


def _likeness(keys: list[str], at: int, label: list[str]) -> tuple[float, int]:
    if at + len(label) > len(keys):
        return 0.0, 0
    each = [_alike(key, part) for key, part in zip(keys[at:], label, strict=False)]
    return (min(each), len(label)) if all(each) else (0.0, 0)


def _alike(key: str, label: str) -> float:
    """1 for the label itself, less for one wrong letter in five, 0 for another word."""
    if not key:
        return 0.0
    best = 0.0
    for stem in _stems(key):
        distance = OSA.distance(stem, label)
        if distance == 0:
            return 1.0
        if distance <= len(label) // 4 and stem[0].isalpha():
            best = max(best, 1 - distance / len(label))
    return best


def _stems(key: str) -> Iterator[str]:
    yield key
    for prefix in _PREFIXES:
        if key.startswith(prefix) and len(key) - len(prefix) >= 3:
            yield key[len(prefix) :]
