"""Ink that no line covers."""

from __future__ import annotations

import cv2
import numpy as np

from muni_archive.ocr.lines.finding import FoundLine
from muni_archive.ocr.lines.missed import missed_lines

LINE = FoundLine(x=500, y=200, length=800, height=50, angle=0.0)


def page() -> np.ndarray:
    paper = np.full((900, 1000), 255, np.uint8)
    for y in (200, 600):
        for x in range(100, 900, 30):
            cv2.rectangle(paper, (x, y - 18), (x + 14, y + 18), (0,), 4)
    return paper


def test_a_line_that_was_passed_over_is_found_by_its_ink() -> None:
    (line,) = missed_lines(page(), 300, [LINE])

    assert abs(line.y - 600) < 12
    assert abs(line.length - 800) < 60


def test_nothing_is_missed_where_all_is_covered() -> None:
    assert missed_lines(page(), 300, [LINE, FoundLine(x=500, y=600, length=800, height=50, angle=0.0)]) == []


def test_rules_dots_and_dark_patches_are_no_lines() -> None:
    paper = np.full((900, 1000), 255, np.uint8)
    cv2.line(paper, (0, 500), (999, 500), (0,), 3)
    cv2.circle(paper, (400, 700), 8, (0,), -1)
    cv2.rectangle(paper, (100, 750), (500, 820), (0,), -1)

    assert missed_lines(paper, 300, [LINE]) == []
