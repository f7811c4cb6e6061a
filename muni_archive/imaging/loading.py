"""Bringing a page's picture into memory as grey values, reduced while decoding where it is huge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.domain.errors import ReadingFailed

Grey: TypeAlias = NDArray[np.uint8]

PIXELS_AT_ONCE = 40_000_000
"""More than this is decoded reduced: an A1 sheet at 200 dpi has 31, and a worker stays below 400 MB."""

_REDUCED = {1: cv2.IMREAD_GRAYSCALE, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Grey values, white 255; `width` and `height` are those of the file, which may have been reduced."""

    grey: Grey
    width: int
    height: int


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height from the file's head, without decoding it. Raises `ReadingFailed`."""
    from PIL import Image, UnidentifiedImageError

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(path) as image:
            return image.size
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError) as exc:
        raise ReadingFailed(detail=str(exc)) from exc
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def load_picture(path: Path, *, share: float = 1.0) -> Picture:
    """The picture as stored (a camera's turning mark is not obeyed).

    `share` is the scale at which it will be used: decoding stops at the nearest half above it.
    Raises `ReadingFailed` for a file that does not decode.
    """
    width, height = picture_size(path)
    factor = 1
    while factor < 4 and (share * factor * 2 <= 1 or width * height > PIXELS_AT_ONCE * factor * factor):
        factor *= 2
    try:
        # Bytes first, because OpenCV cannot open a path with Arabic letters everywhere.
        data = np.fromfile(path, dtype=np.uint8)
        grey = cv2.imdecode(data, _REDUCED[factor] | cv2.IMREAD_IGNORE_ORIENTATION)
    except (OSError, cv2.error) as exc:
        raise ReadingFailed(detail=str(exc)) from exc
    if grey is None:
        raise ReadingFailed(detail="the picture does not decode")
    return Picture(grey=np.asarray(grey, dtype=np.uint8), width=width, height=height)
