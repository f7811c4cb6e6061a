"""The page ledger: pages fed = kept + blank + separators + rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from muni_archive.domain.errors import FieldsMissing
from muni_archive.domain.events import FeedCounted
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Batch, Ledger, Page, PageState
from muni_archive.messages import N_, _
from muni_archive.services.capture_batch.opening import still_open
from muni_archive.services.subjects import about_batch
from muni_archive.services.workplace import Workplace

_REASON = N_("the reason for the corrected count")


def ledger(place: Workplace, batch_id: str) -> Ledger:
    """The batch's ledger as it stands."""
    with place.unit_of_work() as unit:
        batch = unit.records.batch(batch_id)
        place.guard.require(Action.CAPTURE, about_batch(place, batch))
        return ledger_of(batch, unit.records.pages_of_batch(batch_id))


def ledger_of(batch: Batch, pages: Sequence[Page]) -> Ledger:
    """Count the pages by state beside what was fed."""
    states = Counter(page.state for page in pages)
    return Ledger(
        fed=batch.fed,
        kept=states[PageState.KEPT],
        blank=states[PageState.BLANK],
        separator=states[PageState.SEPARATOR],
        rejected=states[PageState.REJECTED],
    )


def correct_count(place: Workplace, batch_id: str, *, fed: int, reason: str) -> Ledger:
    """Record that `fed` pages were fed, by the clerk's own count; the reason stays in the journal."""
    if not reason.strip():
        raise FieldsMissing(fields=_(_REASON))
    with place.unit_of_work() as unit:
        batch = still_open(place, unit, batch_id)
        unit.record(
            FeedCounted(batch_id=batch_id, pages=fed - batch.fed, outcome="corrected-by-clerk", note=reason.strip())
        )
        unit.commit()
        return ledger_of(unit.records.batch(batch_id), unit.records.pages_of_batch(batch_id))
