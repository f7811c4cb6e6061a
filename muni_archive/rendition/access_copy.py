"""The access copy: a PDF/A-2b of the master images with the text that was read on them.

A copy whose text, taken out again, is not what was read is refused: it would be found under wrong words.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import img2pdf
import pikepdf
from PIL import Image, ImageCms

from muni_archive.domain.errors import AccessCopyRefused, FileBroken
from muni_archive.domain.reading import Reading
from muni_archive.messages import _
from muni_archive.rendition.blank_font import add_font
from muni_archive.rendition.extraction import extracted_pages
from muni_archive.rendition.marks_layer import ShownMark, add_marks
from muni_archive.rendition.text_layer import FONT, text_layer

AS_THEY_ARE = frozenset({"image/jpeg", "image/jp2"})
_RUNS = re.compile(r"\d+|[^\W\d_]+")
PRODUCER = "Muni Archive"
GAPS = (0.25, 0.35, 0.5, 0.15, 0.7)
"""Space between words, in heights, that is tried in turn: readers join words that stand close."""
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, kw_only=True)
class AccessPage:
    """A master and what was read on it; `rotation` turns it upright, degrees clockwise."""

    path: Path
    media_type: str
    rotation: int
    dpi: int
    reading: Reading | None
    marks: tuple[ShownMark, ...] = ()
    """What people laid over the page, where it is asked for."""


def make_access_copy(
    pages: Sequence[AccessPage], *, title: str, language: str, created: datetime, metadata: Mapping[str, str]
) -> bytes:
    """The PDF/A-2b. Raises `AccessCopyRefused`, `FileBroken` for a master that cannot be shown."""
    if not pages:
        raise AccessCopyRefused(detail="0")
    pictures = _pictures(pages)
    tries = [0] * len(pages)
    while True:
        gaps = [GAPS[number] for number in tries]
        data = _written(pictures, pages, gaps, title, language, created, metadata)
        problems = differences(data, pages)
        if not problems:
            return data
        for page, words_differing in problems.items():
            tries[page] += 1
            if tries[page] == len(GAPS):
                detail = _("page {number}: {words}").format(number=page + 1, words=words_differing)
                raise AccessCopyRefused(detail=detail)


def _written(
    pictures: bytes,
    pages: Sequence[AccessPage],
    gaps: Sequence[float],
    title: str,
    language: str,
    created: datetime,
    metadata: Mapping[str, str],
) -> bytes:
    with pikepdf.open(io.BytesIO(pictures)) as pdf:
        font = add_font(pdf)
        for page, source, gap in zip(pdf.pages, pages, gaps, strict=True):
            if source.reading:
                add_text(pdf, page, font, source.reading, gap)
            add_marks(pdf, page, source.marks, source.rotation)
            page.obj["/Rotate"] = source.rotation % 360
        describe(pdf, title, language, created, metadata)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _pictures(pages: Sequence[AccessPage]) -> bytes:
    try:
        layouts = [_picture(page) for page in pages]
        parts = [
            img2pdf.convert(
                data, layout_fun=img2pdf.get_fixed_dpi_layout_fun((dpi, dpi)), rotation=img2pdf.Rotation.none
            )
            for data, dpi in layouts
        ]
    except (img2pdf.ImageOpenError, ValueError, OSError, NotImplementedError) as exc:
        raise FileBroken(name="", detail=str(exc)) from exc
    with pikepdf.new() as whole:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as one:
                whole.pages.extend(one.pages)
        out = io.BytesIO()
        whole.save(out)
        return out.getvalue()


def _picture(page: AccessPage) -> tuple[bytes, int]:
    """The master's own bytes where a PDF can hold them; other forms are packed anew without loss."""
    data = page.path.read_bytes()
    if page.media_type in AS_THEY_ARE:
        return data, page.dpi or 300
    with Image.open(io.BytesIO(data)) as image:
        plain = image if image.mode in ("1", "L", "RGB") else image.convert("RGB")
        out = io.BytesIO()
        plain.save(
            out, "TIFF" if plain.mode == "1" else "PNG", **({"compression": "group4"} if plain.mode == "1" else {})
        )
    return out.getvalue(), page.dpi or 300


def add_text(pdf: pikepdf.Pdf, page: pikepdf.Page, font: pikepdf.Object, reading: Reading, gap: float) -> None:
    width, height = (float(page.mediabox[at]) for at in (2, 3))
    scale = width / reading.width
    page.contents_add(pikepdf.Stream(pdf, text_layer(reading, height, scale, gap)))
    if "/Font" not in page.resources:
        page.resources["/Font"] = pikepdf.Dictionary()
    page.resources["/Font"][FONT] = font


def describe(pdf: pikepdf.Pdf, title: str, language: str, created: datetime, metadata: Mapping[str, str]) -> None:
    """What PDF/A asks for: XMP, output intent, language; and what people look for: title and number."""
    profile = pikepdf.Stream(pdf, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile["/N"] = 3
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name("/GTS_PDFA1"),
        OutputConditionIdentifier=pikepdf.String("sRGB"),
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root["/OutputIntents"] = pikepdf.Array([pdf.make_indirect(intent)])
    pdf.Root["/Lang"] = pikepdf.String(language)
    pdf.Root["/ViewerPreferences"] = pikepdf.Dictionary(Direction=pikepdf.Name("/R2L"), DisplayDocTitle=True)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as xmp:
        xmp["dc:title"] = title
        xmp["dc:language"] = [language]
        xmp["dc:identifier"] = metadata.get("number", "")
        xmp["xmp:CreateDate"] = created.isoformat(timespec="seconds")
        xmp["pdf:Producer"] = PRODUCER
        xmp["pdfaid:part"] = "2"
        xmp["pdfaid:conformance"] = "B"


def differences(data: bytes, pages: Sequence[AccessPage]) -> dict[int, str]:
    """Take the text out again: by page (from 0) some of the words that differ from those that were read.

    The order of lines is the reader's own affair: tables are taken row by row or column by column.
    """
    found_differing = {}
    for number, (page, found) in enumerate(zip(pages, extracted_pages(data), strict=True)):
        expected = words(page.reading.text if page.reading else "")
        differing = (expected - words(found)) + (words(found) - expected)
        if differing:
            found_differing[number] = " ".join(list(differing)[:5])
    return found_differing


def words(text: str) -> Counter[str]:
    """What counts in the comparison: runs of letters and of digits.

    Signs between them are left out, because readers place a colon on either side of a number.
    """
    return Counter(_RUNS.findall(_MARKS.sub("", unicodedata.normalize("NFKC", text))))
