"""Civil IDs, licence numbers and reference numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muni_archive.domain.civil_id import civil_id_warning
from muni_archive.domain.reading import FieldProposal, Line
from muni_archive.ocr.arabic import western_digits
from muni_archive.ocr.fields.labels import bare, find_labels, number_after, propose

_CIVIL_ID = re.compile(r"\d{12}")
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


def civil_ids(line: Line) -> Iterator[FieldProposal]:
    """Twelve digits; a check that fails is a warning, never a reason to hide it."""
    after_label = {found.rest[0].box for found in find_labels(line, _CIVIL_LABELS) if found.rest}
    for word in line.words:
        value = western_digits(bare(word.text.rpartition(":")[2]))
        if _CIVIL_ID.fullmatch(value):
            likeness = 1.0 if word.box in after_label else _UNLABELLED
            warning = civil_id_warning(value)
            yield propose("civil_id", value, (word,), likeness=likeness, warning=str(warning) if warning else None)


def licences(line: Line) -> Iterator[FieldProposal]:
    yield from number_after("licence", line, _LICENCE_LABELS, LICENCE)


def references(line: Line) -> Iterator[FieldProposal]:
    """A labelled reference; `الرقم` counts only where a letterhead has it, at the start of a line."""
    yield from number_after("reference", line, _REFERENCE_LABELS, REFERENCE)
    if not line.words or not bare(line.words[0].text).startswith(("الرقم", "رقم")):
        return
    head = Line(words=line.words[:4])
    yield from number_after("reference", head, _LETTERHEAD, REFERENCE)
