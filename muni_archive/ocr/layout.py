"""The order in which the lines of a page are read: columns from the right, rows from above, in a row from the right.

A table is read across, row by row; columns of running text are read down, one after the other. What tells them
apart is what stands in them: running text has lines of several words that fill their column.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Protocol, TypeVar

from muni_archive.ocr.lines.finding import FoundLine


class Placed(Protocol):
    """A line with its place, and how many words it has."""

    @property
    def found(self) -> FoundLine: ...

    @property
    def words(self) -> Sequence[object]: ...


Line = TypeVar("Line", bound=Placed)

_GUTTER = 0.8
"""Narrowest gap between two columns, in heights of a line."""
_JUMP = 4.0
"""Paper between two rows, in heights of a line, that ends the columns above it."""
_FEWEST_LINES, _FEWEST_WORDS = 3, 3.5
_SHORTEST = 7.0
"""Half of the lines of running text are at least this long, in heights of a line."""
_FILLED = 0.6
"""Share of its column that a full line takes."""


def in_order(lines: Sequence[Line]) -> list[list[Line]]:
    """Rows of lines as they are read; what belongs to one table stays in one row."""
    return _ordered(_rows(lines))


def _ordered(rows: list[list[Line]]) -> list[list[Line]]:
    ordered: list[list[Line]] = []
    at = 0
    while at < len(rows):
        count, gutter = _columns(rows[at:])
        if count:
            band = [line for row in rows[at : at + count] for line in row]
            ordered += in_order([line for line in band if line.found.x > gutter])
            ordered += in_order([line for line in band if line.found.x <= gutter])
            at += count
        else:
            ordered.append(sorted(rows[at], key=lambda line: -_right(line)))
            at += 1
    return ordered


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.found.y):
        if rows and _same_row(rows[-1][-1].found, line.found):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _same_row(one: FoundLine, other: FoundLine) -> bool:
    return abs(one.y - other.y) < 0.4 * min(one.height, other.height) + 1


def _columns(rows: Sequence[Sequence[Placed]]) -> tuple[int, float]:
    """How many of the rows, from the first on, stand in columns of running text, and where the gutter is; 0 if none."""
    lines = [line for row in rows for line in row]
    least = _GUTTER * median(line.found.height for line in lines)
    gaps = [(min(map(_left, lines)), max(map(_right, lines)))]
    count, chosen, below = 0, gaps, rows[0][0].found.y
    for row in rows:
        top = min(line.found.y - line.found.height / 2 for line in row)
        left = _without(gaps, row, least)
        if not left or top - below > _JUMP * row[0].found.height:
            break
        gaps = chosen = left
        below = max(line.found.y + line.found.height / 2 for line in row)
        count += 1
    band = [line for row in rows[:count] for line in row]
    for start, end in sorted(chosen, key=lambda gap: gap[0] - gap[1]):
        gutter = (start + end) / 2
        sides = [line for line in band if line.found.x > gutter], [line for line in band if line.found.x <= gutter]
        if all(_running(side) or _columns(_rows(side))[0] for side in sides if side) and all(sides):
            return count, gutter
    return 0, 0.0


def _without(gaps: list[tuple[float, float]], row: Sequence[Placed], least: float) -> list[tuple[float, float]]:
    """What of the gaps the row leaves free, at least `least` wide."""
    for line in row:
        left, right = _left(line), _right(line)
        gaps = [part for start, end in gaps for part in ((start, min(end, left)), (max(start, right), end))]
        gaps = [(start, end) for start, end in gaps if end - start >= least]
    return gaps


def _running(lines: Sequence[Placed]) -> bool:
    """Whether these lines are text that runs on from one to the next."""
    if len(lines) < _FEWEST_LINES:
        return False
    width = max(map(_right, lines)) - min(map(_left, lines))
    full = sum(line.found.length >= _FILLED * width for line in lines)
    return (
        full >= len(lines) / 2
        and median(line.found.length / line.found.height for line in lines) >= _SHORTEST
        and median(len(line.words) for line in lines) >= _FEWEST_WORDS
    )


def _left(line: Placed) -> float:
    return line.found.x - line.found.length / 2


def _right(line: Placed) -> float:
    return line.found.x + line.found.length / 2
