"""An archive with a key and a journal in which something happened, without engines around it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from muni_archive.services.workplace import Workplace
from muni_archive.store import Uuid7Ids, open_store
from muni_archive.sync.archive_key import ArchiveKey
from tests.helpers.stores import batch, document, page, record


@dataclass(kw_only=True)
class SetClock:
    """Stands still until it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 25, 8, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def forward(self, **units: float) -> None:
        self.at += timedelta(**units)


@contextmanager
def audited(folder: Path, *, actor: str = "نورة", clock: SetClock | None = None, read_only: bool = False):
    """A workplace on a real store; what engines would give is missing."""
    clock, ids = clock or SetClock(), Uuid7Ids()
    store = open_store(
        folder, create=not read_only, read_only=read_only, station="T1", actor=actor, clock=clock, ids=ids
    )
    place = Workplace(
        unit_of_work=store.unit_of_work, vault=store.vault, index=None, clock=clock, ids=ids, record_classes=None,
        recognizer=None, drivers={}, integrity=store.integrity, station=store.station, read_only=read_only,
        signer=ArchiveKey(folder, store.archive_id),
    )  # fmt: skip
    try:
        yield place, store
    finally:
        store.close()


def add_documents(store, first: int, count: int, *, pages: int = 1) -> None:
    """Documents `d1` … with pages `p1-0` …, each in a batch of its own."""
    for at in range(first, first + count):
        blobs = [store.vault.put(f"page {at} {n}".encode()) for n in range(pages)]
        captured = [page(f"p{at}-{n}", f"b{at}", blob, n) for n, blob in enumerate(blobs)]
        record(store, batch(f"b{at}"), *captured, document(f"d{at}", at, *(each.page_id for each in captured)))
