"""Text that was born with a PDF's page: kept when it is sound, turned right when its Arabic is reversed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pypdfium2

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word

ENGINE = "pdf-text"
LEAST = 20
"""Letters that make a text; fewer are a page number or a stamp on a scan, which is read."""
_ARABIC = re.compile(r"[\u0620-\u064a]")
_WORD = re.compile(r"\S+")
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_STARTS, _ENDS = ("ال", "وال", "بال", "لل", "كال", "فال"), ("ة", "ات", "ية", "ين")


def born_text(page: pypdfium2.PdfPage, width: int, height: int) -> Reading | None:
    """The page's text with boxes in pixels of its picture (`width` × `height`); None where OCR must read."""
    try:
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        if not _sound(text) or text_page.count_chars() != len(text):
            return None
        frame = _Frame(box=page.get_cropbox(), rotation=page.get_rotation(), width=width, height=height)
        lines = [_words(text_page, match, frame) for match in re.finditer(r"[^\r\n]+", text)]
    except (pypdfium2.PdfiumError, ValueError):
        return None
    lines = [_right_way(line) for line in lines] if _reversed_text(lines) else lines
    return Reading(engine=ENGINE, width=width, height=height, lines=tuple(_line(line) for line in lines if line))


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """From the page's own space to pixels of its picture."""

    box: tuple[float, float, float, float]
    rotation: int
    width: int
    height: int

    def place(self, left: float, bottom: float, right: float, top: float) -> Box:
        near_left, near_bottom, near_right, near_top = self.box
        wide, tall = near_right - near_left, near_top - near_bottom
        x, y, x2, y2 = {
            0: (left - near_left, near_top - top, right - near_left, near_top - bottom),
            90: (bottom - near_bottom, left - near_left, top - near_bottom, right - near_left),
            180: (near_right - right, bottom - near_bottom, near_right - left, top - near_bottom),
            270: (near_top - top, near_right - right, near_top - bottom, near_right - left),
        }[self.rotation % 360]
        if self.rotation % 180:
            wide, tall = tall, wide
        across, down = self.width / wide, self.height / tall
        return Box(round(x * across), round(y * down), max(1, round((x2 - x) * across)), max(1, round((y2 - y) * down)))


Placed = tuple[str, Box]


def _sound(text: str) -> bool:
    """Enough letters, and not the signs of a font without a map: private ones, or controls in place of digits."""
    if any(unicodedata.category(char) == "Cc" and char not in "\r\n\t" for char in text):
        return False
    letters = sum(char.isalnum() for char in text)
    strange = sum(char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn") for char in text)
    return letters >= LEAST and strange <= letters * 0.05


def _words(text_page: pypdfium2.PdfTextPage, match: re.Match[str], frame: _Frame) -> list[Placed]:
    words = []
    for word in _WORD.finditer(match[0]):
        start = match.start() + word.start()
        boxes = [text_page.get_charbox(at) for at in range(start, start + len(word[0]))]
        left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
        words.append((word[0], frame.place(left, bottom, right, top)))
    return words


def _line(words: list[Placed]) -> Line:
    plain = ((_MARKS.sub("", unicodedata.normalize("NFKC", text)), box) for text, box in words)
    return Line(words=tuple(Word(text=text, box=box, confidence=1.0) for text, box in plain if text))


def _reversed_text(lines: list[list[Placed]]) -> bool:
    """Some programs write Arabic in visual order: words then end in «لا» where they should begin with «ال»."""
    words = [text for line in lines for text, _box in line if _arabic(text) and len(text) > 3]
    plain = [unicodedata.normalize("NFKC", word) for word in words]
    turned = [unicodedata.normalize("NFKC", word[::-1]) for word in words]
    return sum(map(_arabic_looking, turned)) > sum(map(_arabic_looking, plain))


def _arabic(text: str) -> bool:
    return bool(_ARABIC.search(unicodedata.normalize("NFKC", text)))


def _arabic_looking(word: str) -> int:
    return word.startswith(_STARTS) + word.endswith(_ENDS)


def _right_way(line: list[Placed]) -> list[Placed]:
    """A line in visual order, turned; runs of words that are not Arabic keep their order among themselves."""
    if not any(_arabic(text) for text, _box in line):
        return line
    turned: list[Placed] = []
    foreign: list[Placed] = []
    for text, box in reversed(line):
        if any(char.isalpha() for char in text) and not _arabic(text):
            foreign.insert(0, (text, box))
            continue
        turned += [*foreign, (_turned(text), box)]
        foreign = []
    return turned + foreign


def _turned(word: str) -> str:
    """Letters turned, runs of digits and Latin kept."""
    if not _arabic(word):
        return word
    runs = re.findall(r"[0-9A-Za-z٠-٩./:-]+|[^0-9A-Za-z٠-٩./:-]+", word)
    return "".join(run if re.match(r"[0-9A-Za-z٠-٩./:-]", run) else run[::-1] for run in reversed(runs))
