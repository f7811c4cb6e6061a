"""What a letter is about, and whom it concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from muni_archive.domain.reading import FieldProposal, Word
from muni_archive.ocr.arabic import fold
from muni_archive.ocr.fields.labels import Found, bare, find_labels, propose, split_words, together
from muni_archive.ocr.fields.names import OFFICES, ends_name, firm, heirs, joined, party
from muni_archive.ocr.fields.passages import Passage

_SUBJECT_LABELS = ("موضوع", "subject")
_TITLES = ("سيد", "ساده", "سيده", "مواطن", "مواطنه", "انسه", "مدعو", "مدعوه", "مرخص له", "مرخص لها")
_ROLES = (
    "اسم المالك", "مالك", "مالكه", "مقدم الطلب", "مقدمه الطلب", "اسم مقدم الطلب", "مستاجر", "اسم المستاجر", "موجر",
    "مقاول", "اسم المقاول", "اسم الموظف", "صاحب العلاقه", "صاحب الترخيص", "صاحب الرخصه", "صاحب العقار", "صاحب الطلب",
    "طالب الترخيص", "طرف الاول", "طرف الثاني", "مشتري", "بايع", "متعهد", "مخالف", "مفوض", "مستثمر", "منتفع", "اسم",
)  # fmt: skip
_LABEL_WORDS, _WRITTEN_WORDS = 3, 5
_IN_TEXT, _AS_WRITTEN, _ADDRESSED = 0.8, 0.9, 0.7
_GLUED = re.compile(r"((?:\w{0,2}(?:سيد|سيدة|سادة|مواطن|مواطنة))/)(\w.*)")


def subjects(passage: Passage) -> Iterator[FieldProposal]:
    """All that follows the label on its line, when the label begins the line."""
    own = passage.words[: passage.own]
    for found in find_labels(Passage(words=own, own=len(own)), _SUBJECT_LABELS):
        words = [word for word in found.rest if bare(word.text)]
        if words and len(split_words(own)) - len(found.rest) <= 2:
            yield propose("subject", joined(words), words, likeness=found.likeness)


def parties(passage: Passage) -> Iterator[FieldProposal]:
    """Persons and companies after a title or their part in the matter; heirs and companies anywhere.

    A name that runs on into the next line is taken whole. An office is no name.
    """
    passage = _unglued(passage)
    for labels, likeness in ((_TITLES, _ADDRESSED), (_ROLES, _AS_WRITTEN)):
        for found in find_labels(passage, labels):
            misread = found.likeness < 1
            if misread and found.at > 1:
                continue
            if name := party(found.rest):
                yield propose("party", joined(name), name, likeness=found.likeness)
            elif misread:
                continue
            elif name := _written(passage, found):
                yield propose("party", joined(name), name, likeness=likeness)
    for at in range(passage.own):
        if name := heirs(passage.words[at:]):
            yield propose("party", joined(name), name, likeness=1.0)
        elif name := firm(passage.words[at:], labelled=False):
            yield propose("party", joined(name), name, likeness=_IN_TEXT)


def _written(passage: Passage, found: Found) -> list[Word]:
    """What a form has after its label, though nothing says that it is a name."""
    if not found.rest or found.at > _LABEL_WORDS or not _marked(passage, found):
        return []
    name: list[Word] = []
    for word in together(found.rest, _WRITTEN_WORDS):
        if ends_name(word) or (not name and fold(bare(word.text)) in OFFICES):
            break
        name.append(word)
        if word.text[-1] in "،,.؛":
            break
    return name if len(name) >= 2 else []


def _marked(passage: Passage, found: Found) -> bool:
    """Whether a colon or a stroke stands between the label and what follows."""
    before: Sequence[Word] = passage.words
    for at, word in enumerate(passage.words):
        if word.box == found.rest[0].box:
            before = passage.words[: at + 1]
            break
    return any(mark in word.text for word in before for mark in ":/")


def _unglued(passage: Passage) -> Passage:
    """`السيد/خالد` as two words."""
    words: list[Word] = []
    own = passage.own
    for at, word in enumerate(passage.words):
        match = _GLUED.fullmatch(word.text)
        words += (
            [Word(text=part, box=word.box, confidence=word.confidence) for part in match.groups()] if match else [word]
        )
        own += bool(match) and at < passage.own
    return Passage(words=tuple(words), own=own)
