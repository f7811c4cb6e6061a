"""The invisible text of a page: each word where it stands, its characters in logical order.

A word of Arabic runs from its right edge to the left, so that readers which sort by place and readers which
follow the file both get it in logical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Reading, Word
from muni_archive.rendition.blank_font import ADVANCE

FONT = "/MuniText"
_RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_RUN = re.compile(
    r"[\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+|[^\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+"
)


def text_layer(reading: Reading, height: float, scale: float) -> bytes:
    """Content stream for a page of `height` points; `scale` is points a pixel of the master."""
    parts = [_word(word, reading.orientation, height, scale) for line in reading.lines for word in line.words]
    return b"q BT 3 Tr\n" + b"".join(parts) + b"ET Q\n"


def _word(word: Word, orientation: int, height: float, scale: float) -> bytes:
    out = b""
    for run, box in _runs(word):
        out += _run(f"{run}", box, orientation, height, scale)
    return out + _space(word, orientation, height, scale)


def _runs(word: Word) -> Iterator[tuple[str, Box]]:
    """Runs of one direction, side by side in the word's box; in an Arabic word the first stands rightmost."""
    runs = _RUN.findall(word.text) if _RTL.search(word.text) else [word.text]
    if len(runs) == 1:
        yield runs[0], word.box
        return
    unit, used = word.box.width / max(1, len(word.text)), 0.0
    for run in runs:
        width = unit * len(run)
        used += width
        yield run, Box(round(word.box.right - used), word.box.y, max(1, round(width)), word.box.height)


def _run(text: str, box: Box, orientation: int, height: float, scale: float) -> bytes:
    codes = text.encode("utf-16-be")
    units = len(codes) // 2
    right_to_left = bool(_RTL.search(text))
    return _show(codes, _matrix(box, units, orientation, height, scale, mirrored=right_to_left))


def _space(word: Word, orientation: int, height: float, scale: float) -> bytes:
    """A space after the word, on the side where the next one stands, so that words do not run together."""
    thin = max(1, word.box.height // 8)
    rtl = bool(_RTL.search(word.text))
    x = word.box.x - thin if rtl else word.box.right
    box = Box(x, word.box.y, thin, word.box.height)
    return _show(b"\0 ", _matrix(box, 1, orientation, height, scale, mirrored=rtl))


def _matrix(
    box: Box, units: int, orientation: int, height: float, scale: float, *, mirrored: bool
) -> tuple[float, ...]:
    """From text space to the page: the word fills its box, whichever way the master lies."""
    left, bottom = box.x * scale, height - box.bottom * scale
    wide, tall = max(0.1, box.width * scale), max(0.1, box.height * scale)
    along, across = (tall, wide) if orientation in (90, 270) else (wide, tall)
    stretch = along / (units * ADVANCE / 1000)
    # (start, direction of writing, direction of height) for each way the master lies
    frames = {
        0: ((left, bottom), (1, 0), (0, 1)),
        180: ((left + wide, bottom + tall), (-1, 0), (0, -1)),
        90: ((left + wide, bottom), (0, 1), (-1, 0)),
        270: ((left, bottom + tall), (0, -1), (1, 0)),
    }
    (x, y), (ax, ay), (ux, uy) = frames[orientation]
    if mirrored:
        x, y, ax, ay = x + ax * along, y + ay * along, -ax, -ay
    return (ax * stretch, ay * stretch, ux * across, uy * across, x, y)


def _show(codes: bytes, matrix: tuple[float, ...]) -> bytes:
    numbers = " ".join(f"{value:.3f}" for value in matrix)
    return f"{FONT} 1 Tf {numbers} Tm <{codes.hex()}> Tj\n".encode()
