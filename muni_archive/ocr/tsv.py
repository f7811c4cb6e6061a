"""Tesseract's table of words: logical order, places and confidences in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from muni_archive.domain.reading import Line, Word
from muni_archive.ocr.arabic import has_content, tidy_word
from muni_archive.ocr.preparing import MasterFrame

_WORD = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadWord:
    """A word as the engine saw it: its box is in the picture that it was given."""

    line: tuple[int, int, int]
    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float


def parse_tsv(table: str) -> Iterator[ReadWord]:
    """The words that hold a letter or a digit, or stand between such as punctuation."""
    for row in table.splitlines()[1:]:
        cells = row.split("\t", 11)
        if len(cells) < 12 or int(cells[0]) != _WORD:
            continue
        text = tidy_word(cells[11])
        if text:
            left, top, width, height = map(int, cells[6:10])
            yield ReadWord(
                line=(int(cells[2]), int(cells[3]), int(cells[4])), text=text, left=left, top=top,
                width=width, height=height, confidence=max(0.0, float(cells[10]) / 100),
            )  # fmt: skip


def to_lines(words: Iterator[ReadWord] | list[ReadWord], frame: MasterFrame) -> tuple[Line, ...]:
    """Words by line, with their places in the master; lines without a letter or digit are dirt."""
    lines = []
    for _, group in groupby(words, key=lambda word: word.line):
        placed = tuple(
            Word(text=w.text, box=frame.box(w.left, w.top, w.width, w.height), confidence=round(w.confidence, 3))
            for w in group
        )
        if any(has_content(word.text) for word in placed):
            lines.append(Line(words=placed))
    return tuple(lines)
