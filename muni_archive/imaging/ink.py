"""Ink as ones and zeros on a reduced picture, and which of it is likely text."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.imaging.background import flatten_background
from muni_archive.imaging.loading import Grey

Ink: TypeAlias = NDArray[np.uint8]

SURVEY_DPI = 100
"""Orientation and slant are found at this resolution: letters are ten pixels high, a page takes milliseconds."""

_TALLEST, _WIDEST, _SMALLEST = 50, 200, 3


def survey_ink(grey: Grey, dpi: float) -> Ink:
    """Text-like ink of the page at `SURVEY_DPI`: specks, rules, frames, stamps and borders are left out."""
    share = min(1.0, SURVEY_DPI / dpi)
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return text_like(binarise(flatten_background(np.asarray(small, dtype=np.uint8), reach=5)))


def binarise(even: Grey) -> Ink:
    """1 where there is ink, on a page with even background."""
    level, ink = cv2.threshold(even, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    if level > 245:  # nothing but paper grain: Otsu would split noise in half
        ink = (even < 200).astype(np.uint8)
    return np.asarray(ink, dtype=np.uint8)


def text_like(ink: Ink) -> Ink:
    """Only the connected parts that have the size of letters and words."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    keep = (
        (stats[:, cv2.CC_STAT_HEIGHT] < _TALLEST)
        & (stats[:, cv2.CC_STAT_WIDTH] < _WIDEST)
        & (stats[:, cv2.CC_STAT_AREA] >= _SMALLEST)
    )
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.uint8)
