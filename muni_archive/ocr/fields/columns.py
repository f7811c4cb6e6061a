"""Values that stand below their label: the columns of a table, and the boxes of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from muni_archive.domain.reading import FieldProposal, Reading, Word
from muni_archive.ocr.arabic import western_digits
from muni_archive.ocr.fields.cells import Cell, apart, cells_of, overlap
from muni_archive.ocr.fields.labels import bare, propose
from muni_archive.ocr.fields.names import is_given, joined, party
from muni_archive.ocr.fields.numbers import CIVIL_ID, LICENCE, REFERENCE, civil_id
from muni_archive.ocr.fields.passages import upright
from muni_archive.ocr.fields.places import BLOCK, NUMBER, known_area

_NUMBERS: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {
    "parcel": (NUMBER, ("قسيمه", "parcel", "plot")),
    "block": (BLOCK, ("قطعه", "block")),
    "licence": (LICENCE, ("رخصه", "ترخيص", "licence", "license", "permit")),
    "reference": (REFERENCE, ("معامله", "مرجع", "ملف", "طلب", "وارد", "صادر", "reference")),
    "civil_id": (CIVIL_ID, ("مدني", "مدنيه")),
}
_TEXTS: dict[str, tuple[str, ...]] = {
    "area": ("منطقه", "ضاحيه"),
    "party": ("مالك", "مستاجر", "مقاول", "مقدم", "صاحب", "موجر", "مرخص", "بايع", "مشتري", "متنازل"),
}
_LABELS = {name: labels for name, (_, labels) in _NUMBERS.items()} | _TEXTS
_OTHERS = frozenset({"تاريخ", "هاتف", "شارع", "منزل", "مساحه", "جنسيه", "عنوان", "توقيع", "ملاحظات", "نوع", "مبلغ"})
"""What else a form asks for: below such a label stands the answer to it, and not to one further up."""
_ASKING = frozenset({"رقم", "اسم"})
_LABEL_WORDS = 4
_LONG_BLOCK = re.compile(r"\d{4,6}|\d{1,6}/\d{1,4}")
"""No block has such a number: where قطعة stands above it, it is a plot."""
_LIKENESS = 0.9
"""A heading above says less than a label beside."""
_NO_NAME_KNOWN = 0.75
_DEEPEST, _JUMP = 60, 6.0
"""Rows that a heading speaks for, and the paper between two of them that ends the table, in heights of a line."""
_ASTRAY = 2.0
"""What stands further from its heading, in heights of a line, is another column's."""
_SENTENCE = 7
"""So many words without a gutter are a sentence, and no row of a table."""


def below_headings(reading: Reading) -> Iterator[FieldProposal]:
    """Values in the columns and boxes whose heading names a field."""
    rows = [cells_of(line, reading) for line in reading.lines if line.words]
    for at, row in enumerate(rows):
        if _are_headings(row):
            yield from _values(row, rows[at + 1 : at + _DEEPEST], _height(row, reading))


def _field(cell: Cell) -> str | None:
    """What it asks for, when it is a label; an empty name when that is none of ours."""
    if len(cell.keys) > _LABEL_WORDS or any(char.isdigit() for key in cell.keys for char in key):
        return None
    stems = [key.removeprefix("ال") for key in cell.keys]
    if stems[0] in _OTHERS:
        return ""
    asked = _TEXTS if stems[0] == "اسم" else _LABELS
    for name, labels in asked.items():
        if any(stem in labels for stem in stems):
            return name
    return "" if stems[0] in _ASKING else None


def _are_headings(row: Sequence[Cell]) -> bool:
    """Whether a row only asks: it has one of our labels, and no number."""
    if any(char.isdigit() for cell in row for key in cell.keys for char in key):
        return False
    if len(row) > 1:
        return any(_field(cell) for cell in row)
    # What a form is called may have one of our words in it as well (رخصة بناء); a label says that it asks.
    return bool(_field(row[0])) and (_field(row[0]) == "area" or row[0].keys[0] in _ASKING)


def _values(headings: Sequence[Cell], rows: Sequence[Sequence[Cell]], height: float) -> Iterator[FieldProposal]:
    columns: list[tuple[Cell, list[Cell]]] = [(heading, []) for heading in headings]
    below = _top(headings)
    for row in rows:
        if _top(row) - below > _JUMP * height or _asks(row) or (len(row) == 1 and len(row[0].words) >= _SENTENCE):
            break
        below = _top(row)
        for cell in row:
            heading, cells = min(columns, key=lambda column: apart(column[0], cell))
            if apart(heading, cell) < _ASTRAY * height or overlap(heading, cell):
                cells.append(cell)
        if len(headings) == 1:
            # A label alone has one answer; further down stands something else.
            break
    for heading, cells in columns:
        yield from _column(_field(heading), cells)


def _asks(row: Sequence[Cell]) -> bool:
    """Whether these are labels again, so that the headings above have their answers."""
    return any(_field(cell) is not None for cell in row) and _plain(row)


def _plain(row: Sequence[Cell]) -> bool:
    return not any(char.isdigit() for cell in row for key in cell.keys for char in key)


def _column(name: str | None, cells: Sequence[Cell]) -> Iterator[FieldProposal]:
    if name in _NUMBERS:
        yield from _numbers(name, [word for cell in cells for word in cell.words])
    elif name == "area":
        for cell in cells:
            area, length, likeness = known_area(cell.keys, 0, strict=False)
            if area and length == len(cell.keys):
                yield propose(name, area, cell.words, likeness=likeness * _LIKENESS)
    elif name == "party":
        for cell in cells:
            yield from _party(cell)


def _numbers(name: str, words: Sequence[Word]) -> Iterator[FieldProposal]:
    values = [western_digits(bare(word.text)) for word in words]
    if name == "block" and any(_LONG_BLOCK.fullmatch(value) for value in values):
        # One number that no block has tells what the whole column holds.
        name, shape, likeness = "parcel", NUMBER, _LIKENESS * 0.8
    else:
        shape, likeness = _NUMBERS[name][0], _LIKENESS
    for word, value in zip(words, values, strict=True):
        if not shape.fullmatch(value):
            continue
        if name == "civil_id":
            yield civil_id(value, word, likeness=likeness)
        else:
            yield propose(name, value, (word,), likeness=likeness)


def _party(cell: Cell) -> Iterator[FieldProposal]:
    if name := party(cell.words):
        yield propose("party", joined(name), name, likeness=_LIKENESS)
    elif 2 <= len(cell.words) <= _LABEL_WORDS + 1 and is_given(cell.words[0]):
        yield propose("party", joined(cell.words), cell.words, likeness=_NO_NAME_KNOWN)


def _top(row: Sequence[Cell]) -> float:
    return median(cell.place.y for cell in row)


def _height(row: Sequence[Cell], reading: Reading) -> float:
    return max(1.0, median(upright(word.box, reading).height for cell in row for word in cell.words))
