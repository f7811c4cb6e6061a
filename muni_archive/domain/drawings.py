"""The drawing register: sheets of a matter, and which revision of each is in force. A view of what is registered."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from muni_archive.domain.digits import western
from muni_archive.domain.records import Document

_WORDS = re.compile(r"^(?:rev(?:ision)?|تعديل|مراجعة|رقم)[\s.:]*", re.IGNORECASE)
_NUMBERED = re.compile(r"([A-Za-zء-ي]{0,3})[-.\s]?(\d{1,4})")
_ABJAD = "ابجدهوزحطي"
"""Letters in the order in which they count, where they count."""

Order = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class RegisteredSheet:
    """One sheet of one matter, its documents oldest revision first.

    `clear` is False when its revisions do not say which is the last: then none is in force by itself.
    """

    matter: str
    sheet: str
    documents: tuple[Document, ...]
    clear: bool

    @property
    def current(self) -> Document | None:
        """The document in force."""
        return self.documents[-1] if self.clear else None

    def supersedes(self, document: Document) -> Document | None:
        """What is in force in this document's place; None when it is itself, or when that is not clear."""
        current = self.current
        return None if current is None or current.id == document.id else current


def drawing_register(documents: Iterable[Document]) -> tuple[RegisteredSheet, ...]:
    """By matter and sheet, A-2 before A-10. Documents without a sheet number stand in no register."""
    named = [document for document in documents if _sheet(document)]
    named.sort(key=lambda document: (*map(_counted, _place(document)), _place(document)))
    return tuple(_registered(place, list(group)) for place, group in groupby(named, key=_place))


def revision_order(text: str) -> Order | None:
    """Kind and place of a revision; those of one kind follow each other. None for one that is in no order.

    No revision at all is the first issue, before any.
    """
    plain = _WORDS.sub("", western(text).strip()).upper().replace("أ", "ا")
    if not plain:
        return ("", 0)
    if match := _NUMBERED.fullmatch(plain):
        return (f"{match[1]}#", int(match[2]))
    if len(plain) == 1 and "A" <= plain <= "Z":
        return ("letter", ord(plain))
    if len(plain) == 1 and plain in _ABJAD:
        return ("abjad", _ABJAD.index(plain))
    return None


def matter_of(document: Document) -> str:
    """What the sheets of a drawing set have in common: the file, else the parcel."""
    if document.file_reference:
        return document.file_reference
    return " ".join(document.metadata.get(name, "") for name in ("area", "block", "parcel")).strip()


def _registered(place: tuple[str, str], documents: Sequence[Document]) -> RegisteredSheet:
    orders = {document.id: revision_order(document.metadata.get("revision", "")) for document in documents}
    known = [order for order in orders.values() if order is not None]
    kinds = {kind for kind, _ in known if kind}
    clear = len(known) == len(documents) == len(set(known)) and len(kinds) <= 1
    ordered = sorted(documents, key=lambda document: ((orders[document.id] or ("~", 0)), document.created_at))
    return RegisteredSheet(matter=place[0], sheet=place[1], documents=tuple(ordered), clear=clear)


def _place(document: Document) -> tuple[str, str]:
    return matter_of(document), _sheet(document)


def _counted(name: str) -> list[tuple[int, str]]:
    """A name in the order in which people count: its numbers by their size, before its letters."""
    parts = re.findall(r"\d+|\D+", western(name))
    return [(int(part), "") if part.isdecimal() else (sys.maxsize, part) for part in parts]


def _sheet(document: Document) -> str:
    """The sheet's number as it is compared: `A-101`, `a 101` and `A١٠١` are one sheet."""
    parts = re.findall(r"\d+|[^\W\d_]+", western(document.metadata.get("sheet", "")).upper())
    return "-".join(parts)
