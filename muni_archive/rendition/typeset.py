"""Lines of Arabic and English on white paper, and where each word stands: a page that we write ourselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from PIL import ImageDraw, ImageFont

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Word
from muni_archive.paths import resource_path

_LTR = re.compile(r"[A-Za-z\u00c0-\u024f]")
_RTL = re.compile(r"[\u0590-\u065f\u066d-\u06ef\u06fa-\u08ff]")
Placed = tuple[str, float]
"""A word and how far from the line's beginning it begins."""


@lru_cache(maxsize=16)
def typeface(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The bundled Arabic typeface; `size` in pixels."""
    name = "Bold" if bold else "Regular"
    return ImageFont.truetype(str(resource_path("fonts", f"IBMPlexSansArabic-{name}.ttf")), size)


def is_rtl(text: str) -> bool:
    """Whether it is written from right to left."""
    return bool(_RTL.search(text))


def broken(text: str, font: ImageFont.FreeTypeFont, room: float) -> Iterator[str]:
    """The text in lines that fit into so many pixels."""
    current = ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and _length(longer, font) > room:
            yield current
            current = word
        else:
            current = longer
    if current:
        yield current


def print_line(
    pen: ImageDraw.ImageDraw,
    text: str,
    font: ImageFont.FreeTypeFont,
    *,
    left: int,
    right: int,
    top: int,
    ink: object,
    rtl: bool = True,
) -> Line:
    """Print one line from the side where it begins; each word alone, so that its place is known."""
    placed = []
    for word, start in _in_order(text.split(), font, rtl=rtl):
        wide = _length(word, font)
        x = right - start - wide if rtl else left + start
        pen.text((x, top), word, font=font, fill=ink, anchor="la", direction="rtl" if is_rtl(word) else "ltr")  # type: ignore[arg-type]  # a grey value or a colour, as the picture is
        box = Box(round(x), top, max(1, round(wide)), round(font.size * 1.3))
        placed.append(Word(text=word, box=box, confidence=1.0))
    return Line(words=tuple(placed))


def _in_order(words: Sequence[str], font: ImageFont.FreeTypeFont, *, rtl: bool) -> Iterator[Placed]:
    """Words with their places; runs of the other direction stand in theirs, as a reader expects a foreign name."""
    space, at = _length(" ", font), 0.0
    foreign = _LTR if rtl else _RTL
    for other, run in groupby(words, key=lambda word: bool(foreign.search(word))):
        parts = list(run)
        wide = [_length(word, font) for word in parts]
        whole = sum(wide) + space * (len(parts) - 1)
        offset = 0.0
        for word, length in zip(parts, wide, strict=True):
            yield word, at + (whole - offset - length if other else offset)
            offset += length + space
        at += whole + space


def _length(text: str, font: ImageFont.FreeTypeFont) -> float:
    return font.getlength(text, direction="rtl" if is_rtl(text) else "ltr")
