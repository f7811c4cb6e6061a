"""The invisible text of a page: each word where it stands, its characters in logical order.

A word of Arabic runs from its right edge to the left, so that readers which sort by place and readers which
follow the file both get it in logical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import median

from muni_archive.domain.geometry import Box
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

    `gap` is the space kept free on both sides of each word, in heights of the word.
    """
    parts = [
        _word(_apart(word, gap), reading.orientation, height, scale)
        for line in reading.lines
        for word in _parted(line.words)
    ]
    return b"q BT 3 Tr\n" + b"".join(parts) + b"ET Q\n"


def _word(word: Word, orientation: int, height: float, scale: float) -> bytes:
    out = b""
    arabic = bool(_RTL.search(word.text))
    for run, box in _runs(word):
        foreign = run[0].isalnum() and not _RTL.search(run)
        out += _run(run, box, orientation, height, scale, mirrored=arabic and not foreign)
    return out


def _parted(words: tuple[Word, ...]) -> list[Word]:
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


def _run(text: str, box: Box, orientation: int, height: float, scale: float, *, mirrored: bool) -> bytes:
    codes = text.encode("utf-16-be")
    return _show(codes, _matrix(box, len(codes) // 2, orientation, height, scale, mirrored=mirrored))


def _matrix(
    box: Box, units: int, orientation: int, height: float, scale: float, *, mirrored: bool
) -> tuple[float, ...]:
    """From text space to the page: the word fills its box, whichever way the master lies."""
    left, bottom = box.x * scale, height - box.bottom * scale
    wide, tall = max(0.1, box.width * scale), max(0.1, box.height * scale)
    along, across = (tall, wide) if orientation in (90, 270) else (wide, tall)
    stretch = along / (units * ADVANCE / 1000)
    across = min(across, TALLEST * along / units)
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
