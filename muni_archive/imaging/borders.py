"""Dark edges that a copier or an open scanner lid leaves around a page."""

from __future__ import annotations

import cv2
import numpy as np

from muni_archive.imaging.loading import Grey

_SHARE = 8


def whiten_borders(even: Grey) -> Grey:
    """Ink that touches the picture's edge and runs along a good part of it becomes paper."""
    height, width = even.shape
    small = cv2.resize(even, (max(1, width // _SHARE), max(1, height // _SHARE)), interpolation=cv2.INTER_AREA)
    dark = (small < 128).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    touches = (left == 0) | (top == 0) | (right == dark.shape[1]) | (bottom == dark.shape[0])
    long = (stats[:, cv2.CC_STAT_WIDTH] > dark.shape[1] / 4) | (stats[:, cv2.CC_STAT_HEIGHT] > dark.shape[0] / 4)
    border = touches & long
    border[0] = False
    if not border.any():
        return even
    mask = cv2.dilate(border[labels].astype(np.uint8), np.ones((3, 3), np.uint8))
    mask = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(np.where(mask > 0, np.uint8(255), even), dtype=np.uint8)
