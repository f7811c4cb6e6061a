"""Strips of ink become words: signs with their places and chances, put into the order of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from muni_archive.ocr.lines.alphabet import GAP, SIGNS
from muni_archive.ocr.lines.networks import Chances, read_chances
from muni_archive.ocr.lines.order import Base, direction, logical_order, mirrored
from muni_archive.ocr.lines.strip import HEIGHT, STEP, Strip

_BATCH_COLUMNS = 4000
_PERSIAN_ONLY = re.compile("[۴۵۶]")
_TO_PERSIAN = str.maketrans("٠١٢٣٧٨٩", "۰۱۲۳۷۸۹")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """One sign as it stands: `start` and `end` are columns of the strip, `chance` 0..1 that it is this one."""

    text: str
    start: int
    end: int
    chance: float


@dataclass(frozen=True, kw_only=True, slots=True)
class StripWord:
    """A word in logical order; `signs` beside it in the order of their letters."""

    text: str
    start: int
    end: int
    confidence: float


def read_strips(strips: Sequence[Strip]) -> list[tuple[Sign, ...]]:
    """The signs of each strip, left to right. Strips of like width share a pass."""
    answers: list[tuple[Sign, ...]] = [()] * len(strips)
    for batch in _batches(strips):
        widest = strips[batch[-1]].shape[1]
        paper = np.zeros((len(batch), 1, HEIGHT, widest), np.float32)
        for row, at in enumerate(batch):
            paper[row, 0, :, : strips[at].shape[1]] = strips[at]
        chances = read_chances(paper)
        for row, at in enumerate(batch):
            answers[at] = tuple(_signs(chances[row, : strips[at].shape[1] // STEP]))
    return answers


def _batches(strips: Sequence[Strip]) -> Iterator[list[int]]:
    order = sorted(range(len(strips)), key=lambda at: strips[at].shape[1])
    batch: list[int] = []
    for at in order:
        width = strips[at].shape[1]
        if batch and (width * (len(batch) + 1) > _BATCH_COLUMNS or width > strips[batch[0]].shape[1] * 1.25 + 32):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _signs(chances: Chances) -> Iterator[Sign]:
    """The likeliest sign of every step; steps in a row that agree are one sign."""
    best = chances.argmax(axis=1)
    edges = np.flatnonzero(np.diff(best)) + 1
    for start, end in zip((0, *edges), (*edges, len(best)), strict=True):
        number = int(best[start])
        if number != GAP:
            chance = float(np.exp(chances[start:end, number].max()))
            yield Sign(text=SIGNS[number], start=int(start) * STEP, end=int(end) * STEP, chance=min(1.0, chance))


def words_of(signs: Sequence[Sign], base: Base | None = None) -> list[StripWord]:
    """The words in the order in which they are read; without a `base` the line's own letters decide it."""
    visual = "".join(sign.text for sign in signs)
    owners = [sign for sign in signs for _ in sign.text]
    order = logical_order(visual, base or direction(visual))
    words: list[StripWord] = []
    word: list[tuple[str, Sign]] = []
    for at, turned in [*order, (-1, False)]:
        if at >= 0 and visual[at] != " ":
            word.append((mirrored(visual[at]) if turned else visual[at], owners[at]))
        elif word:
            words.append(_word(word))
            word = []
    return words


def _word(letters: list[tuple[str, Sign]]) -> StripWord:
    signs = {id(sign): sign for _, sign in letters}.values()
    text = "".join(letter for letter, _ in letters)
    if _PERSIAN_ONLY.search(text):
        # Seven of the ten Persian digits look like the Arabic ones: the other three tell.
        text = text.translate(_TO_PERSIAN)
    chance = float(np.prod([sign.chance for sign in signs]))
    return StripWord(
        text=text, start=min(sign.start for sign in signs), end=max(sign.end for sign in signs), confidence=chance
    )
