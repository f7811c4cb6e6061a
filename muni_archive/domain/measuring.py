"""Lengths on a drawing: from pixels of its scan to metres of what it shows."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from muni_archive.domain.digits import western

Point = tuple[float, float]
"""Pixels of the master."""

_INCH = 0.0254
_SCALE = re.compile(r"1\s*[:/]\s*(\d{1,6})")
_METRES = re.compile(r"(\d+(?:[.,٫]\d+)?)\s*(?:m|م|متر)?")


def path_length(points: Sequence[Point]) -> float:
    """Of the line through the points, in their unit."""
    return sum(math.dist(one, other) for one, other in zip(points, points[1:], strict=False))


def metres_on_paper(pixels: float, dpi: int) -> float:
    return pixels / dpi * _INCH


def scale_from(text: str, *, pixels: float, dpi: int) -> float | None:
    """What a metre of paper stands for, from `1:100`, or from the true metres of the `pixels` that were measured.

    None for a text that says neither, and for a length before anything was measured.
    """
    plain = western(text).strip()
    if match := _SCALE.fullmatch(plain):
        return float(match[1]) or None
    match = _METRES.fullmatch(plain)
    if match is None or pixels <= 0:
        return None
    return float(match[1].replace(",", ".").replace("٫", ".")) / metres_on_paper(pixels, dpi) or None
