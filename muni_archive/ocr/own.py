"""Reading a page with the project's own networks: find its lines, read each, put them in order, propose fields."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.ocr.arabic import has_content
from muni_archive.ocr.fields import propose_fields
from muni_archive.ocr.layout import in_order
from muni_archive.ocr.lines.finding import FoundLine, find_marked
from muni_archive.ocr.lines.joining import join
from muni_archive.ocr.lines.looking import ReadLine, look_again, read_found
from muni_archive.ocr.lines.missed import missed_lines
from muni_archive.ocr.lines.reading import StripWord
from muni_archive.ocr.lines.strip import HEIGHT
from muni_archive.ocr.preparing import Preparation, Prepared
from muni_archive.ports import ReadRequest

RECIPE = "lines-2"
LINES_DPI = 300
"""Small type is cut out of the picture at what the scanner gave, up to this."""
CREDIBLE = 0.3
"""Below this mean confidence a page is not text that anybody could use."""
_DOUBTFUL = 0.6
_NONSENSE = 0.08
_SECOND_LOOK = 0.85
"""Lines below this mean confidence are looked at again."""
_AROUND = 5
"""Columns of a strip: the network names a sign near its middle, the ink reaches a little further."""
_SURE = 0.75
"""Ink that the finder passed over counts as text only when it reads well."""
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
            engine=self.name, width=page.width, height=page.height, codes=page.codes,
            orientation=page.orientation, skew=page.skew,
            lines=tuple(_in_order(read, page)), duration_ms=round(1000 * (time.monotonic() - started)),
        )  # fmt: skip
        if reading.confidence < CREDIBLE:
            return replace(reading, unreadable=True)
        return replace(reading, proposals=propose_fields(reading))


def _read(page: Prepared) -> list[ReadLine]:
    """Every line that the page has; those that read badly are looked at again in other ways."""
    marks = find_marked(page.grey, page.dpi)
    found = [mark.line for mark in marks]
    read = read_found(page.grey, found)
    lines = _text_of(join(page.grey, marks, read) if page.drawing else read)
    doubtful = [at for at, line in enumerate(lines) if line.confidence < _SECOND_LOOK]
    for at, better in zip(doubtful, look_again(page.grey, [lines[at] for at in doubtful]), strict=True):
        lines[at] = better
    if not page.drawing:
        more = read_found(page.grey, missed_lines(page.grey, page.dpi, found))
        lines += [line for line in _text_of(more) if line.confidence >= _SURE]
    return lines


def _text_of(lines: list[ReadLine]) -> list[ReadLine]:
    usual = float(np.median([line.depth for line in lines])) if lines else 0.0
    return [line for line in lines if _is_text(line, usual)]


def _is_text(line: ReadLine, usual: float) -> bool:
    """Not what shines through from the other side: that is paler than the page's ink, and nobody can read it."""
    if not any(has_content(word.text) for word in line.words):
        return False
    pale = line.depth < _PALE * usual
    return line.confidence >= (_DOUBTFUL if pale else _NONSENSE)


def _in_order(lines: list[ReadLine], page: Prepared) -> list[Line]:
    """As the page is read; what lies aslant comes last, for it is not in the text; what stands upright, in rows too."""
    rows = in_order([line for line in lines if abs(line.found.angle) <= _SLANTED])
    for turn in (-90, 90):
        upright = (line for line in lines if abs(_off(line.found.angle, turn)) <= _SLANTED)
        rows += in_order([replace(line, found=_laid(line.found, turn)) for line in upright])
    rows += [[line] for line in lines if all(abs(_off(line.found.angle, turn)) > _SLANTED for turn in (-90, 0, 90))]
    return [Line(words=tuple(_placed(word, line, page) for line in row for word in line.words)) for row in rows]


def _off(angle: float, other: float) -> float:
    """Degrees between two directions in which a line may run, -180..180."""
    return (angle - other + 180) % 360 - 180


def _laid(found: FoundLine, turn: int) -> FoundLine:
    """A line that runs in this direction (90 is down), as it lies when the sheet is turned until it is level."""
    x, y = (found.y, -found.x) if turn == 90 else (-found.y, found.x)
    return replace(found, x=x, y=y, angle=0.0)


def _placed(word: StripWord, line: ReadLine, page: Prepared) -> Word:
    scale = line.height / HEIGHT
    left, right = max(0, word.start - _AROUND) * scale, (word.end + _AROUND) * scale
    corners = np.array([[left, 0, 1], [right, 0, 1], [right, line.height, 1], [left, line.height, 1]]).T
    xs, ys = line.matrix @ corners
    box: Box = page.frame.box(float(xs.min()), float(ys.min()), float(np.ptp(xs)), float(np.ptp(ys)))
    return Word(text=word.text, box=box, confidence=round(word.confidence, 3))


def _mean(lines: list[ReadLine]) -> float:
    words = [word.confidence for line in lines for word in line.words]
    return sum(words) / len(words) if words else 0.0
