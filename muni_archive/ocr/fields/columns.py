"""Values that stand below their label: the columns of a table, and the boxes of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, Reading, Word
from muni_archive.ocr.arabic import fold, western_digits
from muni_archive.ocr.fields.labels import bare, propose
from muni_archive.ocr.fields.numbers import LICENCE, REFERENCE
from muni_archive.ocr.fields.places import BLOCK, NUMBER

_HEADINGS: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("parcel", NUMBER, ("قسيمه", "parcel", "plot")),
    ("block", BLOCK, ("قطعه", "block")),
    ("licence", LICENCE, ("رخصه", "ترخيص", "licence", "license", "permit")),
    ("reference", REFERENCE, ("معامله", "مرجع", "وارد", "صادر", "reference")),
)
_LONG_BLOCK = re.compile(r"\d{4,6}|\d{1,6}/\d{1,4}")
"""No block has such a number: where قطعة stands above it, it is a plot."""
_LIKENESS = 0.9
"""A heading above says less than a label beside."""
_DEEPEST, _JUMP = 60, 6.0
"""Rows that a heading speaks for, and the paper between two of them that ends the table, in heights of a line."""


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """Words of one row that stand together; `middle` along the row, in upright pixels."""

    words: tuple[Word, ...]
    middle: float
    key: str


def below_headings(reading: Reading) -> Iterator[FieldProposal]:
    """Numbers in the columns whose heading names a field."""
    lines = [line for line in reading.lines if line.words]
    for at, line in enumerate(lines):
        cells = _cells(line, reading)
        if len(cells) < 2 or any(char.isdigit() for cell in cells for char in cell.key):
            continue
        if any(_field(cell) for cell in cells):
            yield from _values(cells, lines[at : at + _DEEPEST], reading)


def _values(headings: list[_Cell], lines: list[Line], reading: Reading) -> Iterator[FieldProposal]:
    below, height = _place(lines[0].box, reading)[1:]
    for line in lines[1:]:
        _, top, high = _place(line.box, reading)
        if top - below > _JUMP * height:
            return
        below = top
        for word in line.words:
            value = western_digits(bare(word.text))
            heading = min(headings, key=lambda cell: abs(cell.middle - _place(word.box, reading)[0]))
            if (field := _field(heading)) is None:
                continue
            name, shape = field
            if shape.fullmatch(value):
                yield propose(name, value, (word,), likeness=_LIKENESS)
            elif name == "block" and _LONG_BLOCK.fullmatch(value):
                yield propose("parcel", value, (word,), likeness=_LIKENESS * 0.8)
        height = max(height, high)


def _field(cell: _Cell) -> tuple[str, re.Pattern[str]] | None:
    words = cell.key.split()
    for name, shape, labels in _HEADINGS:
        if len(words) <= 3 and any(word.removeprefix("ال") in labels for word in words):
            return name, shape
    return None


def _cells(line: Line, reading: Reading) -> list[_Cell]:
    """The row's words, those with little paper between them together."""
    placed = sorted((_place(word.box, reading)[0], at) for at, word in enumerate(line.words))
    height = _place(line.box, reading)[2]
    groups: list[list[int]] = []
    end = 0.0
    for middle, at in placed:
        wide = _width(line.words[at].box, reading)
        if groups and middle - wide / 2 - end < 0.8 * height:
            groups[-1].append(at)
        else:
            groups.append([at])
        end = middle + wide / 2
    cells = []
    for group in groups:
        words = tuple(line.words[at] for at in sorted(group))
        middles = [_place(word.box, reading)[0] for word in words]
        key = fold(" ".join(bare(word.text) for word in words))
        cells.append(_Cell(words=words, middle=(min(middles) + max(middles)) / 2, key=key))
    return cells


def _place(box: Box, reading: Reading) -> tuple[float, float, float]:
    """Middle along the row, top and height, as the page stands upright."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    if reading.orientation == 90:
        return reading.height - y, float(box.x), float(box.width)
    if reading.orientation == 180:
        return reading.width - x, float(reading.height - box.bottom), float(box.height)
    if reading.orientation == 270:
        return y, float(reading.width - box.right), float(box.width)
    return x, float(box.y), float(box.height)


def _width(box: Box, reading: Reading) -> float:
    return float(box.height if reading.orientation % 180 else box.width)
