"""Decoding pictures for the screen, on threads beside the window's.

Qt keeps Python's lock while it converts and scales (30 ms for an A4 page, more on a busy machine), OpenCV lets it go:
so Qt decodes, which it does without the lock, and OpenCV does the rest, into memory that Qt owns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QImageReader

from muni_archive.domain.errors import ReadingFailed
from muni_archive.imaging.jpeg2000 import coarser_jpeg2000, jpeg2000_size

LARGEST = 12_000_000
"""Pixels that are shown at once (48 MB); a larger sheet is decoded reduced. An A4 page at 300 dpi has 8.7 million."""
SMALLEST = 500
"""Pixels of the longer side of the smallest copy for looking from afar."""
_BITONAL = (QImage.Format.Format_Mono, QImage.Format.Format_MonoLSB)
_STRIPS = 16
"""Parts in which a picture of one bit is unpacked: the whole would take eight times its memory."""
_SCREEN = QImage.Format.Format_RGB32
_Pixels = NDArray[np.uint8]


def load_image(path: Path, side: int | None = None, *, room: QSize | None = None) -> tuple[QImage, float]:
    """The picture and its scale beside the master; reduced while decoding when it is huge or `side` asks for it.

    A huge one that keeps coarser pictures of itself comes no finer than it takes to fill `room`, where that is given.
    A null image for a file that cannot be decoded.
    """
    QImageReader.setAllocationLimit(0)
    reader = QImageReader(str(path))
    size = reader.size()
    pixels = size.width() * size.height()
    scale = min(1.0, (LARGEST / pixels) ** 0.5) if pixels > 0 else 1.0
    if side and pixels > 0:
        scale = min(1.0, side / max(size.width(), size.height()))
    if not reader.canRead():
        return _decoded_elsewhere(path, side, room)
    if scale < 1.0 and reader.imageFormat() in _BITONAL:
        return _reduced(reader.read(), scale), scale
    if scale < 1.0:
        reader.setScaledSize(size * scale)
    return _for_the_screen(reader.read()), scale


def _reduced(image: QImage, scale: float) -> QImage:
    """A picture of one bit a pixel made smaller, each pixel the mean of those that it stands for.

    Qt would first make 32 bits of every one of them, which takes longer than everything else.
    """
    if image.isNull():
        return image
    rows, columns = image.height(), image.width()
    width, height = round(columns * scale), round(rows * scale)
    packed = np.frombuffer(image.bits(), np.uint8).reshape(rows, image.bytesPerLine())
    order: Literal["big", "little"] = "big" if image.format() == QImage.Format.Format_Mono else "little"
    out = np.empty((height, width), np.uint8)
    edges = np.linspace(0, height, _STRIPS + 1).astype(int)
    for top, bottom in zip(edges, edges[1:], strict=False):
        strip = packed[round(top / scale) : max(round(top / scale) + 1, round(bottom / scale))]
        bits = np.unpackbits(strip, axis=1, count=columns, bitorder=order)
        bits *= 255
        out[top:bottom] = cv2.resize(bits, (width, int(bottom - top)), interpolation=cv2.INTER_AREA)
    if image.colorCount() and QColor(image.color(0)).lightness() > QColor(image.color(1)).lightness():
        out = 255 - out
    return _shown(out)


def _decoded_elsewhere(path: Path, side: int | None, room: QSize | None) -> tuple[QImage, float]:
    """Formats that Qt does not know (JPEG 2000), which keep coarser pictures of themselves: only those are decoded."""
    try:
        width, height = jpeg2000_size(path)
        scale = min(1.0, side / max(width, height) if side else (LARGEST / (width * height)) ** 0.5)
        filling = min(scale, room.width() / width, room.height() / height) if room else scale
        picture = coarser_jpeg2000(path, filling)
    except ReadingFailed:
        return QImage(), 1.0
    if room and scale < 1.0:
        scale = picture.shape[1] / width
    else:
        wanted = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = np.asarray(cv2.resize(picture, wanted, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return _shown(picture), scale


def _shown(picture: _Pixels) -> QImage:
    shown = QImage(picture.shape[1], picture.shape[0], _SCREEN)
    cv2.cvtColor(picture, cv2.COLOR_GRAY2BGRA if picture.ndim == 2 else cv2.COLOR_RGB2BGRA, dst=_pixels(shown))
    return shown


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
