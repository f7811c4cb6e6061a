"""One page scanned again: while its batch is open, or long after, when its picture turns out to be lost."""

from __future__ import annotations

from collections.abc import Callable

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import PageStateChanged
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Page, PageState
from muni_archive.domain.scanning import ScanProfile
from muni_archive.ports import UnitOfWork
from muni_archive.services.capture_batch.arranging import revised
from muni_archive.services.capture_batch.feeding import feed_into
from muni_archive.services.view_document import require_page
from muni_archive.services.workplace import Workplace

NOTE = "rescanned"


def rescan_page(
    place: Workplace,
    page_id: str,
    *,
    profile: ScanProfile,
    cancel: CancelToken,
    on_page: Callable[[Page], None],
    device: str = "",
) -> Page:
    """The new page takes the old one's place, in its batch and in its document; the old one is set aside as rejected.

    From the batch's device, or from another one: the batch may be old, or imported. Raises what scanning raises.
    """
    require_page(place, Action.CAPTURE, page_id)
    with place.unit_of_work() as unit:
        old = unit.records.page(page_id)
        batch = unit.records.batch(old.batch_id)
    arrived: list[Page] = []
    feed_into(
        place, batch, old.position, profile=profile, cancel=cancel, on_page=arrived.append, limit=1, device=device
    )
    with place.unit_of_work() as unit:
        unit.lock()
        unit.record(PageStateChanged(page_id=page_id, state=PageState.REJECTED, note=NOTE))
        _take_place(unit, page_id, arrived[-1].id)
        unit.commit()
        replaced, new = unit.records.page(page_id), unit.records.page(arrived[-1].id)
    on_page(replaced)
    on_page(new)
    return new


def _take_place(unit: UnitOfWork, old_id: str, new_id: str) -> None:
    """In the document, if the page is in one: there it stays a page, however empty it may look."""
    document_id = unit.records.page(old_id).document_id
    if document_id is None:
        return
    if unit.records.page(new_id).state is not PageState.KEPT:
        unit.record(PageStateChanged(page_id=new_id, state=PageState.KEPT, note=NOTE))
    document = unit.records.document(document_id)
    page_ids = tuple(new_id if page_id == old_id else page_id for page_id in document.page_ids)
    unit.record(revised(document, page_ids=page_ids))
