"""The title block of a drawing: which sheet it is, at which scale, in which revision, and who drew it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, Reading, Word
from muni_archive.ocr.arabic import fold, western_digits
from muni_archive.ocr.fields.cells import Cell, apart, cells_of, overlap
from muni_archive.ocr.fields.labels import bare, find_labels, paper_between, propose, split_words, together
from muni_archive.ocr.fields.passages import upright, whole

_SHEET = re.compile(r"[A-Za-zء-ي]{0,4}[-/.]?\d{1,4}(?:[-/.]\d{1,4})?")
_REVISION = re.compile(r"(?:[A-Za-z]{0,2}-?\d{1,3}|[A-Za-z]|[أابجدهوز])")
_SCALE = re.compile(r"1[:/](\d{1,5})")
_LEAST_LABELS = 2
"""A title block has several labels; one alone may stand in any note."""
_MOST_WORDS = 9
_CELL = 1.0
"""Paper before a label, in heights of its words, where a cell begins with it."""
_FAR = 15.0
"""Paper between a label and its value, in heights of the label, beyond which the plan lies."""
_DEEP, _ASTRAY = 4.0, 1.5
"""How far below its label a value stands at most, and how far out of line with it, in heights of the label."""
_BELOW, _UNLABELLED = 0.9, 0.8
"""A label above says less than one beside; an office may stand in its block without any."""

_Value = Callable[[Sequence[Word]], tuple[str, Sequence[Word]] | None]
"""What the words say, and which of them say it; None when they do not begin with such a value."""


def _shaped(pattern: re.Pattern[str]) -> _Value:
    def value(words: Sequence[Word]) -> tuple[str, Sequence[Word]] | None:
        plain = western_digits(bare(words[0].text)) if words else ""
        return (plain.upper(), words[:1]) if pattern.fullmatch(plain) else None

    return value


def _scale(words: Sequence[Word]) -> tuple[str, Sequence[Word]] | None:
    match = _SCALE.fullmatch(western_digits(words[0].text.strip("()[]،,.")).replace(" ", "")) if words else None
    return (f"1:{int(match[1])}", words[:1]) if match else None


def _text(words: Sequence[Word]) -> tuple[str, Sequence[Word]] | None:
    """Words up to the next cell, when they are no label again and no number."""
    chosen = together(words, _MOST_WORDS)
    line = whole(Line(words=tuple(chosen)))
    if not chosen or fold(bare(chosen[0].text)).isdigit():
        return None
    if any(found.at == 0 and found.likeness == 1 for _, _, labels in _KINDS for found in find_labels(line, labels)):
        return None
    return " ".join(bare(word.text) for word in chosen), chosen


_KINDS: tuple[tuple[str, _Value, tuple[str, ...]], ...] = (
    ("sheet_number", _shaped(_SHEET), ("رقم اللوحه", "لوحه رقم", "لوحه", "sheet no", "dwg no", "drawing no", "sheet")),
    ("revision", _shaped(_REVISION), ("رقم التعديل", "تعديل", "مراجعه", "اصدار", "revision", "rev")),
    ("scale", _scale, ("مقياس الرسم", "مقياس", "scale")),
    ("sheet_title", _text, ("عنوان اللوحه", "اسم اللوحه", "عنوان المخطط", "title")),
    ("project", _text, ("مشروع", "اسم المشروع", "project")),
    ("office", _text, ("مكتب الهندسي", "مكتب هندسي", "مكتب الاستشاري", "استشاري", "consultant")),
    ("other", _text, ("تاريخ", "مالك", "رسم", "اعتماد", "تدقيق", "جهه", "date", "owner", "client", "drawn", "checked")),
)  # fmt: skip
_PROPOSED = frozenset({"sheet_number", "revision", "scale", "sheet_title", "office"})
_OFFICES, _TRADES = frozenset({"مكتب", "دار", "شركه"}), ("استشار", "هندس")


@dataclass(frozen=True, kw_only=True)
class _Label:
    """One of the block's labels, and the `rest` of its line."""

    name: str
    value_of: _Value
    place: Box
    rest: tuple[Word, ...]
    likeness: float


def title_block(reading: Reading) -> tuple[FieldProposal, ...]:
    """What the block says; nothing where fewer than two of its labels stand on the sheet."""
    found: list[FieldProposal] = []
    for view in _views(reading):
        found += _in_view(view)
    names = {proposal.name for proposal in found}
    if len(names) < _LEAST_LABELS:
        return ()
    if "office" not in names:
        found += _unlabelled_offices(reading)
    if "sheet_title" not in names:
        found = [replace(one, name="sheet_title") if one.name == "project" else one for one in found]
    return tuple(one for one in found if one.name in _PROPOSED)


def _views(reading: Reading) -> Iterator[Reading]:
    """The sheet as it stands, and turned so that what runs upwards or downwards on it lies level."""
    steep = [line for line in reading.lines if _steep(line)]
    yield replace(reading, lines=tuple(line for line in reading.lines if line not in steep))
    for turn in (90, 270) if steep else ():
        view = replace(reading, orientation=(reading.orientation + turn) % 360)
        yield replace(view, lines=tuple(line for line in steep if _runs_left(line, view)))


def _steep(line: Line) -> bool:
    """Whether the line runs up or down the picture; a short word does not tell, and counts as level."""
    box = line.box
    return box.height > 1.3 * box.width


def _runs_left(line: Line, view: Reading) -> bool:
    return len(line.words) == 1 or upright(line.words[0].box, view).x > upright(line.words[-1].box, view).x


def _in_view(view: Reading) -> list[FieldProposal]:
    rows = [(line, cells_of(line, view)) for line in view.lines if line.words]
    beside, waiting = [], []
    for line, _ in rows:
        for label in _labels(line, view):
            if value := label.value_of(label.rest):
                beside.append(propose(label.name, value[0], value[1], likeness=label.likeness))
            else:
                waiting.append(label)
    known = {proposal.name for proposal in beside}
    every = [cell for _, cells in rows for cell in cells]
    below = (_below(label, every) for label in waiting if label.name not in known)
    return [*beside, *(proposal for proposal in below if proposal)]


def _labels(line: Line, view: Reading) -> Iterator[_Label]:
    """Labels that begin a cell of the line."""
    words, passage = split_words(line.words), whole(line)
    for name, value_of, labels in _KINDS:
        for found in find_labels(passage, labels):
            if found.at and paper_between(words[found.at - 1].box, words[found.at].box) < _CELL:
                continue
            own = together(words[found.at : len(words) - len(found.rest)], _MOST_WORDS)
            place = Box.around(upright(word.box, view) for word in own)
            rest = _raw(line, found.rest) if name == "scale" else found.rest
            if rest and _between(place, upright(rest[0].box, view)) > _FAR * place.height:
                rest = ()
            yield _Label(name=name, value_of=value_of, place=place, rest=rest, likeness=found.likeness)


def _between(one: Box, other: Box) -> int:
    return max(one.x - other.right, other.x - one.right)


def _raw(line: Line, rest: Sequence[Word]) -> tuple[Word, ...]:
    """The words as they were read: a scale has a colon of its own, at which labels are cut off."""
    boxes = {word.box for word in rest}
    return tuple(word for word in line.words if word.box in boxes)


def _below(label: _Label, cells: Sequence[Cell]) -> FieldProposal | None:
    """The value in the cell under the label."""
    heading = Cell(words=(), place=label.place, keys=("",))
    height = label.place.height
    under = [
        cell for cell in cells
        if cell.place.y > label.place.y and cell.place.y - label.place.bottom < _DEEP * height
        and (overlap(heading, cell) or apart(heading, cell) < _ASTRAY * height)
    ]  # fmt: skip
    if not under:
        return None
    nearest = min(under, key=lambda cell: (cell.place.y - label.place.y) // height * 1000 + apart(heading, cell))
    value = label.value_of(nearest.words)
    return propose(label.name, value[0], value[1], likeness=label.likeness * _BELOW) if value else None


def _unlabelled_offices(reading: Reading) -> Iterator[FieldProposal]:
    """A cell that is an engineering office's name."""
    for line in reading.lines:
        for cell in cells_of(line, reading) if line.words else ():
            named = cell.keys[0] in _OFFICES and 3 <= len(cell.keys) <= _MOST_WORDS
            if named and any(trade in key for key in cell.keys for trade in _TRADES):
                name = " ".join(bare(word.text) for word in cell.words)
                yield propose("office", name, cell.words, likeness=_UNLABELLED)
