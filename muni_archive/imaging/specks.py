"""Taking the pepper of copying and faxing off a page, and leaving the dots of the letters on it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.imaging.background import flatten_background
from muni_archive.imaging.ink import Ink, binarise
from muni_archive.imaging.loading import Grey

SPECK_INCHES = 0.0116
"""Side of the largest speck: 3.5 pixels at 300 dpi, below the dots of 8-point print."""

_SAMPLE = 1200
_SHARE, _COUNT, _WHITE = 0.4, 60, 235


def remove_specks(grey: Grey, dpi: float) -> Grey:
    """The page without isolated specks; unchanged when a look at its middle shows too few to matter."""
    limit = (SPECK_INCHES * dpi) ** 2
    if limit < 4 or not _peppered(grey, limit):
        return grey
    labels, small = _small_parts(binarise(flatten_background(grey)), limit)
    halo = cv2.dilate(small[labels].astype(np.uint8), np.ones((3, 3), np.uint8))
    solid = ~small
    solid[0] = False
    return np.asarray(np.where((halo > 0) & ~solid[labels], np.uint8(255), grey), dtype=np.uint8)


def _peppered(grey: Grey, limit: float) -> bool:
    """Pepper lies on paper that copying has made white; small spots on grainy grey paper are its grain."""
    top, left = (max(0, (side - _SAMPLE) // 2) for side in grey.shape)
    middle = flatten_background(np.ascontiguousarray(grey[top : top + _SAMPLE, left : left + _SAMPLE]))
    ink = binarise(middle)
    paper = middle[ink == 0]
    if not paper.size or float(np.percentile(paper, 5)) < _WHITE:
        return False
    _, small = _small_parts(ink, limit)
    count = int(small.sum())
    return count >= _COUNT and count >= _SHARE * len(small)


def _small_parts(ink: Ink, limit: float) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    small = np.asarray(stats[:, cv2.CC_STAT_AREA] <= limit)
    small[0] = False
    return np.asarray(labels, dtype=np.int32), small
