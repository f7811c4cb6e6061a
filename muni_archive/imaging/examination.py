"""A first look at a page's picture: its size, whether it is blank or a separator sheet, and its fingerprint."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from muni_archive.domain.errors import FileBroken, FileUnknown
from muni_archive.imaging.blank import ink_share, is_blank
from muni_archive.imaging.fingerprint import fingerprint
from muni_archive.imaging.ink import survey_ink
from muni_archive.imaging.loading import Grey
from muni_archive.imaging.separators import SeparatorCode, find_separator

LOOK_DPI = 150
"""The look is taken at about this resolution: codes still read, and a page takes a few dozen milliseconds."""
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "JPEG2000": "image/jp2",
    "BMP": "image/bmp",
    "PPM": "image/x-portable-anymap",
}
_REDUCED = {1: cv2.IMREAD_GRAYSCALE, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4}
_LARGEST = 60_000_000
"""Pixels that are decoded whole; a larger sheet is decoded reduced."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a picture's head says: pixels, dots per inch (0 where it says none), media type."""

    width: int
    height: int
    dpi: int
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Examination:
    """What the look found; `ink` is the share of the page that ink covers."""

    width: int
    height: int
    dpi: int
    media_type: str
    blank: bool
    ink: float
    fingerprint: str
    separator: SeparatorCode | None


def measure(source: bytes | Path) -> Measured:
    """Read the head alone, nothing is decoded. Raises `FileUnknown`, `FileBroken`."""
    name = source.name if isinstance(source, Path) else ""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
            dots = image.info.get("dpi", (0, 0))
            return Measured(
                width=image.width,
                height=image.height,
                dpi=_dpi(dots),
                media_type=MEDIA_TYPES.get(image.format or "", "application/octet-stream"),
            )
    except UnidentifiedImageError as exc:
        raise FileUnknown(name=name) from exc
    except (OSError, ValueError, SyntaxError, TypeError) as exc:
        raise FileBroken(name=name, detail=str(exc)) from exc
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def examine(source: bytes | Path) -> Examination:
    """Look at the picture, reduced. Raises `FileUnknown`, `FileBroken`."""
    size = measure(source)
    grey, reduced = _decode(source, size)
    dpi = (size.dpi or 300) / reduced
    ink = survey_ink(grey, dpi)
    return Examination(
        width=size.width,
        height=size.height,
        dpi=size.dpi,
        media_type=size.media_type,
        blank=is_blank(ink),
        ink=ink_share(ink),
        fingerprint=fingerprint(grey),
        separator=find_separator(grey),
    )


def _decode(source: bytes | Path, size: Measured) -> tuple[Grey, int]:
    """Grey values and by how much they were reduced while decoding."""
    factor = 1
    while factor < 4 and ((size.dpi or 300) / (factor * 2) >= LOOK_DPI or _too_many(size, factor)):
        factor *= 2
    data = np.frombuffer(source, np.uint8) if isinstance(source, bytes) else np.fromfile(source, np.uint8)
    try:
        grey = cv2.imdecode(data, _REDUCED[factor] | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as exc:
        raise FileBroken(name="", detail=str(exc)) from exc
    if grey is None:
        return _decode_otherwise(source), 1
    return np.asarray(grey, dtype=np.uint8), factor


def _decode_otherwise(source: bytes | Path) -> Grey:
    """Pillow knows forms that OpenCV's build does not (JPEG 2000, Group 4)."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
            return np.asarray(image.convert("L"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, MemoryError) as exc:
        raise FileBroken(name="", detail=str(exc)) from exc
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _too_many(size: Measured, factor: int) -> bool:
    return size.width * size.height > _LARGEST * factor * factor


def _dpi(dots: object) -> int:
    try:
        value = round(float(dots[0]))  # type: ignore[index]  # a pair by Pillow's contract, anything by a file's
    except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
        return 0
    return value if 30 <= value <= 2400 else 0
