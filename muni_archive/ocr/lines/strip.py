"""A line cut from a page, made into what the network looks at: one height, white paper at 0, ink at 1."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT = 40
"""Rows of a strip."""
STEP = 4
"""Columns of a strip that make one step of the network."""
MOST_COLUMNS = 2400

Grey = NDArray[np.uint8]
Strip = NDArray[np.float32]


def to_strip(grey: Grey) -> Strip:
    """`grey` (rows × columns, 255 is paper) as HEIGHT rows in 0..1, its width in proportion and a multiple of STEP."""
    rows, columns = grey.shape
    width = min(MOST_COLUMNS, max(2 * STEP, round(columns * HEIGHT / rows)))
    width += -width % STEP
    shrinks = rows > HEIGHT
    sized = cv2.resize(grey, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return stretched(np.asarray(sized, dtype=np.uint8))


def stretched(grey: Grey) -> Strip:
    """Ink as 0..1: the line's paper, its brighter half, becomes 0, its darkest hundredth 1."""
    paper = float(np.percentile(grey, 70))
    ink = float(np.percentile(grey, 1.5))
    span = max(paper - ink, 24.0)
    return np.asarray(np.clip((paper - grey.astype(np.float32)) / span, 0, 1.25), dtype=np.float32)
