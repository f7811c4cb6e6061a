"""PDFs: a page that is one scan gives that scan as it is, any other is drawn; text that was born with it is kept.

The hidden text of a scan is some other engine's reading: it is left out, and the page is read here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2

from muni_archive.domain.errors import FileBroken, FileEncrypted, FileTooLarge
from muni_archive.domain.reading import Reading
from muni_archive.intake.complaints import Complaints
from muni_archive.intake.images import MEDIA_TYPES, MOST_BITONAL, MOST_FRAMES, check_whole, opened
from muni_archive.intake.page import IntakePage
from muni_archive.intake.pdf_drawing import drawn_page
from muni_archive.intake.pdf_layout import Layout, layout_of
from muni_archive.intake.pdf_text import born_text
from muni_archive.messages import _

AS_THEY_ARE = (pikepdf.Name.DCTDecode, pikepdf.Name.JPXDecode, pikepdf.Name.CCITTFaxDecode)
FOREIGN = (
    pikepdf.PdfError,
    pypdfium2.PdfiumError,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    OSError,
)
"""What the libraries raise on documents that break the rules."""


def pdf_pages(path: Path, complaints: Complaints) -> Iterator[IntakePage]:
    """Each page. Raises `FileEncrypted`, `FileBroken`, `FileTooLarge`."""
    try:
        with pikepdf.open(path) as document:
            count = _count(document, path)
            with pypdfium2.PdfDocument(path) as shown:
                for number in range(1, count + 1):
                    complaints.clear()
                    yield _page(path, document.pages[number - 1], shown, number, complaints)
    except pikepdf.PasswordError as exc:
        raise FileEncrypted(name=path.name) from exc
    except FOREIGN as exc:
        raise FileBroken(name=path.name, detail=str(exc).replace(str(path), path.name)[:200]) from exc


def _count(document: pikepdf.Pdf, path: Path) -> int:
    count = len(document.pages)
    if not count:
        raise FileBroken(name=path.name, detail=_("it has no page"))
    if count > MOST_FRAMES:
        raise FileTooLarge(name=path.name, detail=_("more than {count} pages").format(count=MOST_FRAMES))
    return count


def _page(
    path: Path, page: pikepdf.Page, shown: pypdfium2.PdfDocument, number: int, complaints: Complaints
) -> IntakePage:
    view = shown[number - 1]
    try:
        layout = layout_of(view)
        _check_inches(layout)
        scan = _whole_scan(page) if layout.one_scan else None
        if scan:
            width, height, media_type = _checked_scan(scan, path, complaints)
            return _intake(path, number, scan, media_type, (width, height), layout)
        data, size = drawn_page(path, number, layout)
        reading = None if layout.mostly_picture else born_text(view, *size)
        return _intake(path, number, data, "image/jpeg", size, layout, reading)
    finally:
        view.close()


def _intake(
    path: Path,
    number: int,
    data: bytes,
    media_type: str,
    size: tuple[int, int],
    layout: Layout,
    reading: Reading | None = None,
) -> IntakePage:
    return IntakePage(
        data=data,
        media_type=media_type,
        width=size[0],
        height=size[1],
        dpi=round(size[0] * 72 / layout.width),
        name=path.name,
        page=number,
        reading=reading,
    )


def _check_inches(layout: Layout) -> None:
    width, height = layout.width / 72, layout.height / 72
    if not (0.2 < width < 200 and 0.2 < height < 200):
        detail = _("a page of {width} × {height} inches").format(width=f"{width:.1f}", height=f"{height:.1f}")
        raise FileTooLarge(name="", detail=detail)


def _whole_scan(page: pikepdf.Page) -> bytes | None:
    """The picture that is the page, its own bytes; None where no picture file can hold them as they are."""
    pictures = [picture for picture in page.images.values() if isinstance(picture, pikepdf.Stream)]
    if len(pictures) != 1 or not _fits_a_file(pictures[0]):
        return None
    if _filter(pictures[0]) in (pikepdf.Name.DCTDecode, pikepdf.Name.JPXDecode):
        return bytes(pictures[0].read_raw_bytes())
    out = io.BytesIO()
    try:
        pikepdf.PdfImage(pictures[0]).extract_to(stream=out)
    except (pikepdf.PdfError, NotImplementedError, ValueError, TypeError, RuntimeError):
        return None
    return out.getvalue()


def _fits_a_file(picture: pikepdf.Stream) -> bool:
    changed = any(key in picture for key in ("/SMask", "/Mask", "/Decode"))
    bearable = int(picture.get("/Width", 0)) * int(picture.get("/Height", 0)) <= MOST_BITONAL
    return _filter(picture) in AS_THEY_ARE and bearable and not changed


def _filter(picture: pikepdf.Stream) -> object:
    """How its bytes are packed; None where they are packed more than once."""
    packing = picture.get("/Filter")
    if isinstance(packing, pikepdf.Array):
        return packing[0] if len(packing) == 1 else None
    return packing


def _checked_scan(data: bytes, path: Path, complaints: Complaints) -> tuple[int, int, str]:
    with opened(io.BytesIO(data)) as image:
        check_whole(image, data)
        complaints.check(path)
        return image.width, image.height, MEDIA_TYPES[image.format or ""]
