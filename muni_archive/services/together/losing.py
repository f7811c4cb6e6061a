"""Pages whose picture was lost at this station before the centre had it: for the clerk who must scan them again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Document, Page
from muni_archive.ports import Records
from muni_archive.services.subjects import about_page
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class LostPage:
    """Its document and the `number` of that, empty while it is in none; `page` counts from 1, there or in its batch."""

    page_id: str
    batch_id: str
    document_id: str
    number: str
    page: int


def lost_pages(place: Workplace, names: Iterable[str]) -> tuple[LostPage, ...]:
    """The kept pages of this station that need one of these files; one that was scanned again is not among them.

    Each is told to who may look at its document or scan it again.
    """
    with place.unit_of_work() as unit:
        pages = [page for name in names for page in unit.records.pages_with_blob(name)]
        pages = [page for page in pages if _is_told(place, unit.records, page)]
        documents = unit.records.documents_by_id(tuple({page.document_id for page in pages if page.document_id}))
    return tuple(sorted(_lost(pages, documents), key=lambda lost: (lost.number, lost.batch_id, lost.page)))


def _is_told(place: Workplace, records: Records, page: Page) -> bool:
    if place.guard.acting is None:
        return True
    subject = about_page(place, records, page)
    return any(place.guard.may(action, subject) for action in (Action.CAPTURE, Action.VIEW))


def _lost(pages: Iterable[Page], documents: Mapping[str, Document]) -> Iterator[LostPage]:
    for page in pages:
        document = documents.get(page.document_id or "")
        yield LostPage(
            page_id=page.id, batch_id=page.batch_id, document_id=document.id if document else "",
            number=document.number if document else "",
            page=(page.number if document else None) or page.position + 1,
        )  # fmt: skip
