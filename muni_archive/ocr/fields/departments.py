"""The unit that a page comes from: in its letterhead, or after its label."""

from __future__ import annotations

from collections.abc import Iterator

from muni_archive.domain.reading import FieldProposal, Line, Reading, Word
from muni_archive.ocr.arabic import fold
from muni_archive.ocr.fields.labels import bare, propose

_UNITS = frozenset({"اداره", "قسم", "مراقبه", "قطاع", "وحده", "شعبه", "department", "section"})
"""What a unit is called; which units there are changes, and is not asked for here."""
_HEAD_LINES, _MOST_WORDS = 7, 7
_LETTERHEAD, _LABELLED = 1.0, 0.9
_LABELS = frozenset({"من", "الجهه"})


def departments(reading: Reading) -> Iterator[FieldProposal]:
    """A line of the letterhead that begins with a unit, and `من: إدارة …` anywhere."""
    for at, line in enumerate(reading.lines):
        words = [word for word in line.words if bare(word.text)]
        keys = [fold(bare(word.text)) for word in words]
        if at < _HEAD_LINES and keys and keys[0] in _UNITS:
            yield from _named(words, _LETTERHEAD)
        elif len(keys) > 2 and keys[0] in _LABELS and keys[1] in _UNITS and _has_colon(line):
            yield from _named(words[1:], _LABELLED)


def _named(words: list[Word], likeness: float) -> Iterator[FieldProposal]:
    """The unit's words up to a number or a mark; a whole sentence is none."""
    name: list[Word] = []
    for word in words:
        if any(char.isdigit() for char in word.text) or ":" in word.text:
            break
        name.append(word)
        if word.text[-1] in "،,.-/":
            break
    if 2 <= len(name) <= _MOST_WORDS:
        value = " ".join(bare(word.text) for word in name)
        yield propose("department", value, name, likeness=likeness)


def _has_colon(line: Line) -> bool:
    return any(":" in word.text for word in line.words[:2])
