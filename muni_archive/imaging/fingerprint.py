"""Fingerprints of pages: two scans of one page are near each other, two pages of one layout are not."""

from __future__ import annotations

import cv2
import numpy as np

from muni_archive.imaging.background import flatten_background
from muni_archive.imaging.loading import Grey

SIDE = 32
"""Cells a side. Text pages of one layout differ only in where words end, so 64 bits are far too few."""
LOOKS_ALIKE = 150
"""Of `SIDE` × `SIDE` bits, how many may differ; see tests/benchmarks/fingerprints.py for what was measured."""


def fingerprint(grey: Grey) -> str:
    """The page's bits in hex: which cells are darker than the page is on the whole."""
    even = flatten_background(grey, reach=5)
    soft = cv2.GaussianBlur(cv2.resize(even, (SIDE * 8, SIDE * 8), interpolation=cv2.INTER_AREA), (0, 0), 5)
    cells = cv2.resize(soft, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    around = cv2.blur(cells, (7, 7))
    bits = cells < around - 0.5
    return np.packbits(bits).tobytes().hex()


def fingerprint_distance(one: str, other: str) -> int:
    """How many bits differ; fingerprints of different make are as far apart as can be."""
    if len(one) != len(other) or not one:
        return SIDE * SIDE
    return (int(one, 16) ^ int(other, 16)).bit_count()
