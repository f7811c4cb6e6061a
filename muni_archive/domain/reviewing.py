"""Words that a person should look at, and a reading as it stands after somebody has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.domain.records import WordReview

SURE_NUMBER, SURE_WORD = 0.9, 0.5
"""Confidence from which a number and a word are taken as read. People look for numbers, and a wrong one is not seen."""
_SAME_PLACE = 0.5
"""Shared area of two boxes, as a share of both together, from which they hold the same word."""


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A word to look at: `line` and `word` count from 0 in the reading."""

    line: int
    word: int
    read: Word
    around: Box
    """The line that it stands on."""

    @property
    def is_number(self) -> bool:
        return _is_number(self.read)


def doubts(reading: Reading) -> tuple[Doubt, ...]:
    """What reads as text but not surely, numbers first; none on a page that could not be read at all."""
    if reading.unreadable:
        return ()
    found = [
        Doubt(line=at, word=place, read=word, around=line.box)
        for at, line in enumerate(reading.lines)
        for place, word in enumerate(line.words)
        if _doubtful(word)
    ]
    return tuple(sorted(found, key=lambda doubt: not doubt.is_number))


def reviewed(reading: Reading, blob: str, reviews: Sequence[WordReview]) -> Reading:
    """The reading (whose name in the vault is `blob`) with what clerks found; its proposals are left as they are.

    A review of an earlier reading counts where the page still has a word in its place.
    """
    decided = dict(_decided(reading, blob, reviews))
    if not decided:
        return reading
    lines = []
    for at, line in enumerate(reading.lines):
        words = tuple(
            replace(word, text=decided.get((at, place), word.text), confidence=_sure(word, (at, place) in decided))
            for place, word in enumerate(line.words)
        )
        lines.append(Line(words=tuple(word for word in words if word.text)))
    return replace(reading, lines=tuple(line for line in lines if line.words))


def _decided(reading: Reading, blob: str, reviews: Sequence[WordReview]) -> Iterator[tuple[tuple[int, int], str]]:
    for review in reviews:
        if review.reading == blob:
            yield (review.line, review.word), review.decided
            continue
        for at, line in enumerate(reading.lines):
            for place, word in enumerate(line.words):
                if _shared(word.box, review.box) >= _SAME_PLACE:
                    yield (at, place), review.decided


def _doubtful(word: Word) -> bool:
    if not any(char.isalnum() for char in word.text):
        return False
    return word.confidence < (SURE_NUMBER if _is_number(word) else SURE_WORD)


def _is_number(word: Word) -> bool:
    return any(char.isdigit() for char in word.text)


def _sure(word: Word, decided: bool) -> float:
    return 1.0 if decided else word.confidence


def _shared(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (one.width * one.height + other.width * other.height - both)
