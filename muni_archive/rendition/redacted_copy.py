"""The redacted copy: a PDF/A-2b of pages whose hidden parts are not in it, neither as pixels nor as text.

It is built of blacked pixels and of the words that stay, and looked into before anybody is given it; a copy in which
something of the hidden is found is thrown away.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pikepdf

from muni_archive.domain.geometry import Box
from muni_archive.domain.mark_errors import RedactedCopyRefused
from muni_archive.domain.reading import Reading
from muni_archive.domain.redaction import PagePicture
from muni_archive.messages import _
from muni_archive.rendition.access_copy import GAPS, add_text, describe
from muni_archive.rendition.blank_font import add_font
from muni_archive.rendition.notice_page import DPI, NoticeLine, notice_page
from muni_archive.rendition.picture_pages import add_labels, add_picture_page
from muni_archive.rendition.redaction_check import check_redacted, words_differing

USUAL_DPI = 300


@dataclass(frozen=True, kw_only=True)
class RedactedPage:
    """A page that is black already; `reading` holds the words that stay, `codes` say why, box by box."""

    picture: PagePicture
    rotation: int
    dpi: int
    reading: Reading | None
    black: tuple[Box, ...] = ()
    codes: tuple[str, ...] = ()


def make_redacted_copy(
    pages: Sequence[RedactedPage],
    *,
    notice: Sequence[NoticeLine],
    title: str,
    language: str,
    number: str,
    created: datetime,
    hidden: Sequence[str],
) -> bytes:
    """The PDF/A-2b, the notice first. `hidden` are the texts that must be in it nowhere.

    Raises `RedactedCopyRefused` where the copy is not what it has to be.
    """
    if not pages:
        raise RedactedCopyRefused(detail=_("the document has no pages"))
    picture, words = notice_page(notice)
    whole = (RedactedPage(picture=picture, rotation=0, dpi=DPI, reading=words), *pages)
    tries = [0] * len(whole)
    readings = [page.reading for page in whole]
    while True:
        data = _written(whole, [GAPS[number] for number in tries], title, language, number, created)
        problems = words_differing(data, readings)
        if not problems:
            check_redacted(
                data, [page.black for page in whole], [page.reading for page in whole], (title, number), hidden
            )
            return data
        for at, found in problems.items():
            tries[at] += 1
            if tries[at] == len(GAPS):
                raise RedactedCopyRefused(detail=_("page {number}: {words}").format(number=at, words=found))


def _written(
    pages: Sequence[RedactedPage],
    gaps: Sequence[float],
    title: str,
    language: str,
    number: str,
    created: datetime,
) -> bytes:
    with pikepdf.new() as pdf:
        font = add_font(pdf)
        for source, gap in zip(pages, gaps, strict=True):
            _add_page(pdf, font, source, gap)
        describe(pdf, title, language, created, {"number": number})
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _add_page(pdf: pikepdf.Pdf, font: pikepdf.Object, source: RedactedPage, gap: float) -> None:
    dpi = source.dpi or USUAL_DPI
    page = add_picture_page(pdf, source.picture, dpi)
    add_labels(pdf, page, tuple(zip(source.black, source.codes, strict=False)), dpi, source.rotation)
    if source.reading and source.reading.lines:
        add_text(pdf, page, font, source.reading, gap)
    page.obj["/Rotate"] = source.rotation % 360
