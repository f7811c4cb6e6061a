"""How the archive stands, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.permissions import Action
from muni_archive.domain.records import BatchState
from muni_archive.services.capture_batch.opening import own_batches
from muni_archive.services.retention.due import open_disposals
from muni_archive.services.retention.holding import holds_seen
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
    """Of what who asks may see. Pages that wait to be read are counted all: they say nothing of what stands on them."""
    scope = place.guard.scope(Action.VIEW)
    with place.unit_of_work() as unit:
        records = unit.records
        return Overview(
            documents=records.count_documents(scope=scope),
            unregistered=records.count_documents(registered=False, scope=scope),
            pages=records.count_pages(scope=scope),
            to_read=records.count_to_read(),
            open_batches=len(own_batches(place, records.batches(BatchState.OPEN))),
            holds=len(holds_seen(place, unit)),
            proposed=len(open_disposals(place, unit, Action.VIEW)),
        )
