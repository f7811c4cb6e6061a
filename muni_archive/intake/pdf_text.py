"""Text that was born with a PDF's page: kept when it is sound, turned right when its Arabic is reversed."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pypdfium2

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word

ENGINE = "pdf-text"
LEAST = 20
"""Letters that make a text; fewer are a page number or a stamp on a scan, which is read."""
_ARABIC = re.compile(r"[\u0620-\u064a]")
_WORD = re.compile(r"\S+")


def born_text(path: Path, number: int, width: int, height: int) -> Reading | None:
    """The page's text with boxes in pixels of its picture (`width` × `height`); None where OCR must read."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return None
    try:
        page = document[number - 1]
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        if not _sound(text):
            return None
        scale = width / page.get_width(), height / page.get_height()
        lines = tuple(
            line
            for match in re.finditer(r"[^\r\n]+", text)
            if (line := _line(text_page, match, page.get_height(), scale)).words
        )
        return Reading(engine=ENGINE, width=width, height=height, lines=_turned_right(lines))
    except (pypdfium2.PdfiumError, ValueError):
        return None
    finally:
        document.close()


def _sound(text: str) -> bool:
    """Enough letters, and not the private signs of a font without a map."""
    letters = sum(char.isalnum() for char in text)
    strange = sum(char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn") for char in text)
    return letters >= LEAST and strange <= letters * 0.05


def _line(text_page: pypdfium2.PdfTextPage, match: re.Match[str], height: float, scale: tuple[float, float]) -> Line:
    words = []
    for word in _WORD.finditer(match[0]):
        start = match.start() + word.start()
        boxes = [text_page.get_charbox(at) for at in range(start, start + len(word[0]))]
        left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
        place = Box(
            round(left * scale[0]),
            round((height - top) * scale[1]),
            max(1, round((right - left) * scale[0])),
            max(1, round((top - bottom) * scale[1])),
        )
        words.append(Word(text=unicodedata.normalize("NFKC", word[0]), box=place, confidence=1.0))
    return Line(words=tuple(words))


def _turned_right(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Some programs write Arabic in visual order: words then end in «لا» where they should begin with «ال»."""
    words = [word.text for line in lines for word in line.words if _ARABIC.search(word.text) and len(word.text) > 3]
    right = sum(word.startswith(("ال", "وال", "بال")) or word.endswith("ة") for word in words)
    wrong = sum(word.endswith("لا") or word.startswith("ة") for word in words)
    if wrong <= right:
        return lines
    return tuple(Line(words=tuple(_reversed(word) for word in reversed(line.words))) for line in lines)


def _reversed(word: Word) -> Word:
    """Letters turned, runs of digits and Latin kept."""
    if not _ARABIC.search(word.text):
        return word
    runs = re.findall(r"[0-9A-Za-z٠-٩./:-]+|[^0-9A-Za-z٠-٩./:-]+", word.text)
    text = "".join(run if re.match(r"[0-9A-Za-z٠-٩./:-]", run) else run[::-1] for run in reversed(runs))
    return Word(text=text, box=word.box, confidence=word.confidence)
