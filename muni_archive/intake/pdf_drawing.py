"""Drawing a PDF's page with poppler, as a picture that can be a master."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from pdf2image import convert_from_path
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
)

from muni_archive.domain.errors import EngineMissing, FileBroken, FileTooLarge
from muni_archive.intake.pdf_layout import Layout
from muni_archive.messages import _

DPI, SECONDS = 300, 60
MOST_PIXELS = 40_000_000
"""Of a drawn page; a larger sheet is drawn at fewer dots per inch."""
COLOUR = 24
"""How far the channels lie apart where a page is more than grey."""


def drawn_page(path: Path, number: int, layout: Layout) -> tuple[bytes, tuple[int, int]]:
    """A JPEG, in grey where the page shows no colour, and its size. Raises `FileBroken`, `FileTooLarge`."""
    dpi = min(DPI, int((MOST_PIXELS / max(layout.width * layout.height / 5184, 0.1)) ** 0.5))
    try:
        pages = convert_from_path(path, dpi=dpi, first_page=number, last_page=number, use_cropbox=True, timeout=SECONDS)
    except PDFInfoNotInstalledError as exc:
        raise EngineMissing(detail="poppler-utils") from exc
    except PDFPopplerTimeoutError as exc:
        detail = _("one of its pages needs more than {seconds} seconds").format(seconds=SECONDS)
        raise FileTooLarge(name=path.name, detail=detail) from exc
    except (PDFPageCountError, PDFSyntaxError) as exc:
        raise FileBroken(name=path.name, detail=str(exc).replace(str(path), path.name)[:200]) from exc
    if not pages:
        raise FileBroken(name=path.name, detail=_("page {number} cannot be drawn").format(number=number))
    channels = np.asarray(pages[0].convert("RGB").reduce(4))
    coloured = int((channels.max(axis=2) - channels.min(axis=2)).max()) > COLOUR
    picture = pages[0] if coloured else pages[0].convert("L")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, dpi=(dpi, dpi))
    return out.getvalue(), picture.size
