"""Registering: the clerk describes a document, helped by what was read on its pages.

What was read and what was decided are both kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from muni_archive.domain.civil_id import CivilIdWarning, civil_id_warning
from muni_archive.domain.errors import ChangedMeanwhile, FieldsMissing
from muni_archive.domain.events import DocumentRevised, FieldDecided, PageStateChanged
from muni_archive.domain.merging import Description, description_of, differences, merge
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import FieldProposal
from muni_archive.domain.record_class import FieldKind, FieldSpec, RecordClass
from muni_archive.domain.records import Document, PageState
from muni_archive.messages import N_, _, current_language
from muni_archive.ocr.fields import area_names
from muni_archive.ports import UnitOfWork
from muni_archive.services.accession import ensure_file
from muni_archive.services.field_values import canonical_date, canonical_value
from muni_archive.services.file_references import checked_reference
from muni_archive.services.known_readings import known_reading
from muni_archive.services.own_departments import require_own
from muni_archive.services.subjects import about_class, about_document
from muni_archive.services.workplace import Workplace

WARNINGS = {
    CivilIdWarning.LENGTH: N_("A civil ID has 12 digits."),
    CivilIdWarning.BIRTH_DATE: N_("The birth date inside this civil ID does not exist. Compare it with the page."),
    CivilIdWarning.CHECK_DIGIT: N_("The last digit does not fit this civil ID. Compare it with the page."),
}


@dataclass(frozen=True, kw_only=True)
class PlacedProposal:
    """A proposal and the page that it stands on; `page` counts from 1 in the document."""

    page_id: str
    page: int
    proposal: FieldProposal


def waiting_documents(place: Workplace, *, limit: int = 200) -> tuple[Document, ...]:
    """Documents that no clerk has described yet, oldest first."""
    place.guard.require(Action.DESCRIBE)
    scope = place.guard.scope(Action.DESCRIBE)
    with place.unit_of_work() as unit:
        return tuple(unit.records.documents(registered=False, limit=limit, scope=scope))


def still_waiting(place: Workplace, document_ids: Collection[str]) -> frozenset[str]:
    """Those of these that no clerk has described yet and that are there, whoever's they are to describe at this moment.

    Nothing else is told of any of them. What is out of one's sight for a while does not pass for done.
    """
    place.guard.require(Action.DESCRIBE)
    with place.unit_of_work() as unit:
        found = unit.records.documents_by_id(sorted(document_ids))
    return frozenset(document.id for document in found.values() if not document.registered)


def proposals_for(place: Workplace, document_id: str) -> tuple[PlacedProposal, ...]:
    """What was read on the document's pages, the most credible first; earlier pages win a draw."""
    with place.unit_of_work() as unit:
        place.guard.require(Action.VIEW, about_document(unit.records.document(document_id)))
        pages = unit.records.pages_of_document(document_id)
    found = [
        PlacedProposal(page_id=page.id, page=at, proposal=proposal)
        for at, page in enumerate(pages, start=1)
        if (reading := known_reading(place, page.id))
        for proposal in reading.proposals
    ]
    return tuple(sorted(found, key=lambda placed: (-placed.proposal.confidence, placed.page)))


def known_areas() -> tuple[str, ...]:
    """The names of areas, for choosing from."""
    return area_names()


def field_warnings(record_class: RecordClass, metadata: Mapping[str, str]) -> Mapping[str, str]:
    """By field name, what looks doubtful, in the user's language. A warning never blocks."""
    doubtful = {}
    for spec in record_class.fields:
        value = canonical_value(spec, metadata.get(spec.name, ""), check=False)
        warning = civil_id_warning(value) if spec.kind is FieldKind.CIVIL_ID and value else None
        if warning:
            doubtful[spec.name] = _(WARNINGS[warning])
    return doubtful


def register_document(
    place: Workplace,
    seen: Document,
    *,
    title: str,
    record_class: str,
    file_reference: str | None,
    date: str | None,
    metadata: Mapping[str, str],
    chosen: Mapping[str, PlacedProposal] | None = None,
) -> Document:
    """Record the clerk's description as a new version, and each decision beside what was read.

    `seen` is the document as the clerk was shown it: what somebody else changed since stays. `chosen` holds, by field
    name, the proposal that a value came from or replaced. Raises `FieldsMissing`, `FieldInvalid` and, where both
    changed the same, `ChangedMeanwhile`; values are stored in canonical form (Western digits, ISO dates).
    """
    said = described(
        place, title=title, record_class=record_class, file_reference=file_reference, date=date, metadata=metadata
    )
    with place.unit_of_work() as unit:
        unit.lock()
        current = unit.records.document(seen.id)
        require_describing(place, current, said)
        now = reconciled(seen, current, replace(said, page_ids=seen.page_ids))
        record_revision(place, unit, current, now)
        decided = {name: value for name, value in said.metadata.items() if now.metadata.get(name) == value}
        _record_decisions(unit, seen.id, current, decided, chosen or {})
        unit.commit()
        return unit.records.document(seen.id)


def described(
    place: Workplace,
    *,
    title: str,
    record_class: str,
    file_reference: str | None,
    date: str | None,
    metadata: Mapping[str, str],
) -> Description:
    """What a clerk says of a document, in canonical form, without its pages.

    Raises `FieldsMissing`, `FieldInvalid`, `DepartmentElsewhere`.
    """
    known = place.record_classes.get(record_class)
    require_own(place, known)
    values = {
        spec.name: value for spec in known.fields if (value := canonical_value(spec, metadata.get(spec.name, "")))
    }
    _require(known, title, values)
    return Description(
        record_class=known.id,
        department=known.department,
        title=title.strip(),
        file_reference=checked_reference(file_reference),
        date=canonical_date(date or "") or None,
        metadata=values,
        registered=True,
    )


def require_describing(place: Workplace, current: Document, said: Description) -> None:
    """The document as it is must be one's to describe, and what it becomes too. Raises `NotPermitted`."""
    place.guard.require(Action.DESCRIBE, about_document(current))
    place.guard.require(Action.DESCRIBE, about_class(place, said.record_class, said.file_reference))


def record_revision(place: Workplace, unit: UnitOfWork, current: Document, said: Description) -> None:
    """The next version of the document says this."""
    ensure_file(place, unit, said.file_reference, said.record_class, said.department)
    unit.record(
        DocumentRevised(document_id=current.id, version=current.version + 1, base=current.entry, **said.values())
    )


def reconciled(seen: Document, current: Document, said: Description) -> Description:
    """What is said of the document as it was seen, with what somebody else changed since.

    Raises `ChangedMeanwhile` where both changed the same; or a class, whose fields are others.
    """
    before, now = description_of(seen), description_of(current)
    if said == now:
        return now
    outcome = merge(before, said, now)
    moved = len({each.record_class for each in (before, now, said)}) > 1
    if outcome.disputed or (moved and set(differences(before, now)) - {"page_ids"}):
        raise ChangedMeanwhile(now=current)
    return outcome.merged


def set_document_aside(place: Workplace, seen: Document, *, reason: str) -> Document:
    """Leave a document that is a duplicate: its pages are set aside, its number and the reason stay.

    `seen` is the document as it was compared. Raises `ChangedMeanwhile` where its pages are others since.
    """
    aside = replace(description_of(seen), page_ids=(), metadata={**seen.metadata, "set_aside": reason}, registered=True)
    with place.unit_of_work() as unit:
        unit.lock()
        current = unit.records.document(seen.id)
        place.guard.require(Action.DESCRIBE, about_document(current))
        said = reconciled(seen, current, aside)
        for page_id in (each for each in current.page_ids if each not in said.page_ids):
            unit.record(PageStateChanged(page_id=page_id, state=PageState.REJECTED, note=reason))
        record_revision(place, unit, current, said)
        unit.commit()
        return unit.records.document(seen.id)


def _require(described: RecordClass, title: str, values: Mapping[str, str]) -> None:
    missing = [spec for spec in described.fields if spec.required and not values.get(spec.name)]
    labels = ([] if title.strip() else [_("title")]) + [_label(spec) for spec in missing]
    if labels:
        raise FieldsMissing(fields="، ".join(labels) if current_language() == "ar" else ", ".join(labels))


def _label(spec: FieldSpec) -> str:
    return spec.label.get(current_language()) or spec.label["en"]


def _record_decisions(
    unit: UnitOfWork,
    document_id: str,
    current: Document,
    values: Mapping[str, str],
    chosen: Mapping[str, PlacedProposal],
) -> None:
    for name, value in values.items():
        placed = chosen.get(name)
        if placed is None and current.metadata.get(name) == value:
            continue
        unit.record(
            FieldDecided(
                document_id=document_id,
                field=name,
                proposed=placed.proposal.value if placed else None,
                decided=value,
                page_id=placed.page_id if placed else None,
                box=placed.proposal.box if placed else None,
            )
        )
