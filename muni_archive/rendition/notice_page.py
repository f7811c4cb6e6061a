"""The sheet before a redacted copy: that something is hidden, in which version, why, and who approved it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from muni_archive.domain.reading import Line, Reading
from muni_archive.domain.redaction import PagePicture, PictureForm
from muni_archive.rendition.typeset import broken, print_line, typeface

DPI = 200
WIDTH, HEIGHT, MARGIN = 1654, 2339, 150
"""A4."""
SIZE, LARGE, LEADING = 34, 62, 1.7


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """A paragraph of the notice; one without text is a rule across the sheet."""

    text: str
    rtl: bool = True
    heading: bool = False
    strong: bool = False


def notice_page(lines: Sequence[NoticeLine]) -> tuple[PagePicture, Reading]:
    """The sheet, and the words on it with their places. What does not fit is set smaller."""
    size = SIZE
    while True:
        sheet = Image.new("L", (WIDTH, HEIGHT), 255)
        printed, bottom = _print(ImageDraw.Draw(sheet), lines, size)
        if bottom <= HEIGHT - MARGIN or size <= 12:
            break
        size -= 2
    packed = zlib.compress(np.packbits(np.asarray(sheet) >= 128, axis=1).tobytes(), 9)
    picture = PagePicture(data=packed, width=WIDTH, height=HEIGHT, form=PictureForm.BITS)
    return picture, Reading(engine="", width=WIDTH, height=HEIGHT, lines=printed)


def _print(pen: ImageDraw.ImageDraw, lines: Sequence[NoticeLine], size: int) -> tuple[tuple[Line, ...], int]:
    top, printed = MARGIN, []
    for line in lines:
        if not line.text:
            pen.line((MARGIN, top + size // 2, WIDTH - MARGIN, top + size // 2), fill=0, width=3)
            top += size * 2
            continue
        large = size * LARGE // SIZE if line.heading else size
        font = typeface(large, bold=line.heading or line.strong)
        for part in broken(line.text, font, WIDTH - 2 * MARGIN):
            printed.append(print_line(pen, part, font, left=MARGIN, right=WIDTH - MARGIN, top=top, ink=0, rtl=line.rtl))
            top += round(large * LEADING)
    return tuple(printed), top
