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
_NAME_WORDS, _LABEL_WORDS = 5, 2
_TITLES = ("سيد", "سيده")
_LABEL_STARTS = frozenset(
    {"سيد", "ساده", "سيده", "اسم", "مالك", "مقدم", "مستاجر", "مقاول", "صاحب"}
)  # fmt: skip
_OFFICES = frozenset({"مدير", "رييس", "وكيل", "نايب", "اداره", "الاداره", "مكتب", "شركه"})


def subjects(line: Line) -> Iterator[FieldProposal]:
    """All that follows the label, when the label begins the line."""
    for found in find_labels(line, _SUBJECT_LABELS):
        words = _content(found.rest)
        if words and len(split_words(line)) - len(found.rest) <= 2:
            yield propose("subject", _joined(words), words, likeness=found.likeness)


def parties(line: Line) -> Iterator[FieldProposal]:
    """A name after its label at the start of a line, or after `السيد` anywhere; an office is no name."""
    words = split_words(line)
    first = fold(bare(words[0].text)).removeprefix("ال") if words else ""
    for found in find_labels(line, _PARTY_LABELS):
        if found.likeness < 1:
            continue
        before = len(words) - len(found.rest)
        name = _name(found.rest)
        if not (before <= _LABEL_WORDS and first in _LABEL_STARTS):
            # In running text nothing but the family's name says where a name ends.
            name = _up_to_family(name) if fold(bare(words[before - 1].text)).endswith(_TITLES) else []
        if len(name) >= 2:
            yield propose("party", _joined(name), name, likeness=found.likeness)


def _name(rest: Sequence[Word]) -> list[Word]:
    name: list[Word] = []
    for word in _content(rest)[:_NAME_WORDS]:
        text = bare(word.text)
        if fold(text) in _COURTESIES or text[0].isdigit() or (not name and fold(text) in _OFFICES):
            break
        name.append(word)
        if word.text[-1] in "،,.؛":
            break
    return name


def _up_to_family(name: list[Word]) -> list[Word]:
    for at, word in enumerate(name):
        if at and fold(bare(word.text)).startswith("ال"):
            return name[: at + 1]
    return name if name and name[-1].text[-1] in "،,.؛" else []


def _content(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if bare(word.text)]


def _joined(words: Sequence[Word]) -> str:
    return " ".join(bare(word.text) for word in words)
