"""Labels that the finder has marked in pieces, or without telling how they lie, as it does with those aslant.

What belongs together is only guessed here, by place and size. Whether it does, the reading tells: of the pieces and
the whole stays what has more signs read well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.ocr.lines.finding import SHRUNK, FoundLine, Mark
from muni_archive.ocr.lines.looking import ReadLine, read_found

Grey = NDArray[np.uint8]

_REACH = 2.2
"""Paper between two pieces of one label at most, in heights of its type: a word's gap and a few signs not marked."""
_LIKE = 2.6
"""Of two pieces of one label none is higher than the other by more than this."""
_THIN = 1.9
"""A whole is no thicker than this many of its pieces: else they stand beside each other."""
_LONG = 2.5
_LONGEST = 16.0
"""Heights of a line beyond which the finder does not leave one in pieces."""
_BETTER = 0.3
"""Gain by which the whole must read better than its pieces together."""


_DOUBTFUL = 0.85
"""What reads worse may lie otherwise than it seemed."""
_INK, _LOWEST = 150, 16.0
_WINDOW, _WALL, _HANGS, _SQUARE = 4.0, 3.0, 0.3, 0.6
"""In heights of the type: how far to look about a mark, how long ink is a wall, how near signs of one label stand; and
the share of its length that a box is high when it may lie either way.
"""

_READABLE = 0.5
"""Gain without which a whole is none, however badly its pieces read."""

Rect = tuple[tuple[float, float], tuple[float, float], float]
"""A slanted box as OpenCV has it: centre, size, degrees."""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A line that the marks `of` these numbers would make together."""

    line: FoundLine
    of: tuple[int, ...]


def join(grey: Grey, marks: Sequence[Mark], read: Sequence[ReadLine]) -> list[ReadLine]:
    """The lines as they were `read` from the marks, and wholes in place of those pieces that they read better than."""
    pieces = {_place(line.found): line for line in read}
    doubtful = [at for at, mark in enumerate(marks) if pieces[_place(mark.line)].confidence < _DOUBTFUL]
    guesses = [*wholes(marks), *by_ink(grey, marks, doubtful)]
    answers = {_place(line.found): line for line in read_found(grey, [guess.line for guess in guesses])}
    gains = []
    for guess in guesses:
        apart = sum(pieces[_place(marks[at].line)].gain for at in guess.of)
        gain = answers[_place(guess.line)].gain
        gains.append(gain - apart if gain >= _READABLE else 0.0)
    gone: set[int] = set()
    better = []
    for at in sorted(range(len(guesses)), key=lambda at: -gains[at]):
        if gains[at] >= _BETTER and gone.isdisjoint(guesses[at].of):
            gone.update(guesses[at].of)
            better.append(answers[_place(guesses[at].line)])
    left = [mark.line for at, mark in enumerate(marks) if at not in gone]
    return [pieces[_place(line)] for line in left if not any(_covers(whole.found, line) for whole in better)] + better


def _covers(whole: FoundLine, piece: FoundLine) -> bool:
    """Whether a mark lies in a line that has been read whole, and so is a part of it that was left out."""
    x, y = piece.x - whole.x, piece.y - whole.y
    cos, sin = math.cos(math.radians(whole.angle)), math.sin(math.radians(whole.angle))
    along, across = abs(x * cos + y * sin), abs(y * cos - x * sin)
    return along < whole.length / 2 and across < whole.height / 2 and piece.length < whole.length / 2


def _place(line: FoundLine) -> tuple[float, float]:
    return line.x, line.y


def wholes(marks: Sequence[Mark]) -> list[Whole]:
    """Every line that two or more marks could make, none twice."""
    found: dict[tuple[int, ...], Whole] = {}
    thick = [_thickness(mark) for mark in marks]
    ends = [_hull(mark) for mark in marks]
    for one, other in _near(marks, thick, ends):
        whole = _along(one, other, marks, thick)
        if whole and whole.of not in found:
            found[whole.of] = whole
    return list(found.values())


def by_ink(grey: Grey, marks: Sequence[Mark], which: Sequence[int]) -> list[Whole]:
    """The lines that the ink about some of the marks makes, as it lies: a short word's mark does not tell how."""
    found: dict[tuple[int, ...], list[Whole]] = {}
    for at in which:
        rect = _ink_about(grey, marks[at])
        if rect is None:
            continue
        for line in _lain(rect):
            of = tuple(other for other, mark in enumerate(marks) if other == at or _covers(line, mark.line))
            if not any(_place(line) == _place(known.line) for known in found.get(of, ())):
                found.setdefault(of, []).append(Whole(line=line, of=of))
    return [whole for same in found.values() for whole in same]


def _ink_about(grey: Grey, mark: Mark) -> Rect | None:
    """The slanted box about the ink that hangs together where the mark is; None when that is no label's."""
    high = max(_thickness(mark) / SHRUNK, _LOWEST)
    reach = round(_WINDOW * high + mark.line.length / 2)
    left, top = max(0, round(mark.line.x) - reach), max(0, round(mark.line.y) - reach)
    ink = (grey[top : top + 2 * reach, left : left + 2 * reach] < _INK).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wall = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) > _WALL * high + mark.line.length
    ink[wall[labels]] = 0
    wide = 2 * round(_HANGS * high) + 1
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))), connectivity=8
    )
    rows, columns = labels.shape
    number = int(labels[min(rows - 1, round(mark.line.y) - top), min(columns - 1, round(mark.line.x) - left)])
    if number == 0:
        return None
    x, y, width, height, _ = stats[number].tolist()
    if x == 0 or y == 0 or x + width == columns or y + height == rows:
        return None
    ys, xs = np.nonzero(ink * (labels == number))
    (x, y), (across, down), angle = cv2.minAreaRect(np.stack([xs + left, ys + top], axis=1).astype(np.float32))
    return (x + 0.5, y + 0.5), (across, down), angle


def _lain(rect: Rect) -> list[FoundLine]:
    """The line in the box's longer direction; in the other one too, when it is hardly longer."""
    (x, y), (width, height), angle = rect
    if height > width:
        width, height, angle = height, width, angle - 90
    lines = []
    for length, high, turn in ((width, height, angle), (height, width, angle + 90)):
        if high >= _LOWEST and (turn == angle or length > _SQUARE * high):
            way = (turn + 90) % 180 - 90
            lines.append(
                FoundLine(x=x + (turn != angle) * 1e-3, y=y, length=length + 0.2 * high, height=high, angle=way)
            )
    return lines


def _near(marks: Sequence[Mark], thick: Sequence[float], ends: Sequence[NDArray[np.float32]]) -> list[tuple[int, int]]:
    pairs = []
    for one, mark in enumerate(marks):
        for other in range(one + 1, len(marks)):
            high, low = max(thick[one], thick[other]), min(thick[one], thick[other])
            reach = (high / SHRUNK) * _REACH
            far = abs(mark.line.x - marks[other].line.x), abs(mark.line.y - marks[other].line.y)
            if high > _LIKE * low or max(far) > reach + (mark.line.length + marks[other].line.length) / 2:
                continue
            gaps = np.linalg.norm(ends[one][:, None] - ends[other][None], axis=2)
            if float(gaps.min()) <= reach:
                pairs.append((one, other))
    return pairs


def _along(one: int, other: int, marks: Sequence[Mark], thick: Sequence[float]) -> Whole | None:
    """The line through both, with whatever else lies on it."""
    line = _fit([marks[one], marks[other]])
    high = max(thick[one], thick[other])
    chosen = {one, other}
    cos, sin = math.cos(math.radians(line.angle)), math.sin(math.radians(line.angle))
    grew = True
    left, right = -line.length / 2, line.length / 2
    while grew:
        grew = False
        for at, mark in enumerate(marks):
            if at in chosen or thick[at] > _LIKE * high or high > _LIKE * thick[at]:
                continue
            x, y = mark.line.x - line.x, mark.line.y - line.y
            if abs(x) + abs(y) > _LONGEST * high / SHRUNK:
                continue
            along, across = (mark.points - (line.x, line.y)) @ np.array([cos, sin]), y * cos - x * sin
            reach = _REACH * high / SHRUNK
            if abs(across) < 0.8 * high and along.min() < right + reach and along.max() > left - reach:
                chosen.add(at)
                left, right, grew = min(left, float(along.min())), max(right, float(along.max())), True
    whole = _fit([marks[at] for at in sorted(chosen)])
    tall = max(thick[at] for at in chosen)
    if whole.height * SHRUNK > _THIN * tall or not _LONG < whole.length / whole.height < _LONGEST:
        return None
    return Whole(line=whole, of=tuple(sorted(chosen)))


def _fit(marks: Sequence[Mark]) -> FoundLine:
    """The slanted box about the marks; its height is what the thickest of them says."""
    points = np.concatenate([mark.points for mark in marks])
    (x, y), (width, height), angle = cv2.minAreaRect(points)
    width, height = width + marks[0].grain, height + marks[0].grain
    if height > width:
        width, height, angle = height, width, angle - 90
    angle = (angle + 90) % 180 - 90
    tall = height / SHRUNK * 0.9
    return FoundLine(x=x, y=y, length=width + 0.2 * tall, height=tall, angle=angle)


def _thickness(mark: Mark) -> float:
    """Of the mark across its line; for a single sign, which has no direction, the shorter side."""
    _, (width, height), _ = cv2.minAreaRect(mark.points)
    return float(min(width, height)) + mark.grain


def _hull(mark: Mark) -> NDArray[np.float32]:
    return np.asarray(cv2.convexHull(mark.points), dtype=np.float32).reshape(-1, 2)
