"""What a clerk does to the pages of an open batch. Nothing is deleted: every step can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from muni_archive.domain.errors import WrongUse
from muni_archive.domain.events import DocumentRevised, Event, PageRotated, PagesOrdered, PageStateChanged
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import BatchState, Document, Page, PageState
from muni_archive.ports import Records
from muni_archive.services.capture_batch.opening import still_open
from muni_archive.services.subjects import about_document, about_page
from muni_archive.services.workplace import Workplace

QUARTER_TURNS = (0, 90, 180, 270)


def set_page_aside(place: Workplace, page_id: str, *, note: str = "") -> Page:
    """Reject a page of an open batch; its image stays in the vault and it can be brought back."""
    with place.unit_of_work() as unit:
        still_open(place, unit, unit.records.page(page_id).batch_id)
        unit.record(PageStateChanged(page_id=page_id, state=PageState.REJECTED, note=note))
        unit.commit()
        return unit.records.page(page_id)


def put_page(place: Workplace, page_id: str, state: PageState) -> Page:
    """Put a page of an open batch back into a state in which it was: for undoing."""
    with place.unit_of_work() as unit:
        still_open(place, unit, unit.records.page(page_id).batch_id)
        unit.record(PageStateChanged(page_id=page_id, state=state, note="undone"))
        unit.commit()
        return unit.records.page(page_id)


def bring_page_back(place: Workplace, page_id: str) -> Page:
    """Keep a page that was set aside. After the batch has closed it joins its neighbour's document."""
    with place.unit_of_work() as unit:
        unit.lock()
        page = unit.records.page(page_id)
        place.guard.require(Action.CAPTURE, about_page(place, unit.records, page))
        unit.record(PageStateChanged(page_id=page_id, state=PageState.KEPT))
        if unit.records.batch(page.batch_id).state is BatchState.CLOSED:
            unit.record(_joined(place, unit.records, page))
        unit.commit()
        return unit.records.page(page_id)


def rotate_page(place: Workplace, page_id: str, degrees: int) -> Page:
    """Turn the page for viewing, `degrees` clockwise from the master (0, 90, 180, 270)."""
    if degrees not in QUARTER_TURNS:
        raise WrongUse(detail=f"rotation {degrees}")
    return _one(place, PageRotated(page_id=page_id, rotation=degrees), page_id)


def reorder_pages(place: Workplace, batch_id: str, page_ids: Sequence[str]) -> None:
    """Put the batch's pages, all of them, in this order."""
    with place.unit_of_work() as unit:
        still_open(place, unit, batch_id)
        present = {page.id for page in unit.records.pages_of_batch(batch_id)}
        if len(page_ids) != len(present) or set(page_ids) != present:
            raise WrongUse(detail="the order must name every page of the batch once")
        unit.record(PagesOrdered(batch_id=batch_id, page_ids=tuple(page_ids)))
        unit.commit()


def collate_duplex(place: Workplace, batch_id: str) -> None:
    """Interleave a stack whose fronts were fed first and whose backs after, last sheet first.

    With an odd number of pages the extra one is a front. Rejected pages keep out of the count and go last.
    """
    with place.unit_of_work() as unit:
        still_open(place, unit, batch_id)
        pages = unit.records.pages_of_batch(batch_id)
    stack = [page.id for page in pages if page.state is not PageState.REJECTED]
    rest = [page.id for page in pages if page.state is PageState.REJECTED]
    reorder_pages(place, batch_id, [*collated(stack), *rest])


def collated(stack: Sequence[str]) -> list[str]:
    """Fronts 1..n and backs n..1 as front 1, back 1, front 2 …"""
    half = (len(stack) + 1) // 2
    fronts, backs = stack[:half], stack[half:][::-1]
    missing = len(fronts) - len(backs)
    paired = [page for pair in zip(fronts, backs, strict=False) for page in pair]
    return paired + list(fronts[len(fronts) - missing :] if missing else [])


def _joined(place: Workplace, records: Records, page: Page) -> DocumentRevised:
    """The new version of the document that the page belongs to by its place in the feed."""
    pages = records.pages_of_batch(page.batch_id)
    at = next(index for index, other in enumerate(pages) if other.id == page.id)
    before = next((other for other in reversed(pages[:at]) if other.document_id), None)
    neighbour = before or next((other for other in pages[at:] if other.document_id), None)
    if neighbour is None or neighbour.document_id is None:
        raise WrongUse(detail="the batch has no document")
    document = records.document(neighbour.document_id)
    place.guard.require(Action.CAPTURE, about_document(document))
    place_of = {other.id: index for index, other in enumerate(pages)}
    own = [page_id for page_id in document.page_ids if page_id in place_of]
    index = sum(1 for page_id in own if place_of[page_id] < at)
    return revised(document, page_ids=(*document.page_ids[:index], page.id, *document.page_ids[index:]))


def revised(document: Document, *, page_ids: tuple[str, ...]) -> DocumentRevised:
    """The next version of the document, the same but for its pages."""
    return DocumentRevised(
        document_id=document.id,
        version=document.version + 1,
        base=document.entry,
        record_class=document.record_class,
        department=document.department,
        title=document.title,
        page_ids=page_ids,
        file_reference=document.file_reference,
        date=document.date,
        metadata=document.metadata,
        registered=document.registered,
    )


def _one(place: Workplace, event: Event, page_id: str) -> Page:
    with place.unit_of_work() as unit:
        place.guard.require(Action.CAPTURE, about_page(place, unit.records, unit.records.page(page_id)))
        unit.record(event)
        unit.commit()
        return unit.records.page(page_id)
