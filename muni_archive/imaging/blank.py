"""Telling an empty page from one with little on it."""

from __future__ import annotations

import cv2
import numpy as np

from muni_archive.imaging.ink import Ink

MARGIN = 0.04
"""Share of each side that is not looked at: punch holes, copier borders, page edges."""
LETTERS = 4
"""Letter-sized parts near one another that make writing; fewer are stains."""
SMALLEST, LOWEST = 10, 4
"""Pixels (at `ink.SURVEY_DPI`) of a part that may be a letter, and its least height."""
NEAR = 25
"""Pixels between letters of one word or line, a quarter of an inch."""


def is_blank(ink: Ink) -> bool:
    """Whether the survey's ink holds no writing: one short line or a small stamp is writing already."""
    inner = _inner(ink)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inner, connectivity=8, ltype=cv2.CV_32S)
    letters = (stats[:, cv2.CC_STAT_AREA] >= SMALLEST) & (stats[:, cv2.CC_STAT_HEIGHT] >= LOWEST)
    letters[0] = False
    if int(letters.sum()) < LETTERS:
        return True
    marks = np.asarray(letters[labels], dtype=np.uint8)
    near = cv2.dilate(marks, np.ones((NEAR // 3, NEAR), np.uint8))
    _, groups = cv2.connectedComponents(near, connectivity=8, ltype=cv2.CV_32S)
    first = {label: (stats[label, cv2.CC_STAT_LEFT], stats[label, cv2.CC_STAT_TOP]) for label in range(1, count)}
    tally: dict[int, int] = {}
    for label in np.flatnonzero(letters):
        x, y = first[int(label)]
        box = groups[y : y + stats[label, cv2.CC_STAT_HEIGHT], x : x + stats[label, cv2.CC_STAT_WIDTH]]
        group = int(box.max())
        tally[group] = tally.get(group, 0) + 1
    return max(tally.values()) < LETTERS


def ink_share(ink: Ink) -> float:
    """Share of the page that text-like ink covers, 0..1."""
    return float(_inner(ink).mean()) if ink.size else 0.0


def _inner(ink: Ink) -> Ink:
    height, width = ink.shape
    y, x = int(height * MARGIN), int(width * MARGIN)
    return np.ascontiguousarray(ink[y : height - y or None, x : width - x or None])
