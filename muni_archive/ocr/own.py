"""Reading a page with the project's own networks: find its lines, read each, put them in order, propose fields."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.ocr.arabic import has_content
from muni_archive.ocr.fields import propose_fields
from muni_archive.ocr.lines.finding import FoundLine, cut_out, find_lines
from muni_archive.ocr.lines.reading import Sign, StripWord, read_strips, words_of
from muni_archive.ocr.lines.strip import HEIGHT, Strip, to_strip
from muni_archive.ocr.preparing import Preparation, Prepared
from muni_archive.ports import ReadRequest

RECIPE = "lines-1"
LINES_DPI = 300
"""Small type is cut out of the picture at what the scanner gave, up to this."""
CREDIBLE = 0.3
"""Below this mean confidence a page is not text that anybody could use."""
_DOUBTFUL = 0.6
_NONSENSE = 0.08
_PALE = 0.6
_SLANTED = 6.0
"""Degrees from level beyond which a line on a page is a stamp's or stands on its side."""


@dataclass(frozen=True, kw_only=True)
class LineRecognizer:
    """Implements `ports.Recognizer`. `preparation` cleans the page."""

    preparation: Preparation

    @property
    def name(self) -> str:
        return f"muni-{RECIPE} {self.preparation.name}"

    def read(self, request: ReadRequest) -> Reading:
        """Raises `ReadingFailed`."""
        started = time.monotonic()
        page = self.preparation(request)
        read = _read(page)
        if not page.sure and not page.drawing and _mean(read) < _DOUBTFUL:
            other = page.turned(180)
            again = _read(other)
            if _mean(again) > _mean(read):
                page, read = other, again
        reading = Reading(
            engine=self.name, width=page.width, height=page.height, orientation=page.orientation, skew=page.skew,
            lines=tuple(_in_order(read, page)), duration_ms=round(1000 * (time.monotonic() - started)),
        )  # fmt: skip
        if reading.confidence < CREDIBLE:
            return replace(reading, unreadable=True)
        return replace(reading, proposals=propose_fields(reading))


@dataclass(frozen=True, kw_only=True)
class _ReadLine:
    found: FoundLine
    words: tuple[StripWord, ...]
    matrix: NDArray[np.float64]
    height: int
    """Of the cut-out, in pixels of the page as prepared."""
    depth: float
    """How dark its ink is, 0..255."""

    @property
    def confidence(self) -> float:
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


def _read(page: Prepared) -> list[_ReadLine]:
    """Every line that the page has, steep ones the way that reads better."""
    found = find_lines(page.grey, page.dpi)
    ways = found + [replace(line, angle=line.angle + 180) for line in found if line.steep]
    cuts = [cut_out(page.grey, line) for line in ways]
    strips: list[Strip] = [to_strip(grey) for grey, _ in cuts]
    read: dict[tuple[float, float], _ReadLine] = {}
    for line, (grey, matrix), signs in zip(ways, cuts, read_strips(strips), strict=True):
        one = _line(line, signs, matrix, grey)
        place = (line.x, line.y)
        if place not in read or one.confidence > read[place].confidence:
            read[place] = one
    usual = float(np.median([line.depth for line in read.values()])) if read else 0.0
    return [line for line in read.values() if _is_text(line, usual)]


def _is_text(line: _ReadLine, usual: float) -> bool:
    """Not what shines through from the other side: that is paler than the page's ink, and nobody can read it."""
    if not any(has_content(word.text) for word in line.words):
        return False
    pale = line.depth < _PALE * usual
    return line.confidence >= (_DOUBTFUL if pale else _NONSENSE)


def _line(found: FoundLine, signs: tuple[Sign, ...], matrix: NDArray[np.float64], grey: NDArray[np.uint8]) -> _ReadLine:
    depth = 255 - float(np.percentile(grey, 4))
    return _ReadLine(found=found, words=tuple(words_of(signs)), matrix=matrix, height=grey.shape[0], depth=depth)


def _in_order(lines: list[_ReadLine], page: Prepared) -> list[Line]:
    """Rows from above, in each the lines from the right; what lies aslant comes last, for it is not in the text."""
    aslant = [line for line in lines if abs(line.found.angle) > _SLANTED]
    level = [line for line in lines if abs(line.found.angle) <= _SLANTED]
    rows: list[list[_ReadLine]] = []
    for line in sorted(level, key=lambda line: line.found.y):
        if rows and _same_row(rows[-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    ordered = [sorted(row, key=lambda line: -(line.found.x + line.found.length / 2)) for row in rows]
    ordered.extend([line] for line in aslant)
    return [Line(words=tuple(_placed(word, line, page) for line in row for word in line.words)) for row in ordered]


def _same_row(row: list[_ReadLine], line: _ReadLine) -> bool:
    last = row[-1].found
    return abs(last.y - line.found.y) < 0.4 * min(last.height, line.found.height) + 1


def _placed(word: StripWord, line: _ReadLine, page: Prepared) -> Word:
    scale = line.height / HEIGHT
    left, right = word.start * scale, word.end * scale
    corners = np.array([[left, 0, 1], [right, 0, 1], [right, line.height, 1], [left, line.height, 1]]).T
    xs, ys = line.matrix @ corners
    box: Box = page.frame.box(float(xs.min()), float(ys.min()), float(np.ptp(xs)), float(np.ptp(ys)))
    return Word(text=word.text, box=box, confidence=round(word.confidence, 3))


def _mean(lines: list[_ReadLine]) -> float:
    words = [word.confidence for line in lines for word in line.words]
    return sum(words) / len(words) if words else 0.0
