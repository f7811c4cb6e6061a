"""Lines as the text runs: where a line is full, the next one's first words belong to what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word

_MORE = 8
"""Words of the next line that a value may reach into."""
_FEWEST_WORDS, _SHORTEST = 5, 9.0
"""A line of running text has so many words and is so long, in heights of a word."""
_PITCH = 2.6
"""Two lines of one paragraph stand at most this far apart, in heights of a word."""
_GUTTER = 2.0
"""Words further apart than this, in heights of a word, stand in cells of their own."""
_ALIGNED, _INDENT, _NEIGHBOURS = 1.5, 4.0, 8


@dataclass(frozen=True, kw_only=True)
class Passage:
    """The words of a line, `own` in number, and after them those of the next line into which it runs on."""

    words: tuple[Word, ...]
    own: int


def whole(line: Line) -> Passage:
    """A line that stands alone."""
    return Passage(words=line.words, own=len(line.words))


def passages(reading: Reading) -> Iterator[Passage]:
    """Every line, in order."""
    lines = reading.lines
    shapes = [_shape(line, reading) for line in lines]
    for at, line in enumerate(lines):
        more: tuple[Word, ...] = ()
        if at + 1 < len(lines):
            near = shapes[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
            if _runs_on(shapes[at], shapes[at + 1], near):
                more = lines[at + 1].words[:_MORE]
        yield Passage(words=line.words + more, own=len(line.words))


def upright(box: Box, reading: Reading) -> Box:
    """The box as it lies when the page stands upright."""
    if reading.orientation == 90:
        return Box(reading.height - box.bottom, box.x, box.height, box.width)
    if reading.orientation == 180:
        return Box(reading.width - box.right, reading.height - box.bottom, box.width, box.height)
    if reading.orientation == 270:
        return Box(box.y, reading.width - box.right, box.height, box.width)
    return box


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """Where a line that runs to the left begins (`first` word), and ends (`left`)."""

    first: Box
    left: int
    words: int
    height: float


def _shape(line: Line, reading: Reading) -> _Shape | None:
    """None for a line without words, one that runs to the right, and a row of cells."""
    if not line.words:
        return None
    boxes = [upright(word.box, reading) for word in line.words]
    if boxes[0].right < boxes[-1].right:
        return None
    height = median(box.height for box in boxes)
    if any(one.x - other.right > _GUTTER * height for one, other in pairwise(boxes)):
        return None
    return _Shape(first=boxes[0], left=min(box.x for box in boxes), words=len(boxes), height=max(1.0, height))


def _runs_on(line: _Shape | None, after: _Shape | None, near: Sequence[_Shape | None]) -> bool:
    """Whether the next line's first word would not have found room on this one any more."""
    if line is None or after is None:
        return False
    height, right = line.height, line.first.right
    if line.words < _FEWEST_WORDS or right - line.left < _SHORTEST * height:
        return False
    below, further = after.first.y - line.first.y, after.first.right - right
    if not 0 < below < _PITCH * height or not -_ALIGNED * height < further < _INDENT * height:
        return False
    edge = min(one.left for one in near if one and abs(one.first.right - right) < _INDENT * height)
    return line.left - after.first.width < edge + height
