"""Pictures: a single one keeps its own bytes, the frames of a TIFF are parted without loss."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from muni_archive.domain.errors import FileBroken, FileTooLarge, FileUnknown
from muni_archive.intake.page import IntakePage
from muni_archive.messages import _

MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "JPEG2000": "image/jp2",
}
OPENED = ("JPEG", "PNG", "TIFF", "JPEG2000")
"""Readers that are tried; a JPEG of a camera calls itself MPO once it is open."""
MOST_BITONAL, MOST_PIXELS = 600_000_000, 150_000_000
"""An A0 sheet at 400 dpi in one bit has 248 million pixels; in grey values no sheet needs more than the second."""
MOST_FRAMES, LONGEST_SIDE = 5_000, 60_000
DEFAULT_DPI = 300


def image_pages(path: Path) -> Iterator[IntakePage]:
    """Each frame, decoded once to know that it is whole. Raises `FileBroken`, `FileTooLarge`, `FileUnknown`."""
    with opened(path) as image:
        frames = getattr(image, "n_frames", 1)
        if frames > MOST_FRAMES:
            raise FileTooLarge(name=path.name, detail=_("more than {count} pages").format(count=MOST_FRAMES))
        parted = image.format == "TIFF" and frames > 1
        for number in range(frames if parted else 1):
            image.seek(number)
            check_size(image)
            image.load()
            if image.format == "JPEG" and not _jpeg_ends(path):
                raise FileBroken(name=path.name, detail=_("it breaks off in the middle"))
            yield IntakePage(
                data=_frame(image) if parted else path.read_bytes(),
                media_type=MEDIA_TYPES[image.format or ""],
                width=image.width,
                height=image.height,
                dpi=dpi_of(image),
                name=path.name,
                page=number + 1,
            )


@contextmanager
def opened(source: Path | io.BytesIO) -> Iterator[Image.Image]:
    """An image under our own limits, foreign errors told as refusals."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(source, formats=OPENED) as image:
                yield image
    except UnidentifiedImageError as exc:
        raise FileUnknown(name="") from exc
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        MemoryError,
        RuntimeError,
        ZeroDivisionError,
    ) as exc:
        raise FileBroken(name="", detail=str(exc) or type(exc).__name__) from exc
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def check_size(image: Image.Image) -> None:
    """Raise `FileTooLarge` before anything is decoded."""
    pixels = image.width * image.height
    if pixels > (MOST_BITONAL if image.mode == "1" else MOST_PIXELS) or max(image.size) > LONGEST_SIDE:
        raise FileTooLarge(
            name="", detail=_("{width} × {height} pixels").format(width=image.width, height=image.height)
        )


def dpi_of(image: Image.Image) -> int:
    """Dots per inch as the file says, or the usual where it says nothing credible."""
    try:
        value = round(float(image.info.get("dpi", (0, 0))[0]))
    except (TypeError, ValueError, IndexError, OverflowError, ZeroDivisionError):
        return DEFAULT_DPI
    return value if 50 <= value <= 2400 else DEFAULT_DPI


def _frame(image: Image.Image) -> bytes:
    """One frame as a TIFF of its own, without loss."""
    out = io.BytesIO()
    dpi = dpi_of(image)
    frame = image.copy()
    frame.save(out, "TIFF", compression="group4" if frame.mode == "1" else "tiff_adobe_deflate", dpi=(dpi, dpi))
    return out.getvalue()


def _jpeg_ends(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\xff\xd9" in file.read()[-4096:]
