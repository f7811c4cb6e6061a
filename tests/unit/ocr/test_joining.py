"""Which marks could be pieces of one label."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from muni_archive.ocr.lines.finding import FoundLine, Mark
from muni_archive.ocr.lines.joining import by_ink, wholes


def mark(x: float, y: float, *, length: float = 60, thick: float = 16, angle: float = 0.0) -> Mark:
    """A mark of this size; the type it stands for is twice as high as the mark is thick."""
    paper = np.zeros((1000, 1000), np.uint8)
    corners = cv2.boxPoints(((x, y), (length, thick), angle))
    cv2.fillPoly(paper, [np.round(corners).astype(np.int32)], (1,))
    ys, xs = np.nonzero(paper)
    line = FoundLine(x=x, y=y, length=length, height=2 * thick, angle=angle)
    return Mark(line=line, points=np.stack([xs, ys], axis=1).astype(np.float32), grain=1.0)


@pytest.mark.parametrize("angle", [0.0, -35.0, 20.0, 90.0])
def test_pieces_on_one_line_make_a_whole_in_its_direction(angle: float) -> None:
    step = 100 * math.cos(math.radians(angle)), 100 * math.sin(math.radians(angle))
    pieces = [mark(400 + step[0] * at, 400 + step[1] * at, angle=angle) for at in range(3)]

    biggest = max(wholes(pieces), key=lambda whole: len(whole.of))

    assert biggest.of == (0, 1, 2)
    assert abs((biggest.line.angle - angle + 90) % 180 - 90) < 4
    assert abs(biggest.line.length - 260) < 30


def test_lines_that_stand_below_each_other_are_none() -> None:
    assert wholes([mark(400, 400, length=200), mark(400, 445, length=200)]) == []


def test_type_of_another_size_and_far_away_is_none() -> None:
    assert wholes([mark(300, 400), mark(390, 400, thick=60, length=70)]) == []
    assert wholes([mark(300, 400), mark(700, 400)]) == []


def word(angle: float) -> np.ndarray:
    """Five strokes side by side, turned about the middle of the paper."""
    paper = np.full((1000, 1000), 255, np.uint8)
    for at in range(5):
        cv2.rectangle(paper, (430 + 28 * at, 480), (446 + 28 * at, 520), (0,), -1)
    turn = cv2.getRotationMatrix2D((500, 500), -angle, 1.0)
    return np.asarray(cv2.warpAffine(paper, turn, (1000, 1000), borderValue=(255,)), dtype=np.uint8)


@pytest.mark.parametrize("angle", [0.0, 35.0, -60.0])
def test_ink_tells_how_a_word_lies_whose_mark_does_not(angle: float) -> None:
    (whole,) = by_ink(word(angle), [mark(500, 500, length=20)], [0])

    assert abs((whole.line.angle - angle + 90) % 180 - 90) < 4
    assert abs(whole.line.length - 130) < 25
    assert whole.of == (0,)


def test_a_wall_is_no_word() -> None:
    paper = np.full((1000, 1000), 255, np.uint8)
    cv2.line(paper, (50, 500), (950, 500), (0,), 6)

    assert by_ink(paper, [mark(500, 500, length=20)], [0]) == []
