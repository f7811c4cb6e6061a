"""Pages from a device into a batch: each is durable before anybody hears of it."""

from __future__ import annotations

from collections.abc import Callable

from muni_archive.capture.registry import driver_of
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError, FeederEmpty
from muni_archive.domain.events import FeedCounted, PageCaptured
from muni_archive.domain.records import Batch, Page
from muni_archive.domain.scanning import ScannedPage, ScanProfile
from muni_archive.imaging.examination import measure
from muni_archive.ports import ScanFeed
from muni_archive.services.capture_batch.examining import examine_page
from muni_archive.services.capture_batch.opening import still_open
from muni_archive.services.workplace import Workplace


def feed_pages(
    place: Workplace,
    batch_id: str,
    *,
    profile: ScanProfile,
    cancel: CancelToken,
    on_page: Callable[[Page], None],
    at: int | None = None,
    limit: int | None = None,
) -> int:
    """Scan into the batch until the feeder is empty, `limit` pages came, or something stops it.

    `on_page` hears of a page when it is safe in the archive, and again when its picture was examined
    (blank, separator). New pages stand from position `at` on, at the end by default. Returns how many
    pages came. A `ScanError` or `Cancelled` ends the feed; what came before is kept, and calling again
    goes on after it.
    """
    with place.unit_of_work() as unit:
        batch = still_open(place, unit, batch_id)
        position = len(unit.records.pages_of_batch(batch_id)) if at is None else at
    return feed_into(place, batch, position, profile=profile, cancel=cancel, on_page=on_page, limit=limit)


def feed_into(
    place: Workplace,
    batch: Batch,
    position: int,
    *,
    profile: ScanProfile,
    cancel: CancelToken,
    on_page: Callable[[Page], None],
    limit: int | None = None,
    device: str = "",
) -> int:
    """As `feed_pages`, into a batch that may be closed; from another device than the batch's, if one is named."""
    device = device or batch.device
    feed = driver_of(place.drivers, device).scan(device, profile, cancel)
    came, outcome = 0, "done"
    try:
        for scanned in feed:
            page = _keep(place, batch.id, device, scanned, position + came)
            came += 1
            on_page(page)
            on_page(examine_page(place, page, profile))
            if came == limit:
                break
    except ArchiveError as error:
        outcome = error.code
        raise
    finally:
        _count_missing(place, batch.id, feed, came, outcome, limited=came == limit)
    if not came:
        raise FeederEmpty
    return came


def _keep(place: Workplace, batch_id: str, device: str, scanned: ScannedPage, position: int) -> Page:
    blob = place.vault.put(scanned.data)
    size = measure(scanned.data)
    page_id = place.ids.new()
    with place.unit_of_work() as unit:
        unit.record(
            PageCaptured(
                page_id=page_id,
                batch_id=batch_id,
                position=position,
                blob=blob,
                media_type=size.media_type,
                width=size.width,
                height=size.height,
                dpi=scanned.dpi or size.dpi,
                side=scanned.side,
                origin=scanned.name or device,
            )
        )
        unit.commit()
        return unit.records.page(page_id)


def _count_missing(place: Workplace, batch_id: str, feed: ScanFeed, came: int, outcome: str, *, limited: bool) -> None:
    """Where the device counts more pages than came, say so in the ledger: one may lie in the tray unseen."""
    missing = 0 if limited or feed.delivered is None else feed.delivered - came
    if missing <= 0:
        return
    with place.unit_of_work() as unit:
        unit.record(FeedCounted(batch_id=batch_id, pages=missing, outcome=outcome, note="counted by the device"))
        unit.commit()
