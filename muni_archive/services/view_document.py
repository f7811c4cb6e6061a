"""Looking at a document: its pages, their pictures and what was read on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from muni_archive.domain.errors import NotFound
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Document, Page
from muni_archive.ports import UnitOfWork
from muni_archive.services.known_readings import known_reading
from muni_archive.services.retention.remaining import raise_gone
from muni_archive.services.subjects import about_document, about_page
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document and its pages in order."""

    document: Document
    pages: tuple[Page, ...]


def view_document(place: Workplace, number_or_id: str) -> DocumentView:
    """The document by its number, in any digits, or by its id. Raises `NotFound`, `DocumentGone`."""
    with place.unit_of_work() as unit:
        try:
            document = unit.records.document_by_number(number_or_id)
        except NotFound:
            document = _by_id(place, unit, number_or_id)
        place.guard.require(Action.VIEW, about_document(document))
        return DocumentView(document=document, pages=tuple(unit.records.pages_of_document(document.id)))


def _by_id(place: Workplace, unit: UnitOfWork, document_id: str) -> Document:
    found = unit.records.documents_by_id([document_id]).get(document_id)
    return found or raise_gone(place, unit, document_id)


def reading_of(place: Workplace, page_id: str) -> Reading | None:
    """What stands on the page as far as is known; None while it waits to be read."""
    require_page(place, Action.VIEW, page_id)
    return known_reading(place, page_id)


def image_path(place: Workplace, page_id: str) -> Path:
    """The master image's file. Raises `BlobMissing`."""
    require_page(place, Action.VIEW, page_id)
    with place.unit_of_work() as unit:
        return place.vault.path(unit.records.page(page_id).blob)


def require_page(place: Workplace, action: Action, page_id: str) -> None:
    """Whether the action is allowed with this page. Raises `NotPermitted`."""
    if place.guard.acting is None:
        return
    with place.unit_of_work() as unit:
        place.guard.require(action, about_page(place, unit.records, unit.records.page(page_id)))


def upright_rotation(page: Page, reading: Reading | None) -> int:
    """Degrees clockwise to show the page upright: the clerk's own turning, else what reading found."""
    return page.rotation or (reading.orientation if reading else 0)
