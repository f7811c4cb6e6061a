"""Pictures: a single one keeps its own bytes, the frames of a TIFF are parted without loss."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from muni_archive.domain.errors import FileBroken, FileTooLarge
from muni_archive.intake.complaints import Complaints
from muni_archive.intake.page import IntakePage
from muni_archive.messages import _

MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "JPEG2000": "image/jp2",
}
FORMATS = tuple(form for form in MEDIA_TYPES if form != "MPO")
"""Pillow opens an MPO (a camera's JPEG with a preview) as a JPEG and finds out later."""
MOST_BITONAL, MOST_PIXELS = 600_000_000, 150_000_000
"""An A0 sheet at 400 dpi in one bit has 248 million pixels; in grey values no sheet needs more than the second."""
MOST_FRAMES, LONGEST_SIDE = 5_000, 60_000
DEFAULT_DPI = 300


def image_pages(path: Path, complaints: Complaints) -> Iterator[IntakePage]:
    """Each frame, decoded once to know that it is whole; without data where the file is the page.

    Raises `FileBroken`, `FileTooLarge`.
    """
    with opened(path) as image:
        frames = getattr(image, "n_frames", 1)
        if frames > MOST_FRAMES:
            raise FileTooLarge(name=path.name, detail=_("more than {count} pages").format(count=MOST_FRAMES))
        parted = image.format == "TIFF" and frames > 1
        for number in range(frames if parted else 1):
            image.seek(number)
            complaints.clear()
            check_whole(image, path)
            complaints.check(path)
            yield IntakePage(
                data=_frame(image) if parted else b"",
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
            with Image.open(source, formats=FORMATS) as image:
                yield image
    except UnidentifiedImageError as exc:
        raise FileBroken(name="", detail=_("its beginning makes no sense")) from exc
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        RuntimeError,
        ZeroDivisionError,
    ) as exc:
        raise FileBroken(name="", detail=str(exc) or type(exc).__name__) from exc
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def check_whole(image: Image.Image, source: Path | bytes) -> None:
    """Decode it, after its size was found bearable. Raises `FileTooLarge`, `FileBroken`."""
    pixels = image.width * image.height
    if pixels > (MOST_BITONAL if image.mode == "1" else MOST_PIXELS) or max(image.size) > LONGEST_SIDE:
        raise FileTooLarge(
            name="", detail=_("{width} × {height} pixels").format(width=image.width, height=image.height)
        )
    if image.format not in ("JPEG", "MPO"):
        image.load()
        return
    # OpenCV reads every coefficient, keeps an eighth of the pixels, and lets libjpeg complain, which Pillow does not.
    data = np.fromfile(source, np.uint8) if isinstance(source, Path) else np.frombuffer(source, np.uint8)
    try:
        whole = cv2.imdecode(data, cv2.IMREAD_REDUCED_GRAYSCALE_8) is not None
    except cv2.error:
        whole = False
    if not whole:
        raise FileBroken(name="", detail=_("it breaks off in the middle"))


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
    image.save(out, "TIFF", compression="group4" if image.mode == "1" else "tiff_adobe_deflate", dpi=(dpi, dpi))
    return out.getvalue()
