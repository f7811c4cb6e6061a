"""How the archive stands, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.disposals import DisposalState
from muni_archive.domain.records import BatchState
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Counts for the archive's state at a glance."""

    documents: int
    unregistered: int
    pages: int
    to_read: int
    open_batches: int
    holds: int = 0
    """That rest."""
    proposed: int = 0
    """Proposals to destroy a document that wait for the second person."""


def overview(place: Workplace) -> Overview:
    with place.unit_of_work() as unit:
        records = unit.records
        return Overview(
            documents=records.count_documents(),
            unregistered=records.count_documents(registered=False),
            pages=records.count_pages(),
            to_read=records.count_to_read(),
            open_batches=len(records.batches(BatchState.OPEN)),
            holds=len(unit.retention.holds()),
            proposed=len(unit.retention.disposals(DisposalState.OPEN)),
        )
