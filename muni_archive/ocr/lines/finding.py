"""Where lines run on a sheet: the network marks the middle of each, and its marks become slanted boxes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.ocr.lines.networks import find_marks

Grey = NDArray[np.uint8]

FINDING_DPI = 120
"""The resolution at which the network knows how large type is."""
_TILE, _OVERLAP = 1024, 160
SHRUNK = 0.5
"""The share of a line's height that the network is taught to mark, about its middle."""
_SURE = 0.5
_LEAST_AREA = 8
_UPRIGHT_RATIO = 2.2


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """A line's ink: centre (x, y), length along the line, height across it, in pixels of the picture.

    `angle` in degrees turns the line's own direction clockwise from the picture's; 90 is a line that
    runs downwards.
    """

    x: float
    y: float
    length: float
    height: float
    angle: float

    @property
    def steep(self) -> bool:
        return abs(self.angle) > 45


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A line as the network marked it: `points` (n × 2: x, y) are the middles of its marks, each `grain` wide."""

    line: FoundLine
    points: NDArray[np.float32]
    grain: float


def find_lines(grey: Grey, dpi: int) -> list[FoundLine]:
    """Lines of a picture (rows × columns, 255 is paper), in no order."""
    return [mark.line for mark in find_marked(grey, dpi)]


def find_marked(grey: Grey, dpi: int) -> list[Mark]:
    """The same lines with the marks that they were made from."""
    share = FINDING_DPI / dpi
    rows, columns = grey.shape
    size = (max(16, round(columns * share)), max(16, round(rows * share)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    marks = _marks(small)
    scale_x, scale_y = columns / size[0] * 2, rows / size[1] * 2
    return list(_boxes(marks, (scale_x + scale_y) / 2))


def _marks(small: Grey) -> NDArray[np.float32]:
    """The network's answer for the whole picture, tile by tile if it is large."""
    rows, columns = small.shape
    if rows <= _TILE and columns <= _TILE:
        return _answer(small)
    marks = np.zeros((-(-rows // 2), -(-columns // 2)), np.float32)
    step = _TILE - _OVERLAP
    for top in range(0, max(1, rows - _OVERLAP), step):
        for left in range(0, max(1, columns - _OVERLAP), step):
            tile = small[top : top + _TILE, left : left + _TILE]
            answer = _answer(tile)
            height, width = answer.shape
            # What stands near a tile's edge is seen whole in the next one.
            cut_top, cut_left = (_OVERLAP // 4 if top else 0), (_OVERLAP // 4 if left else 0)
            place = marks[top // 2 + cut_top : top // 2 + height, left // 2 + cut_left : left // 2 + width]
            place[:] = answer[cut_top : cut_top + place.shape[0], cut_left : cut_left + place.shape[1]]
    return marks


def _answer(tile: Grey) -> NDArray[np.float32]:
    rows, columns = tile.shape
    padded = np.pad(tile, ((0, -rows % 16), (0, -columns % 16)), constant_values=255)
    ink = np.asarray(1 - padded.astype(np.float32) / 255, dtype=np.float32)
    return find_marks(ink)[: -(-rows // 2), : -(-columns // 2)]


def _boxes(marks: NDArray[np.float32], scale: float) -> Iterator[Mark]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats((marks > _SURE).astype(np.uint8), connectivity=4)
    for number in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[number])
        if area < _LEAST_AREA:
            continue
        inside = labels[top : top + height, left : left + width] == number
        ys, xs = np.nonzero(inside)
        points = (np.stack([xs + left, ys + top], axis=1) + 0.5).astype(np.float32) * np.float32(scale)
        yield Mark(line=_box(xs + left, ys + top, area, scale), points=points, grain=scale)


def _box(xs: NDArray[np.intp], ys: NDArray[np.intp], area: int, scale: float) -> FoundLine:
    (x, y), (width, height), angle = cv2.minAreaRect(np.stack([xs, ys], axis=1).astype(np.float32))
    width, height = width + 1, height + 1
    if height > width:
        width, height, angle = height, width, angle - 90
    angle = (angle + 90) % 180 - 90
    if width < height * _UPRIGHT_RATIO:
        # Too short to have a direction: a single sign. It stands like the rest of the page.
        width, height, angle = np.ptp(xs) + 1.0, np.ptp(ys) + 1.0, 0.0
        x, y = (xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2
    thick = min(height, 1.08 * area / max(width, 1.0))
    tall = thick / SHRUNK
    return FoundLine(
        x=(x + 0.5) * scale, y=(y + 0.5) * scale, length=(width + 0.2 * tall) * scale, height=tall * scale,
        angle=angle,
    )  # fmt: skip


def cut_out(
    grey: Grey, line: FoundLine, *, above: float = 0.08, side: float = 0.25
) -> tuple[Grey, NDArray[np.float64]]:
    """The line's ink lying level, and the matrix (2 × 3) from its pixels to the picture's.

    `above` and `side` are how much paper stays around it, as shares of its height.
    """
    height = max(8, round(line.height * (1 + 2 * above)))
    width = max(4, round(line.length + 2 * side * line.height))
    turn = math.radians(line.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    matrix = np.array([
        [cos, -sin, line.x - cos * width / 2 + sin * height / 2],
        [sin, cos, line.y - sin * width / 2 - cos * height / 2],
    ])  # fmt: skip
    flat = cv2.warpAffine(
        grey, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(255,)
    )
    return np.asarray(flat, dtype=np.uint8), matrix
