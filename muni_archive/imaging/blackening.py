"""Pixels that are gone: a page decoded, blacked and packed anew, so that nothing of what was there is in the result.

Only pixels are taken over. What else a file holds (previews, metadata, colour profiles, other frames) stays behind.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from muni_archive.domain.errors import ReadingFailed
from muni_archive.domain.geometry import Box
from muni_archive.domain.redaction import GRID, PagePicture, PictureForm, covered
from muni_archive.imaging.barcodes import page_codes
from muni_archive.imaging.tiff_strips import Picture
from muni_archive.imaging.tiles import picture_rows

BLACK, WHITE_FROM = 0, 128
QUALITY = 90
"""Of JPEG: letters stay sharp, and a block that is black stays black exactly."""


def blackened(master: Path, boxes: Sequence[Box], *, width: int, height: int) -> PagePicture:
    """The page without what lies under the boxes, which are pixels of the master; `width` and `height` are its own.

    One bit a pixel is packed while the master is decoded (a sheet is never held whole); grey values and colours are
    held decoded once. Raises `ReadingFailed`, also where the picture is not of the size that the boxes belong to.
    """
    size, rows = picture_rows(master)
    if size != (height, width):
        raise ReadingFailed(detail=f"the picture has {size[1]} × {size[0]} pixels, not {width} × {height}")
    bits = has_two_tones(master)
    black = [covered(box, width, height, grid=1 if bits else GRID) for box in boxes]
    bands = _covered_bands(rows, black)
    return _packed(bands, width, height) if bits else _compressed(bands, width, height)


def grid_of(master: Path) -> int:
    """What the black of this master is grown to: whole blocks of a JPEG, or nothing where there are two tones."""
    return 1 if has_two_tones(master) else GRID


def codes_left(picture: PagePicture) -> tuple[str, ...]:
    """Texts of the bar codes that can still be read on it: they may say in bars what is hidden in letters."""
    if picture.form is PictureForm.BITS:
        stride = (picture.width + 7) // 8
        rows = np.frombuffer(zlib.decompress(picture.data), np.uint8).reshape(picture.height, stride)
        grey = np.unpackbits(rows, axis=1, count=picture.width) * np.uint8(255)
    else:
        grey = np.asarray(cv2.imdecode(np.frombuffer(picture.data, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    return page_codes(grey)


def has_two_tones(master: Path) -> bool:
    """Whether the file keeps one bit a pixel; what cannot be opened is told by whoever decodes it."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with suppress(OSError, ValueError, SyntaxError), Image.open(master) as image:
            return image.mode == "1"
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    return False


def _covered_bands(rows: Iterator[Picture], black: Sequence[Box]) -> Iterator[Picture]:
    """The picture from the top, the boxes black in it."""
    top = 0
    for band in rows:
        blacked, bottom = band.copy(), top + len(band)
        for box in black:
            if box.y < bottom and box.bottom > top:
                blacked[max(0, box.y - top) : box.bottom - top, box.x : box.right] = BLACK
        yield blacked
        top = bottom


def _packed(bands: Iterator[Picture], width: int, height: int) -> PagePicture:
    packer, parts, count = zlib.compressobj(9), [], 0
    for band in bands:
        grey = band if band.ndim == 2 else np.asarray(cv2.cvtColor(band, cv2.COLOR_BGR2GRAY))
        parts.append(packer.compress(np.packbits(grey >= WHITE_FROM, axis=1).tobytes()))
        count += len(band)
    _check_whole(count, height)
    data = b"".join([*parts, packer.flush()])
    return PagePicture(data=data, width=width, height=height, form=PictureForm.BITS)


def _compressed(bands: Iterator[Picture], width: int, height: int) -> PagePicture:
    whole: Picture | None = None
    count = 0
    for band in bands:
        if whole is None:
            whole = np.empty((height, *band.shape[1:]), np.uint8)
        whole[count : count + len(band)] = band
        count += len(band)
    _check_whole(count, height)
    assert whole is not None
    colour = whole.ndim == 3
    # Colours are kept as fine as brightness: thinned out, a block would reach over two.
    options = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444] if colour else []
    _, data = cv2.imencode(".jpg", whole, options)
    form = PictureForm.JPEG_COLOUR if colour else PictureForm.JPEG_GREY
    return PagePicture(data=data.tobytes(), width=width, height=height, form=form)


def _check_whole(rows: int, height: int) -> None:
    if rows != height:
        raise ReadingFailed(detail="the picture breaks off")
