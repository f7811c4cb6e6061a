"""A clerk changes the description of a document, wherever it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from muni_archive.domain.events import DocumentCreated, Revision
from muni_archive.domain.merging import description_of
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Document
from muni_archive.services.register_document import (
    described,
    reconciled,
    record_revision,
    register_document,
    require_describing,
)
from muni_archive.services.subjects import about_document
from muni_archive.services.together.place import Together
from muni_archive.services.together.viewing import workplace_showing
from muni_archive.services.workplace import Workplace


def document_now(place: Workplace, together: Together | None, document_id: str) -> Document:
    """The document as this station sees it: its own, or the centre's with what was changed here and not sent yet.

    Raises `NotFound`, `OnlyElsewhere`.
    """
    with place.unit_of_work() as unit:
        mine = unit.records.documents_by_id([document_id]).get(document_id)
        if mine is not None or together is None:
            known = mine or unit.records.document(document_id)
            place.guard.require(Action.VIEW, about_document(known))
            return known
    with workplace_showing(together, document_id).unit_of_work() as unit:
        there = unit.records.document(document_id)
    place.guard.require(Action.VIEW, about_document(there))
    return _changed_here(place, together, there)


def revise_elsewhere(
    place: Workplace,
    together: Together | None,
    seen: Document,
    *,
    title: str,
    record_class: str,
    file_reference: str | None,
    date: str | None,
    metadata: Mapping[str, str],
) -> Document:
    """Record the new description in the station's own journal; the centre hears it with everything else.

    `seen` is the document as it was shown: what somebody else changed since stays, as far as this station knows of it;
    with the rest the centre merges it, or makes a conflict that a person decides. A document of the station's own is
    registered anew. Raises `FieldsMissing`, `FieldInvalid`, `NotFound`, `OnlyElsewhere` and, where both changed the
    same, `ChangedMeanwhile`.
    """
    said = {
        "title": title, "record_class": record_class, "file_reference": file_reference, "date": date,
        "metadata": metadata,
    }  # fmt: skip
    current = document_now(place, together, seen.id)
    with place.unit_of_work() as unit:
        mine = seen.id in unit.records.documents_by_id([seen.id])
    if mine:
        return register_document(place, seen, **said)  # type: ignore[arg-type]  # the same arguments
    description = described(place, **said)  # type: ignore[arg-type]
    require_describing(place, current, description)
    now = reconciled(seen, current, replace(description, page_ids=seen.page_ids))
    with place.unit_of_work() as unit:
        unit.lock()
        record_revision(place, unit, current, now)
        unit.commit()
        return replace(current, **now.values())


def _changed_here(place: Workplace, together: Together, there: Document) -> Document:
    """With a revision of this station that has not come back from the centre."""
    with place.unit_of_work() as own, together.copy() as copy:
        entry = own.records.current_entry(there.id)
        if entry is None or entry == there.entry or copy.records.knows_entry(entry):
            return there
        event = own.records.event(entry)
    if not isinstance(event, DocumentCreated | Revision):
        return there
    version = getattr(event, "version", there.version)
    return replace(there, version=version, entry=entry, **description_of(event).values())
