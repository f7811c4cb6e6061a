"""Pages that the archive seems to hold already: the same bytes, or a picture that looks alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muni_archive.domain.records import Document, Page
from muni_archive.imaging.fingerprint import LOOKS_ALIKE, fingerprint_distance
from muni_archive.ports import Records
from muni_archive.services.capture_batch.examining import UNDECODABLE
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """A page, and an earlier one of another document that it repeats; `distance` 0 is closest."""

    page: Page
    earlier: Page
    earlier_document: Document
    same_bytes: bool
    distance: int


def duplicates_of(place: Workplace, document_id: str) -> tuple[Duplicate, ...]:
    """For each page of the document its nearest earlier twin, where there is one."""
    with place.unit_of_work() as unit:
        pages = unit.records.pages_of_document(document_id)
        nearest = _nearest(unit.records, pages)
        found = (_duplicate(unit.records, page, *nearest[page.id]) for page in pages if page.id in nearest)
        return tuple(duplicate for duplicate in found if duplicate)


def _nearest(records: Records, pages: Sequence[Page]) -> dict[str, tuple[str, int]]:
    """By page id, the id and distance of the nearest page of another document, archived before."""
    own = {page.id for page in pages}
    looked_at = [page for page in pages if page.fingerprint and page.fingerprint != UNDECODABLE]
    nearest: dict[str, tuple[str, int]] = {}
    for other_id, fingerprint in records.fingerprints():
        if other_id in own or fingerprint == UNDECODABLE:
            continue
        for page in looked_at:
            distance = fingerprint_distance(page.fingerprint, fingerprint)
            if distance <= LOOKS_ALIKE and other_id < page.id and distance < nearest.get(page.id, ("", 999))[1]:
                nearest[page.id] = (other_id, distance)
    for page in pages:
        twins = [twin for twin in records.pages_with_blob(page.blob) if twin.id not in own and twin.id < page.id]
        if twins:
            nearest[page.id] = (twins[0].id, 0)
    return nearest


def _duplicate(records: Records, page: Page, earlier_id: str, distance: int) -> Duplicate | None:
    earlier = records.page(earlier_id)
    if earlier.document_id is None:
        return None
    return Duplicate(
        page=page,
        earlier=earlier,
        earlier_document=records.document(earlier.document_id),
        same_bytes=earlier.blob == page.blob,
        distance=distance,
    )
