"""Separator sheets split a feed into documents; what one sheet names never bleeds into the next part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from muni_archive.domain.record_class import RecordClass
from muni_archive.domain.records import PageState
from muni_archive.services.capture_batch.examining import separator_code


@dataclass(kw_only=True)
class Part:
    """Pages between two separators, under the class and file that the first of them names."""

    record_class: str
    file_reference: str | None
    page_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FedPage:
    """All that splitting needs to know of a page: its place is its place in the sequence."""

    page_id: str
    state: str
    separator: str


def split_parts(
    classes: Iterable[RecordClass], pages: Iterable[FedPage], record_class: str, file_reference: str | None
) -> Sequence[Part]:
    """The parts that hold kept pages, in order. A plain separator means the batch's own class and file.

    `classes` are those that may be entered here: a sheet that names another leaves the class as it is.
    """
    known = {each.id for each in classes}
    parts = [Part(record_class=record_class, file_reference=file_reference)]
    for page in pages:
        if page.state == PageState.SEPARATOR:
            parts.append(_part_after(known, page, record_class, file_reference))
        elif page.state == PageState.KEPT:
            parts[-1].page_ids.append(page.page_id)
    return [part for part in parts if part.page_ids]


def _part_after(known: Collection[str], separator: FedPage, record_class: str, file_reference: str | None) -> Part:
    code = separator_code(separator.separator)
    if not code.record_class and not code.file_reference:
        return Part(record_class=record_class, file_reference=file_reference)
    named = code.record_class if code.record_class in known else record_class
    return Part(record_class=named, file_reference=code.file_reference or None)
