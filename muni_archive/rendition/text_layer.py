"""The invisible text of a page: each word where it stands, its characters in logical order.

A word of Arabic runs from its right edge to the left, so that readers which sort by place and readers which
follow the file both get it in logical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from muni_archive.domain.geometry import Box, turned_box
from muni_archive.domain.reading import Reading, Word
from muni_archive.rendition.blank_font import ADVANCE

FONT = "/MuniText"
TALLEST = 2.5
"""Height of a letter in its widths: of like letters that stand closer, readers take one for a shadow."""
_RTL = re.compile(r"[\u0590-\u065f\u066d-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters that are written from right to left; digits of every set are not among them."""
_FOREIGN = r"0-9A-Za-z٠-٩۰-۹"
_RUN = re.compile(rf"[{_FOREIGN}]+(?:[/.,:\-][{_FOREIGN}]+)*|[^{_FOREIGN}]+")
"""In an Arabic word numbers and Latin run left to right; signs go with the letters."""


def text_layer(reading: Reading, height: float, scale: float, gap: float) -> bytes:
    """Content stream for a page of `height` points; `scale` is points a pixel of the master.

    `gap` is the space kept free on both sides of each word, in heights of the word. Words are laid out as they are
    read, on the upright page; the whole is then turned to the way the master lies.
    """
    tall = reading.width * scale if reading.orientation in (90, 270) else height
    lines = [[_upright(word, reading) for word in line.words] for line in reading.lines]
    parts = [_word(_apart(word, gap), tall, scale) for line in lines for word in _parted(line)]
    return _turning(reading, height, scale) + b"BT 3 Tr\n" + b"".join(parts) + b"ET Q\n"


def _upright(word: Word, reading: Reading) -> Word:
    """The word where it stands once the page is turned."""
    box = turned_box(word.box, reading.width, reading.height, reading.orientation)
    return Word(text=word.text, box=box, confidence=word.confidence)


def _turning(reading: Reading, height: float, scale: float) -> bytes:
    """Begins the part of the stream that is written upright: turns it back to the way the master lies."""
    wide = reading.width * scale
    turns = {90: f"0 1 -1 0 {wide:.3f} 0", 180: f"-1 0 0 -1 {wide:.3f} {height:.3f}", 270: f"0 -1 1 0 0 {height:.3f}"}
    turn = turns.get(reading.orientation)
    return f"q {turn} cm ".encode() if turn else b"q "


def _word(word: Word, height: float, scale: float) -> bytes:
    out = b""
    arabic = bool(_RTL.search(word.text))
    for run, box in _runs(word):
        foreign = run[0].isalnum() and not _RTL.search(run)
        out += _run(run, box, height, scale, mirrored=arabic and not foreign)
    return out


def _parted(words: Sequence[Word]) -> list[Word]:
    """The words of a line on one baseline; boxes that an engine laid over one another are parted in the middle."""
    ordered = sorted(words, key=lambda word: word.box.x + word.box.width / 2)
    edges = [
        (one.box.right + other.box.x) // 2 if one.box.right > other.box.x else None
        for one, other in zip(ordered, ordered[1:], strict=False)
    ]
    bottom = round(median(word.box.bottom for word in words)) if words else 0
    tall = max(1, round(median(word.box.height for word in words))) if words else 1
    lefts = [None, *edges]
    rights = [*edges, None]
    parted = {}
    for word, left, right in zip(ordered, lefts, rights, strict=True):
        start = word.box.x if left is None else left
        end = word.box.right if right is None else right
        box = Box(start, bottom - tall, max(1, end - start), tall)
        parted[id(word)] = Word(text=word.text, box=box, confidence=word.confidence)
    return [parted[id(word)] for word in words]


def _apart(word: Word, share: float) -> Word:
    """The word a little narrower than it is: readers tell words by the gaps between them."""
    box = word.box
    gap = min(round(box.width * 0.4), max(2, round(box.height * share)))
    return Word(
        text=word.text, box=Box(box.x + gap, box.y, max(1, box.width - 2 * gap), box.height), confidence=word.confidence
    )


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


def _run(text: str, box: Box, height: float, scale: float, *, mirrored: bool) -> bytes:
    codes = text.encode("utf-16-be")
    return _show(codes, _matrix(box, len(codes) // 2, height, scale, mirrored=mirrored))


def _matrix(box: Box, units: int, height: float, scale: float, *, mirrored: bool) -> tuple[float, ...]:
    """From text space to the upright page: the word fills its box; a mirrored one begins at its right edge."""
    wide, tall = max(0.1, box.width * scale), max(0.1, box.height * scale)
    stretch, tall = wide / (units * ADVANCE / 1000), min(tall, TALLEST * wide / units)
    start = box.right if mirrored else box.x
    return (-stretch if mirrored else stretch, 0, 0, tall, start * scale, height - box.bottom * scale)


def _show(codes: bytes, matrix: tuple[float, ...]) -> bytes:
    numbers = " ".join(f"{value:.3f}" for value in matrix)
    return f"{FONT} 1 Tf {numbers} Tm <{codes.hex()}> Tj\n".encode()
