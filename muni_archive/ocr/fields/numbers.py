"""Civil IDs, licence numbers and reference numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muni_archive.domain.civil_id import civil_id_warning
from muni_archive.domain.reading import FieldProposal, Word
from muni_archive.ocr.arabic import western_digits
from muni_archive.ocr.fields.labels import bare, find_labels, number_after, propose
from muni_archive.ocr.fields.passages import Passage

CIVIL_ID = re.compile(r"\d{12}")
_CIVIL_LABELS = ("رقم المدني", "بطاقه المدنيه", "بطاقه مدنيه", "رقم مدني", "مدنيه رقم", "civil id")
_UNLABELLED = 0.6
LICENCE = re.compile(r"(?:[A-Za-zء-ي]{1,3}[/\-])?\d{2,8}(?:[/\-]\d{1,6}){0,2}")
_LICENCE_LABELS = ("رخصه", "ترخيص", "رخصه بناء", "رخصه البناء", "licence", "license", "permit")
REFERENCE = re.compile(r"(?:[A-Za-zء-ي.]{1,6}[/\-])*\d{1,8}(?:[/\-.][\dA-Za-zء-ي]{1,8}){0,4}")
_REFERENCE_LABELS = (
    "مرجع",
    "رقم المرجع",
    "اشاره",
    "اشارتنا",
    "اشارتكم",
    "رقم الكتاب",
    "كتابكم رقم",
    "كتابنا رقم",
    "تحت الرقم",
    "تحت رقم",
    "معامله رقم",
    "رقم المعامله",
    "كتاب رقم",
    "ref",
    "reference",
)
_LETTERHEAD = ("الرقم",)
_REGISTERED = re.compile(
    r"(?!\d{1,4}[/\-]\d{1,2}[/\-]\d{1,4}$)(?:[A-Za-zء-ي.]{1,6}[/\-])*\d{1,8}(?:[/\-][\dA-Za-zء-ي]{1,8}){1,4}"
)
_PAPERS = ("عقد", "محضر", "كتاب", "خطاب", "معامله", "ملف", "طلب", "انذار", "مخالفه", "مذكره", "شكوي", "تعميم", "مراسله")
"""What is kept under a number of a register, which has a stroke in it; laws and decisions are not the archive's."""
_DESCRIBED = 2


def civil_ids(passage: Passage) -> Iterator[FieldProposal]:
    """Twelve digits; a check that fails is a warning, never a reason to hide it."""
    after_label = {found.rest[0].box for found in find_labels(passage, _CIVIL_LABELS) if found.rest}
    for word in passage.words:
        value = western_digits(bare(word.text.rpartition(":")[2]))
        if CIVIL_ID.fullmatch(value):
            yield civil_id(value, word, likeness=1.0 if word.box in after_label else _UNLABELLED)


def civil_id(value: str, word: Word, *, likeness: float) -> FieldProposal:
    warning = civil_id_warning(value)
    return propose("civil_id", value, (word,), likeness=likeness, warning=str(warning) if warning else None)


def licences(passage: Passage) -> Iterator[FieldProposal]:
    yield from number_after("licence", passage, _LICENCE_LABELS, LICENCE, described=_DESCRIBED)


def references(passage: Passage) -> Iterator[FieldProposal]:
    """A labelled reference; `الرقم` counts only where a letterhead has it, at the start of a line."""
    yield from number_after("reference", passage, _REFERENCE_LABELS, REFERENCE)
    yield from number_after("reference", passage, _PAPERS, _REGISTERED, described=_DESCRIBED, numbered=True)
    if not passage.words or not bare(passage.words[0].text).startswith(("الرقم", "رقم")):
        return
    head = passage.words[: min(4, passage.own)]
    yield from number_after("reference", Passage(words=head, own=len(head)), _LETTERHEAD, REFERENCE)
