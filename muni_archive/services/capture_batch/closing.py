"""Closing a batch: the ledger adds up, separators split the feed, documents get their numbers."""

from __future__ import annotations

from muni_archive.domain.errors import BatchEmpty, LedgerMismatch
from muni_archive.domain.events import BatchClosed
from muni_archive.domain.records import Batch, Document, Ledger, PageState
from muni_archive.domain.scanning import ScanProfile
from muni_archive.ports import UnitOfWork
from muni_archive.services.accession import NewDocument, create_document
from muni_archive.services.capture_batch.counting import ledger_of
from muni_archive.services.capture_batch.examining import examine_page
from muni_archive.services.capture_batch.opening import still_open
from muni_archive.services.capture_batch.splitting import FedPage, Part, split_parts
from muni_archive.services.own_departments import offered_classes
from muni_archive.services.workplace import Workplace


def close_batch(place: Workplace, batch_id: str) -> tuple[Document, ...]:
    """Turn the batch into documents, one for each part between separators.

    Raises `LedgerMismatch` while the ledger does not add up, `BatchEmpty` when no page is kept.
    """
    with place.unit_of_work() as unit:
        still_open(place, unit, batch_id)
    _examine_rest(place, batch_id)
    with place.unit_of_work() as unit:
        batch = still_open(place, unit, batch_id)
        pages = unit.records.pages_of_batch(batch_id)
        counted = ledger_of(batch, pages)
        if not counted.adds_up:
            raise LedgerMismatch(fed=counted.fed, counted=counted.counted)
        fed = (FedPage(page_id=page.id, state=page.state, separator=page.separator) for page in pages)
        parts = split_parts(offered_classes(place), fed, batch.record_class, batch.file_reference)
        if not parts:
            raise BatchEmpty
        numbers = [_create(place, unit, batch, part) for part in parts]
        unit.record(closed(batch_id, counted))
        unit.commit()
        return tuple(unit.records.document_by_number(number) for number in numbers)


def closed(batch_id: str, counted: Ledger) -> BatchClosed:
    """The event that closes a batch with this ledger."""
    return BatchClosed(
        batch_id=batch_id,
        fed=counted.fed,
        kept=counted.kept,
        blank=counted.blank,
        separator=counted.separator,
        rejected=counted.rejected,
    )


def _examine_rest(place: Workplace, batch_id: str) -> None:
    """Look at pages whose examination a crash cut short."""
    with place.unit_of_work() as unit:
        pages = unit.records.pages_of_batch(batch_id)
    for page in pages:
        if not page.fingerprint and page.state is PageState.KEPT:
            examine_page(place, page, ScanProfile(name="rest"))


def _create(place: Workplace, unit: UnitOfWork, batch: Batch, part: Part) -> str:
    return create_document(
        place,
        unit,
        NewDocument(
            record_class=part.record_class,
            file_reference=part.file_reference,
            page_ids=tuple(part.page_ids),
            batch_id=batch.id,
        ),
    )
