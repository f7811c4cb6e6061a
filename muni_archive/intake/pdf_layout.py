"""What a PDF's page is made of: one scan, or text and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import pypdfium2
import pypdfium2.raw as pdfium

WHOLE, MOST = 0.94, 0.5
"""Share of the page that a scan covers, and from which pictures are what the page is about."""
INVISIBLE = 3
"""The text mode of a scan's hidden text."""
_OBJECTS = 20_000


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The page as shown, in points, turned as its document asks."""

    width: float
    height: float
    one_scan: bool
    """One upright picture covers it, and nothing else is to be seen."""
    mostly_picture: bool


def layout_of(page: pypdfium2.PdfPage) -> Layout:
    """Look at the page's objects. Raises `PdfiumError`."""
    width, height = page.get_size()
    left, bottom, right, top = page.get_cropbox()
    objects = list(islice(page.get_objects(max_depth=3), _OBJECTS))
    shares = [
        _share(each.get_bounds(), (left, bottom, right, top))
        for each in objects
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE
    ]
    seen = [each for each in objects if not _hidden(each)]
    one_scan = (
        page.get_rotation() == 0
        and len(seen) == 1
        and seen[0].type == pdfium.FPDF_PAGEOBJ_IMAGE
        and seen[0].level == 0
        and shares[0] >= WHOLE
        and _upright(seen[0])
    )
    return Layout(width=width, height=height, one_scan=one_scan, mostly_picture=sum(shares) > MOST)


def _hidden(part: pypdfium2.PdfObject) -> bool:
    if part.type == pdfium.FPDF_PAGEOBJ_FORM:
        return True  # what it holds is looked at by itself
    return bool(part.type == pdfium.FPDF_PAGEOBJ_TEXT) and _text_mode(part) == INVISIBLE


def _text_mode(part: pypdfium2.PdfObject) -> int:
    return int(pdfium.FPDFTextObj_GetTextRenderMode(part.raw))


def _upright(picture: pypdfium2.PdfObject) -> bool:
    a, b, c, d, _e, _f = picture.get_matrix().get()
    return bool(a > 0 and d > 0 and abs(b) + abs(c) < 0.01 * (a + d))


def _share(part: tuple[float, float, float, float], page: tuple[float, float, float, float]) -> float:
    width = min(part[2], page[2]) - max(part[0], page[0])
    height = min(part[3], page[3]) - max(part[1], page[1])
    area = (page[2] - page[0]) * (page[3] - page[1])
    return max(0.0, width) * max(0.0, height) / area if area > 0 else 0.0
