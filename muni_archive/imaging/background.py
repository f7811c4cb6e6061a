"""Even paper: dividing a page by its own local background, so that shadows and grey paper turn white."""

from __future__ import annotations

import cv2
import numpy as np

from muni_archive.imaging.loading import Grey

_SMALL = 8
"""The background is estimated at an eighth of the size: it is smooth, and this is where the time goes."""


def flatten_background(grey: Grey, *, reach: int = 9) -> Grey:
    """Paper becomes 255, the darkest ink about 0. `reach` × 8 pixels must be wider than any stroke."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // _SMALL), max(1, height // _SMALL)), interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, np.ones((reach, reach), np.uint8))
    paper = cv2.medianBlur(paper, _odd(min(2 * reach + 1, *small.shape)))
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(grey, paper, scale=255)
    return _stretch(np.asarray(even, dtype=np.uint8), small.size)


def _stretch(even: Grey, sample: int) -> Grey:
    """Pull the darkest half percent to black: faint ink is then as dark as fresh."""
    step = max(1, int((even.size / max(sample, 1)) ** 0.5))
    dark = float(np.percentile(even[::step, ::step], 0.5))
    if dark <= 8 or dark >= 240:
        return even
    table = np.clip((np.arange(256) - dark) * 255 / (255 - dark), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(even, table), dtype=np.uint8)


def _odd(size: int) -> int:
    return max(3, size - 1 + size % 2)
