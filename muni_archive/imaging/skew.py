"""How far the lines of a page slant, found where the rows of ink are most distinct."""

from __future__ import annotations

import cv2
import numpy as np

from muni_archive.imaging.ink import Ink

LIMIT = 7.0
"""Degrees either way: papers in a feeder slant less; more is a drawing or a photograph."""


def estimate_skew(ink: Ink) -> float:
    """Degrees clockwise by which the page must be turned to stand straight, at most `LIMIT`."""
    return best_angle(ink)[0]


def best_angle(ink: Ink, steps: tuple[float, ...] = (1.0, 0.2, 0.05)) -> tuple[float, float]:
    """The straightening angle, and how distinct the rows are then."""
    best, contrast, reach = 0.0, row_contrast(ink), LIMIT
    for step in steps:
        count = int(reach / step)
        for angle in best + step * np.arange(-count, count + 1):
            score = row_contrast(shear(ink, float(angle)))
            if score > contrast:
                best, contrast = float(angle), score
        reach = step
    return best, contrast


def row_contrast(ink: Ink) -> float:
    """How sharply lines of text and the gaps between them alternate from row to row."""
    rows = cv2.reduce(ink, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel()
    return float(np.square(np.diff(rows)).sum())


def shear(ink: Ink, degrees: float) -> Ink:
    """Turn by a small angle as a shear: only rows count here, and ink falls into the same ones."""
    height, width = ink.shape
    slope = float(np.tan(np.radians(degrees)))
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]], dtype=np.float32)
    return np.asarray(cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_NEAREST), dtype=np.uint8)
