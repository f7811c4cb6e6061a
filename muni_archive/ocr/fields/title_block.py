"""The title block of a drawing: which sheet it is, at which scale, in which revision, and who drew it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from muni_archive.domain.reading import FieldProposal, Line, Reading
from muni_archive.ocr.arabic import fold, western_digits
from muni_archive.ocr.fields.labels import bare, find_labels, propose, split_words, together
from muni_archive.ocr.fields.passages import whole

_SHEET = re.compile(r"[A-Za-zء-ي]{0,4}[-/.]?\d{1,4}(?:[-/.]\d{1,4})?")
_REVISION = re.compile(r"(?:[A-Za-z]{0,2}-?\d{1,3}|[A-Za-z]|[أابجدهوز])")
_SCALE = re.compile(r"1[:/](\d{1,5})")
_LEAST_LABELS = 2
"""A title block has several labels; one alone may stand in any note."""
_MOST_WORDS = 9

_Value = Callable[[str], str | None]


def _shaped(pattern: re.Pattern[str]) -> _Value:
    def value(text: str) -> str | None:
        plain = western_digits(text)
        return plain.upper() if pattern.fullmatch(plain) else None

    return value


def _scale(text: str) -> str | None:
    match = _SCALE.fullmatch(western_digits(text).replace(" ", ""))
    return f"1:{int(match[1])}" if match else None


_ONE_WORD: tuple[tuple[str, _Value, tuple[str, ...]], ...] = (
    ("sheet_number", _shaped(_SHEET), ("رقم اللوحه", "لوحه رقم", "لوحه", "sheet no", "dwg no", "drawing no", "sheet")),
    ("revision", _shaped(_REVISION), ("رقم التعديل", "تعديل", "مراجعه", "revision", "rev")),
)
_TEXT = (
    ("sheet_title", ("عنوان اللوحه", "مشروع", "اسم اللوحه", "project", "title")),
    ("office", ("مكتب الهندسي", "مكتب هندسي", "استشاري", "consultant")),
)
_SCALE_LABELS = ("مقياس الرسم", "مقياس", "scale")


def title_block(reading: Reading) -> tuple[FieldProposal, ...]:
    """What the block says; nothing where fewer than two of its labels stand on the sheet."""
    found = [proposal for line in reading.lines for proposal in _in_line(line)]
    return tuple(found) if len({proposal.name for proposal in found}) >= _LEAST_LABELS else ()


def _in_line(line: Line) -> Iterator[FieldProposal]:
    passage = whole(line)
    for name, value_of, labels in _ONE_WORD:
        for label in find_labels(passage, labels):
            first = label.rest[:1]
            if first and (value := value_of(bare(first[0].text))):
                yield propose(name, value, first, likeness=label.likeness)
    yield from _scales(line)
    for name, labels in _TEXT:
        for label in find_labels(passage, labels):
            before = len(split_words(line.words)) - len(label.rest)
            words = together(label.rest, _MOST_WORDS)
            if words and before <= _LEAST_LABELS and not fold(bare(words[0].text)).isdigit():
                yield propose(name, " ".join(bare(word.text) for word in words), words, likeness=label.likeness)


def _scales(line: Line) -> Iterator[FieldProposal]:
    """Not cut at colons, which a scale has one of its own."""
    words = line.words
    labelled = any(find_labels(whole(line), _SCALE_LABELS))
    for word in words:
        if labelled and (value := _scale(word.text.strip("()[]،,."))):
            yield propose("scale", value, (word,), likeness=1.0)
