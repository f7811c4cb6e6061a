"""Patch codes: four parallel bars across a sheet, wide or narrow. Patch T means a new document.

The six patterns are the orders of two wide and two narrow bars; T is wide-narrow-narrow-wide. A sheet that lies
upside down reads the same, and one that lies on its side is read down the other way.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.imaging.loading import Grey

PATCH_T = "WNNW"
WIDE, NARROW, GAP = 0.2, 0.08, 0.08
"""Inches of a wide bar, a narrow bar and the white between bars."""
_LINES, _AGREE = 24, 5


def has_patch_t(grey: Grey) -> bool:
    """Whether several scan lines, across or down the page, agree on a Patch T."""
    return _read(grey) or _read(np.ascontiguousarray(grey.T))


def _read(grey: Grey) -> bool:
    """Lines down the page: bars lie across it."""
    height, width = grey.shape
    columns = np.linspace(width * 0.1, width * 0.9, _LINES).astype(int)
    soft = cv2.blur(np.ascontiguousarray(grey[:, columns]), (1, 3))
    dark = np.asarray(soft, dtype=np.uint8) < 128
    return sum(_line_has_patch(dark[:, at], height) for at in range(_LINES)) >= _AGREE


def _line_has_patch(dark: NDArray[np.bool_], height: int) -> bool:
    edges = np.flatnonzero(np.diff(dark.astype(np.int8))) + 1
    runs = np.diff(np.concatenate(([0], edges, [height])))
    starts = int(dark[0])  # runs at even places are white when the line begins white
    return any(_is_patch(runs[at : at + 7], height) for at in range(1 - starts, len(runs) - 6, 2))


def _is_patch(runs: NDArray[np.int64], height: int) -> bool:
    """Seven runs, bar and gap in turn: the bars' pattern is T and nothing is out of proportion."""
    bars, gaps = runs[0::2], runs[1::2]
    narrow = float(min(bars[1], bars[2]))
    if narrow < 4 or narrow > height / 60 or max(gaps) > 2 * min(gaps) or min(gaps) < 3:
        return False
    if not 0.5 * narrow <= float(np.mean(gaps)) <= 2 * narrow:
        return False
    pattern = "".join("W" if bar > 1.7 * narrow else "N" for bar in bars)
    widest = float(max(bars))
    return pattern == PATCH_T and widest < 4 * narrow and min(bars[0], bars[3]) > 0.75 * widest
