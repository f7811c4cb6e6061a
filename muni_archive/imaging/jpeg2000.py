"""JPEG 2000 files keep coarser pictures of themselves: decoding one of those is many times quicker than the whole."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Jpeg2KImagePlugin

from muni_archive.domain.errors import ReadingFailed

MOST_HALVINGS = 5
"""What encoders write when they are not told otherwise."""
_TOP_BYTE = 8

Picture = NDArray[np.uint8]


class _Coarser(Jpeg2KImagePlugin.Jpeg2KImageFile):
    """Pillow rounds a halved side to the nearest pixel, the decoder upwards, and then refuses the file.

    So it is given sides that halve without a rest and come to what the decoder makes of the true ones.
    """

    def ask_for(self, halvings: int) -> None:
        self._reduce, step = halvings, 2**halvings
        self._size = tuple(-(-side // step) * step for side in self.size)


def jpeg2000_size(path: Path) -> tuple[int, int]:
    """Width and height. Raises `ReadingFailed` for what is no JPEG 2000."""
    try:
        with _Coarser(path) as image:
            return image.size
    except (OSError, ValueError, SyntaxError) as exc:
        raise ReadingFailed(detail=str(exc)) from exc


def coarser_jpeg2000(path: Path, scale: float) -> Picture:
    """The coarsest picture in the file that is at least `scale` of the whole: grey, or RGB in the last axis.

    Raises `ReadingFailed`.
    """
    halvings = min(MOST_HALVINGS, max(0, math.floor(math.log2(1 / scale))))
    while True:
        try:
            return _decoded(path, halvings)
        except (OSError, ValueError, SyntaxError) as exc:
            # A file may hold fewer, and only tells when it is asked.
            if halvings == 0:
                raise ReadingFailed(detail=str(exc)) from exc
            halvings -= 1


def _decoded(path: Path, halvings: int) -> Picture:
    with _Coarser(path) as image:
        image.ask_for(halvings)
        image.load()
        if image.mode.startswith("I;16"):
            return (np.asarray(image) >> _TOP_BYTE).astype(np.uint8)
        return np.asarray(image.convert("L" if image.mode in ("L", "LA") else "RGB"), dtype=np.uint8)
