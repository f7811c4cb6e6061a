"""A batch from its first page to its documents: open, feed, arrange, close."""

from muni_archive.services.capture_batch.arranging import (
    bring_page_back,
    collate_duplex,
    put_page,
    reorder_pages,
    rotate_page,
    set_page_aside,
)
from muni_archive.services.capture_batch.closing import close_batch
from muni_archive.services.capture_batch.counting import correct_count, ledger, ledger_of
from muni_archive.services.capture_batch.feeding import feed_pages
from muni_archive.services.capture_batch.opening import open_batch, open_batches
from muni_archive.services.capture_batch.rescanning import rescan_page
from muni_archive.services.capture_batch.viewing import BatchView, view_batch

__all__ = [
    "BatchView",
    "bring_page_back",
    "close_batch",
    "collate_duplex",
    "correct_count",
    "feed_pages",
    "ledger",
    "ledger_of",
    "open_batch",
    "open_batches",
    "put_page",
    "reorder_pages",
    "rescan_page",
    "rotate_page",
    "set_page_aside",
    "view_batch",
]
