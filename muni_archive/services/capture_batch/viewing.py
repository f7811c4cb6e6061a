"""A batch as the clerk sees it: its pages in order, what the ledger counts, where documents begin."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Batch, Ledger, Page
from muni_archive.services.capture_batch.counting import ledger_of
from muni_archive.services.capture_batch.splitting import FedPage, Part, split_parts
from muni_archive.services.own_departments import offered_classes
from muni_archive.services.subjects import about_batch
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class BatchView:
    """`parts` are the documents that closing would make of the batch."""

    batch: Batch
    pages: tuple[Page, ...]
    ledger: Ledger
    parts: tuple[Part, ...]


def view_batch(place: Workplace, batch_id: str) -> BatchView:
    """The batch as it stands now. Raises `NotFound`."""
    with place.unit_of_work() as unit:
        batch = unit.records.batch(batch_id)
        place.guard.require(Action.CAPTURE, about_batch(place, batch))
        pages = tuple(unit.records.pages_of_batch(batch_id))
    fed = [FedPage(page_id=page.id, state=page.state, separator=page.separator) for page in pages]
    parts = split_parts(offered_classes(place), fed, batch.record_class, batch.file_reference)
    return BatchView(batch=batch, pages=pages, ledger=ledger_of(batch, pages), parts=tuple(parts))
