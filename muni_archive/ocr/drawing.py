"""Reading sheets whose text stands in all directions: sparse text in tiles, at three turnings."""

from __future__ import annotations

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Word
from muni_archive.ocr.arabic import has_content
from muni_archive.ocr.engine import run_engine
from muni_archive.ocr.preparing import Prepared
from muni_archive.ocr.tsv import parse_tsv, to_lines

TILE, OVERLAP = 2600, 250
_CREDIBLE = 0.35
_SAME_PLACE = 0.5


def read_drawing(page: Prepared, *, models: tuple[str, ...], seconds: float) -> tuple[Line, ...]:
    """Labels found at 0°, 90° and 270°; where two overlap, the one the engine is surer of stays."""
    found: list[Line] = []
    for degrees in (0, 90, 270):
        for tile in page.turned(degrees).tiles(TILE, OVERLAP):
            table = run_engine(tile.grey, models=models, mode=11, dpi=tile.dpi, seconds=seconds)
            words = [word for word in parse_tsv(table) if word.confidence >= _CREDIBLE]
            found.extend(to_lines(words, tile.frame))
    return surest_words(found)


def surest_words(lines: list[Line]) -> tuple[Line, ...]:
    """Each place on the sheet keeps the most credible word; lines keep what is left of them."""
    ranked = sorted((word for line in lines for word in line.words), key=_weight, reverse=True)
    kept: list[Word] = []
    chosen: set[int] = set()
    grid: dict[tuple[int, int], list[Word]] = {}
    for word in ranked:
        near = [other for cell in _cells(word.box) for other in grid.get(cell, ())]
        if any(_overlap(word.box, other.box) > _SAME_PLACE for other in near):
            continue
        kept.append(word)
        chosen.add(id(word))
        for cell in _cells(word.box):
            grid.setdefault(cell, []).append(word)
    left = (tuple(word for word in line.words if id(word) in chosen) for line in lines)
    return tuple(Line(words=words) for words in left if any(has_content(word.text) for word in words))


def _weight(word: Word) -> float:
    """Long words cannot be read by chance; single signs often are, from hatching."""
    return word.confidence * float(min(len(word.text), 4) ** 0.5)


def _cells(box: Box, size: int = 200) -> list[tuple[int, int]]:
    columns = range(box.x // size, box.right // size + 1)
    rows = range(box.y // size, box.bottom // size + 1)
    return [(column, row) for column in columns for row in rows]


def _overlap(one: Box, other: Box) -> float:
    """Shared area as a share of the smaller box."""
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / max(1, min(one.width * one.height, other.width * other.height))
