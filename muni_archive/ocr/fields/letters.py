"""What a letter is about, and whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muni_archive.domain.reading import FieldProposal, Line, Word
from muni_archive.ocr.arabic import fold
from muni_archive.ocr.fields.labels import bare, find_labels, propose, split_words

_SUBJECT_LABELS = ("موضوع", "subject")
_PARTY_LABELS = (
    "سيد", "ساده", "سيده", "اسم المالك", "مالك", "مقدم الطلب", "اسم مقدم الطلب", "مستاجر", "اسم المستاجر", "مقاول",
    "اسم الموظف", "صاحب العلاقه",
)  # fmt: skip
_COURTESIES = frozenset(
    {
        "المحترم",
        "المحترمه",
        "المحترمين",
        "الفاضل",
        "الفاضله",
        "سعاده",
        "رقم",
        "بطاقه",
        "البطاقه",
        "هاتف",
        "الحي",
        "المنطقه",
        "منطقه",
        "القسيمه",
        "القطعه",
        "الجنسيه",
        "التاريخ",
        "الرقم",
        "وعنوانه",
        "بشان",
    }
)
_NAME_WORDS = 5


def subjects(line: Line) -> Iterator[FieldProposal]:
    """All that follows the label, when the label begins the line."""
    for found in find_labels(line, _SUBJECT_LABELS):
        words = _content(found.rest)
        if words and len(split_words(line)) - len(found.rest) <= 2:
            yield propose("subject", _joined(words), words, likeness=found.likeness)


def parties(line: Line) -> Iterator[FieldProposal]:
    """A name after `السيد /` and the like at the start of a line, without the courtesy that ends it."""
    for found in find_labels(line, _PARTY_LABELS):
        if found.likeness < 1 or len(split_words(line)) - len(found.rest) > 2:
            continue
        name: list[Word] = []
        for word in _content(found.rest)[:_NAME_WORDS]:
            if fold(bare(word.text)) in _COURTESIES or bare(word.text)[0].isdigit():
                break
            name.append(word)
        if len(name) >= 2:
            yield propose("party", _joined(name), name, likeness=0.9 * found.likeness)


def _content(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if bare(word.text)]


def _joined(words: Sequence[Word]) -> str:
    return " ".join(bare(word.text) for word in words)
