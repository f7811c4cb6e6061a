"""A TIFF strip by strip: most are written in strips that decode alone, so that a sheet need never be held whole."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from muni_archive.domain.errors import ReadingFailed

WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, ORIENTATION = 256, 257, 258, 259, 262, 266, 274
OFFSETS, SAMPLES, ROWS, COUNTS, PLANAR, T4, T6, PREDICTOR = 273, 277, 278, 279, 284, 292, 293, 317
_COPIED = (WIDTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, SAMPLES, PLANAR, T4, T6, PREDICTOR)
_ALONE = frozenset({1, 3, 4, 5, 8, 32773, 32946})
"""Compressions whose strips need nothing from outside: none, fax, LZW, deflate, PackBits."""
_FEW = 4
"""Strips below which it is not worth the trouble."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Strips:
    """Where the strips of a TIFF lie, and what is written about all of them."""

    path: Path
    prefix: bytes
    """The file's byte order."""
    tags: tuple[tuple[int, object], ...]
    width: int
    height: int
    rows: int
    """Of a strip; the last may have fewer."""
    places: tuple[tuple[int, int], ...]
    """Offset and length in bytes."""

    def read(self) -> Iterator[Picture]:
        """The strips from the top, as OpenCV gives pictures. Raises `ReadingFailed`, `OSError`."""
        with self.path.open("rb") as file:
            for at, (offset, length) in enumerate(self.places):
                file.seek(offset)
                data = file.read(length)
                if len(data) < length:
                    raise ReadingFailed(detail="the file breaks off")
                rows = min(self.rows, self.height - at * self.rows)
                yield self._decoded(data, rows)

    def _decoded(self, data: bytes, rows: int) -> Picture:
        """A strip as a TIFF of its own."""
        about = ImageFileDirectory_v2(prefix=self.prefix)
        for tag, value in (*self.tags, (LENGTH, rows), (ROWS, rows), (COUNTS, len(data)), (OFFSETS, 0)):
            about[tag] = value
        whole = io.BytesIO()
        about.save(whole)
        whole.write(data)
        try:
            flags = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION
            picture = cv2.imdecode(np.frombuffer(whole.getbuffer(), np.uint8), flags)
        except cv2.error as exc:
            raise ReadingFailed(detail=str(exc)) from exc
        if picture is None or picture.shape[:2] != (rows, self.width):
            raise ReadingFailed(detail="a strip does not decode")
        return np.asarray(picture, dtype=np.uint8)


def strips_of(path: Path) -> Strips | None:
    """The strips of a TIFF's first picture; None for any file that has to be decoded whole."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        # What is wrong with the file is told by whoever decodes it whole.
        with suppress(OSError, ValueError, SyntaxError, KeyError, TypeError), Image.open(path, formats=("TIFF",)) as im:
            return _found(path, im) if isinstance(im, TiffImageFile) else None
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    return None


def _found(path: Path, image: TiffImageFile) -> Strips | None:
    tags = image.tag_v2
    offsets, counts = tags.get(OFFSETS, ()), tags.get(COUNTS, ())
    height, rows = int(tags[LENGTH]), int(tags.get(ROWS, tags[LENGTH]))
    plain = (
        image.mode in ("1", "L", "RGB")
        and tags.get(COMPRESSION, 1) in _ALONE
        and tags.get(ORIENTATION, 1) == 1
        and tags.get(PLANAR, 1) == 1
        and len(offsets) == len(counts) == -(-height // max(1, rows))
    )
    if not plain or len(offsets) < _FEW:
        return None
    return Strips(
        path=path, prefix=tags.prefix, tags=tuple((tag, tags[tag]) for tag in _COPIED if tag in tags),
        width=int(tags[WIDTH]), height=height, rows=rows, places=tuple(zip(offsets, counts, strict=True)),
    )  # fmt: skip
