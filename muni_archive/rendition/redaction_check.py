"""Looking into a redacted copy as somebody would who wants to find what it hides."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pikepdf

from muni_archive.domain.digits import western
from muni_archive.domain.geometry import Box
from muni_archive.domain.mark_errors import RedactedCopyRefused
from muni_archive.domain.reading import Reading
from muni_archive.messages import N_, _
from muni_archive.rendition.access_copy import words
from muni_archive.rendition.extraction import extracted_pages
from muni_archive.rendition.picture_pages import grey_rows, page_picture

SHORTEST, SHORTEST_PLAIN = 3, 6
"""Signs of a text that is looked for in raw bytes; plain digits and Latin letters are part of every PDF."""
_FOREIGN = ("/AcroForm", "/Names", "/Outlines", "/AF", "/Threads", "/PieceInfo", "/OpenAction")
"""What a copy of ours has no use for, and what others have carried secrets in."""
ALTERED = N_("it carries more than its pages")


def words_differing(data: bytes, readings: Sequence[Reading | None]) -> dict[int, str]:
    """By page (from 0) some words that stand in the text and should not, or the other way round."""
    found_differing = {}
    for at, (reading, found) in enumerate(zip(readings, extracted_pages(data), strict=True)):
        expected, there = words(reading.text if reading else ""), words(found)
        if differing := (there - expected) + (expected - there):
            found_differing[at] = " ".join(list(differing)[:5])
    return found_differing


def check_redacted(
    data: bytes,
    black: Sequence[Sequence[Box]],
    readings: Sequence[Reading | None],
    said: Sequence[str],
    hidden: Sequence[str],
) -> None:
    """Raises `RedactedCopyRefused`: for pixels that are not black, a hidden text in any stream, or foreign parts.

    `said` is what the copy says of itself beside its pages: title and number.
    """
    if data.count(b"startxref") != 1:
        raise RedactedCopyRefused(detail=_(ALTERED))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if any(key in pdf.Root for key in _FOREIGN) or any("/Annots" in page.obj for page in pdf.pages):
            raise RedactedCopyRefused(detail=_(ALTERED))
        for number, (page, boxes) in enumerate(zip(pdf.pages, black, strict=True)):
            _check_black(page, boxes, number)
        shown = " ".join([*said, *(reading.text for reading in readings if reading)])
        _check_texts(pdf, data, [text for text in hidden if not _is_shown(text, shown)])


def _check_black(page: pikepdf.Page, boxes: Sequence[Box], number: int) -> None:
    stream = page_picture(page)
    if any(any(grey_rows(stream, box)) for box in boxes):
        raise RedactedCopyRefused(detail=_("page {number}: an area is not black").format(number=number))


def _is_shown(text: str, shown: str) -> bool:
    """A word that is hidden here and stands openly there, alone or in a longer one, proves nothing."""
    return western(text) in western(shown)


def _check_texts(pdf: pikepdf.Pdf, data: bytes, hidden: Sequence[str]) -> None:
    signs = [sign for text in hidden for sign in _written_as(text)]
    if signs and any(sign in part.lower() for part in (data, *_streams(pdf)) for sign in signs):
        raise RedactedCopyRefused(detail=_("a hidden text is still in the file"))


def _written_as(text: str) -> Iterator[bytes]:
    """The forms in which a PDF may hold the text, in lower case.

    What decides is the length of each form: the three signs of "٤٧١" occur by intent, those of "471" in any file.
    """
    for form in {text, western(text)}:
        if len(form) < (SHORTEST_PLAIN if form.isascii() else SHORTEST):
            continue
        units = form.encode("utf-16-be")
        yield from (form.encode().lower(), units.lower(), units.hex().encode())


def _streams(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    """Every stream that is no picture, unpacked, and what the file says of itself."""
    yield from (str(value).encode() for value in pdf.docinfo.values())
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream) and each.get("/Subtype") != pikepdf.Name.Image:
            yield each.read_bytes()
