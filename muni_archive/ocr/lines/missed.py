"""Ink that no found line covers: a second search, by the ink alone, for what the network has passed over."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.ocr.lines.finding import FoundLine

Grey = NDArray[np.uint8]

_DPI = 100
_INK = 150
_COVER = 1.35
"""A found line covers this many of its heights: the ends of its letters reach beyond it."""
_HEIGHTS = (0.45, 2.2)
"""What is lower or higher than this, in heights of the page's lines, is no line of its type."""
_DENSITY = (0.08, 0.65)
_LINE_HEIGHT = 0.16
"""Inches: what a line is taken to measure where none was found to go by."""


def missed_lines(grey: Grey, dpi: int, found: Sequence[FoundLine]) -> list[FoundLine]:
    """Level lines of ink (rows × columns, 255 is paper) outside the found ones, in the picture's pixels."""
    share = _DPI / dpi
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    ink = (small < _INK).astype(np.uint8)
    for line in found:
        corners = cv2.boxPoints(((line.x, line.y), (line.length + line.height, line.height * _COVER), line.angle))
        cv2.fillPoly(ink, [np.round(corners * share).astype(np.int32)], (0,))
    height = median(line.height for line in found) * share if found else _LINE_HEIGHT * _DPI
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, max(3, round(height * 0.9))), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lines = []
    for left, top, width, high, _ in stats[1:count].tolist():
        if not _HEIGHTS[0] * height <= high <= _HEIGHTS[1] * height or width < high:
            continue
        density = float(ink[top : top + high, left : left + width].mean())
        if _DENSITY[0] <= density <= _DENSITY[1]:
            lines.append(
                FoundLine(
                    x=(left + width / 2) / share, y=(top + high / 2) / share,
                    length=width / share, height=high / share, angle=0.0,
                )
            )  # fmt: skip
    return lines
