"""Pages that the archive seems to hold already: the same bytes, or a picture that looks alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Document, Page
from muni_archive.imaging.fingerprint import LOOKS_ALIKE, fingerprint_distance
from muni_archive.ports import Records
from muni_archive.search.folding import fold
from muni_archive.services.capture_batch.examining import UNDECODABLE
from muni_archive.services.known_readings import known_reading
from muni_archive.services.subjects import about_document, is_within
from muni_archive.services.workplace import Workplace

SAME_BYTES, MOST_COMPARED = -1, 5
LEAST_TEXT, SAME_TEXT = 60, 93.0
"""Letters from which a text says what a page is; how alike (of 100) the texts of two scans of one page are at least.

Measured on the sample pages, scanned again three times each: the same page 95 to 100, another form of the same
layout 87 to 92.
"""


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
        place.guard.require(Action.VIEW, about_document(unit.records.document(document_id)))
        pages = unit.records.pages_of_document(document_id)
        alike = _alike(unit.records, pages)
    texts = _Texts(place)
    twins = [(page, _first_twin(page, alike[page.id], texts)) for page in pages]
    with place.unit_of_work() as unit:
        found = [_duplicate(unit.records, page, *twin) for page, twin in twins if twin]
    scope = place.guard.scope(Action.VIEW)
    return tuple(duplicate for duplicate in found if duplicate and is_within(scope, duplicate.earlier_document))


def _alike(records: Records, pages: Sequence[Page]) -> dict[str, list[tuple[int, str]]]:
    """By page id, distance and id of the pages of other documents, archived before, that look alike: nearest first."""
    own = {page.id for page in pages}
    looked_at = [page for page in pages if page.fingerprint and page.fingerprint != UNDECODABLE]
    alike: dict[str, list[tuple[int, str]]] = {page.id: [] for page in pages}
    for other_id, fingerprint in records.fingerprints():
        if other_id in own or fingerprint == UNDECODABLE:
            continue
        for page in looked_at:
            distance = fingerprint_distance(page.fingerprint, fingerprint)
            if distance <= LOOKS_ALIKE and other_id < page.id:
                alike[page.id].append((distance, other_id))
    for page in pages:
        twins = [twin for twin in records.pages_with_blob(page.blob) if twin.id not in own and twin.id < page.id]
        alike[page.id] = [(SAME_BYTES, twin.id) for twin in twins[:1]] + sorted(alike[page.id])[:MOST_COMPARED]
    return alike


def _first_twin(page: Page, alike: Sequence[tuple[int, str]], texts: _Texts) -> tuple[str, int] | None:
    """The nearest page that says the same, too: forms of one layout look alike and are no copies."""
    for distance, other_id in alike:
        if distance == SAME_BYTES or texts.may_be_same(page.id, other_id):
            return other_id, max(0, distance)
    return None


class _Texts:
    """What was read on pages, each looked up once."""

    def __init__(self, place: Workplace) -> None:
        self._text = lru_cache(maxsize=64)(lambda page_id: _text(place, page_id))

    def may_be_same(self, one: str, other: str) -> bool:
        """False only where both were read and say different things."""
        texts = self._text(one), self._text(other)
        if min(map(len, texts)) < LEAST_TEXT:
            return True
        return fuzz.ratio(*texts, score_cutoff=SAME_TEXT) >= SAME_TEXT


def _text(place: Workplace, page_id: str) -> str:
    reading = known_reading(place, page_id)
    return fold(reading.text) if reading else ""


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
