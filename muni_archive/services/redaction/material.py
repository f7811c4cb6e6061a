"""What a redaction works on: one version of a document, its pages, and what was read on them."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.errors import NotFound
from muni_archive.domain.mark_errors import OnlyLookedAt
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Document, Page
from muni_archive.domain.redaction import Redaction
from muni_archive.ports import UnitOfWork
from muni_archive.services.readings import current_reading
from muni_archive.services.subjects import about_document
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Material:
    """A version as it was, and its pages in order, each with its reading or None."""

    document: Document
    pages: tuple[Page, ...]
    readings: tuple[Reading | None, ...]

    def number_of(self, page_id: str) -> int:
        """The page's place, from 1; 0 for one that is not of this version."""
        return next((at for at, page in enumerate(self.pages, start=1) if page.id == page_id), 0)


def may_write_here(place: Workplace) -> None:
    """Raises `OnlyLookedAt` for a copy of what is kept elsewhere."""
    if place.copied:
        raise OnlyLookedAt


def current_material(place: Workplace, document_id: str) -> Material:
    """The document as it is now. Raises `NotFound`."""
    with place.unit_of_work() as unit:
        document = unit.records.document(document_id)
        place.guard.require(Action.VIEW, about_document(document))
        return _material(place, unit, document)


def material_of(place: Workplace, redaction: Redaction) -> Material:
    """The version that the redaction is of, whatever the document has become. Raises `NotFound`."""
    with place.unit_of_work() as unit:
        require_leave(place, unit, Action.VIEW, redaction)
        document = unit.records.version_by_entry(redaction.document_id, redaction.base)
        if document is None:
            raise NotFound(key=redaction.base)
        return _material(place, unit, document)


def require_leave(place: Workplace, unit: UnitOfWork, action: Action, redaction: Redaction) -> None:
    """With the document as it is now: it may have become more secret since. Raises `NotPermitted`."""
    place.guard.require(action, about_document(unit.records.document(redaction.document_id)))


def _material(place: Workplace, unit: UnitOfWork, document: Document) -> Material:
    pages = tuple(unit.records.pages(document.page_ids))
    readings = tuple(current_reading(unit.records, place.vault, page.id) for page in pages)
    return Material(document=document, pages=pages, readings=readings)
