"""The cells of a row: words with little paper between them, and how cells stand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.ocr.arabic import fold
from muni_archive.ocr.fields.labels import bare
from muni_archive.ocr.fields.passages import upright

_GUTTER = 0.8
"""Paper between two cells, in heights of a word."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Words of one row that stand together, and where they lie on the upright page; `keys` are folded."""

    words: tuple[Word, ...]
    place: Box
    keys: tuple[str, ...]


def cells_of(line: Line, reading: Reading) -> list[Cell]:
    """The row's words, those with little paper between them together; from the left."""
    placed = sorted(((upright(word.box, reading), at) for at, word in enumerate(line.words)), key=lambda one: one[0].x)
    least = _GUTTER * median(box.height for box, _ in placed)
    groups: list[list[tuple[Box, int]]] = []
    end = 0
    for box, at in placed:
        if groups and box.x - end < least:
            groups[-1].append((box, at))
        else:
            groups.append([(box, at)])
        end = max(end, box.right)
    return [_made(line, group) for group in groups]


def _made(line: Line, group: Sequence[tuple[Box, int]]) -> Cell:
    words = tuple(line.words[at] for _, at in sorted(group, key=lambda one: one[1]))
    keys = tuple(key for word in words if (key := fold(bare(word.text))))
    return Cell(words=words, place=Box.around(box for box, _ in group), keys=keys or ("",))


def apart(heading: Cell, cell: Cell) -> float:
    """Cells of one column share their right edge, their left one or their middle."""
    one, other = heading.place, cell.place
    middles = abs(one.x + one.width / 2 - other.x - other.width / 2)
    return min(abs(one.right - other.right), abs(one.x - other.x), middles)


def overlap(heading: Cell, cell: Cell) -> bool:
    """Whether one stands above the other."""
    one, other = heading.place, cell.place
    return min(one.right, other.right) - max(one.x, other.x) > min(one.width, other.width) / 2
