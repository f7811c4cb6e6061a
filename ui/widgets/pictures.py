"""Decoding pictures for the screen, on threads beside the window's.

Qt keeps Python's lock while it converts and scales (30 ms for an A4 page, more on a busy machine), OpenCV lets it go:
so Qt decodes, which it does without the lock, and OpenCV does the rest, into memory that Qt owns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QImageReader

LARGEST = 12_000_000
"""Pixels that are shown at once (48 MB); a larger sheet is decoded reduced. An A4 page at 300 dpi has 8.7 million."""
SMALLEST = 500
"""Pixels of the longer side of the smallest copy for looking from afar."""
_SCREEN = QImage.Format.Format_RGB32
_Pixels = NDArray[np.uint8]


def load_image(path: Path, side: int | None = None) -> tuple[QImage, float]:
    """The picture and its scale beside the master; reduced while decoding when it is huge or `side` asks for it.

    A null image for a file that cannot be decoded.
    """
    QImageReader.setAllocationLimit(0)
    reader = QImageReader(str(path))
    size = reader.size()
    pixels = size.width() * size.height()
    scale = min(1.0, (LARGEST / pixels) ** 0.5) if pixels > 0 else 1.0
    if side and pixels > 0:
        scale = min(1.0, side / max(size.width(), size.height()))
    if scale < 1.0:
        reader.setScaledSize(size * scale)
    return _for_the_screen(reader.read()), scale


def halved(image: QImage) -> Iterator[QImage]:
    """The image and its copies of half, a quarter … the size, each pixel the mean of those that it stands for."""
    yield image
    while max(image.width(), image.height()) > SMALLEST * 2:
        half = QImage(image.width() // 2, image.height() // 2, _SCREEN)
        if half.isNull():
            return
        cv2.resize(_pixels(image), (half.width(), half.height()), dst=_pixels(half), interpolation=cv2.INTER_AREA)
        image = half
        yield image


def _for_the_screen(image: QImage) -> QImage:
    """In the format of the screen, so that the window's thread need not convert it."""
    if image.isNull() or image.format() == _SCREEN:
        return image
    if image.format() != QImage.Format.Format_Grayscale8:
        return image.convertToFormat(_SCREEN)
    shown = QImage(image.width(), image.height(), _SCREEN)
    cv2.cvtColor(_pixels(image), cv2.COLOR_GRAY2BGRA, dst=_pixels(shown))
    return shown


def _pixels(image: QImage) -> _Pixels:
    """The image's own memory: height × width (× 4), rows as wide as Qt pads them."""
    flat = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    if image.format() == _SCREEN:
        return flat.reshape(image.height(), image.width(), 4)
    return flat[:, : image.width()]
