"""PDFs: a page that is one scan gives that scan as it is, any other is rendered; text that was born with it is kept."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pdf2image import convert_from_path
from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPageCountError, PDFSyntaxError

from muni_archive.domain.errors import EngineMissing, FileBroken, FileEncrypted, FileTooLarge
from muni_archive.intake.images import MOST_FRAMES, check_size, dpi_of, opened
from muni_archive.intake.page import IntakePage
from muni_archive.intake.pdf_text import born_text
from muni_archive.messages import _

RENDER_DPI, RENDER_SECONDS = 300, 60
MOST_RENDERED = 40_000_000
"""Pixels of a rendered page; a larger sheet is rendered at fewer dots per inch."""


def pdf_pages(path: Path) -> Iterator[IntakePage]:
    """Each page. Raises `FileEncrypted`, `FileBroken`, `FileTooLarge`."""
    try:
        document = pikepdf.open(path)
    except pikepdf.PasswordError as exc:
        raise FileEncrypted(name=path.name) from exc
    except (pikepdf.PdfError, RuntimeError, ValueError, OSError) as exc:
        raise FileBroken(name=path.name, detail=str(exc)) from exc
    with document:
        try:
            count = len(document.pages)
            if not count:
                raise FileBroken(name=path.name, detail=_("it has no page"))
            if count > MOST_FRAMES:
                raise FileTooLarge(name=path.name, detail=_("more than {count} pages").format(count=MOST_FRAMES))
            for number in range(1, count + 1):
                yield _page(path, document.pages[number - 1], number)
        except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError) as exc:
            raise FileBroken(name=path.name, detail=str(exc)) from exc


def _page(path: Path, page: pikepdf.Page, number: int) -> IntakePage:
    width, height = _inches(page)
    data, media_type = _whole_scan(page) or (_rendered(path, number, width * height), "image/jpeg")
    with opened(io.BytesIO(data)) as image:
        check_size(image)
        image.load()
        size, dpi = image.size, round(image.width / width) if width else dpi_of(image)
    return IntakePage(
        data=data,
        media_type=media_type,
        width=size[0],
        height=size[1],
        dpi=dpi,
        name=path.name,
        page=number,
        reading=born_text(path, number, *size),
    )


def _inches(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(value) for value in page.mediabox)
    width, height = abs(right - left) / 72, abs(top - bottom) / 72
    if not (0.2 < width < 200 and 0.2 < height < 200):
        raise FileTooLarge(name="", detail=_("a page of {width} × {height} inches").format(width=width, height=height))
    return (height, width) if int(page.get("/Rotate", 0)) % 180 else (width, height)


def _whole_scan(page: pikepdf.Page) -> tuple[bytes, str] | None:
    """The one JPEG that is the page, untouched; None where the page is anything more or turned."""
    if int(page.get("/Rotate", 0)) % 360 or len(page.images) != 1:
        return None
    picture = next(iter(page.images.values()))
    if picture.get("/Filter") != pikepdf.Name.DCTDecode or "/SMask" in picture or "/Decode" in picture:
        return None
    return bytes(picture.read_raw_bytes()), "image/jpeg"


def _rendered(path: Path, number: int, square_inches: float) -> bytes:
    dpi = min(RENDER_DPI, int((MOST_RENDERED / max(square_inches, 0.1)) ** 0.5))
    try:
        pages = convert_from_path(
            path, dpi=dpi, first_page=number, last_page=number, grayscale=True, timeout=RENDER_SECONDS
        )
    except PDFInfoNotInstalledError as exc:
        raise EngineMissing(detail="poppler-utils") from exc
    except (PDFPageCountError, PDFSyntaxError, OSError, ValueError) as exc:
        raise FileBroken(name=path.name, detail=str(exc).strip()[:200]) from exc
    if not pages:
        raise FileBroken(name=path.name, detail=_("page {number} cannot be drawn").format(number=number))
    out = io.BytesIO()
    pages[0].save(out, "JPEG", quality=90, dpi=(dpi, dpi))
    return out.getvalue()
