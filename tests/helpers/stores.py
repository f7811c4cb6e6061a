"""Stores in a temporary folder, and events that make sense one after another."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import BatchOpened, DocumentCreated, Event, PageCaptured
from muni_archive.domain.journal import JournalEntry, entry_hash
from muni_archive.ports import Problem
from muni_archive.store import Store, SystemClock, Uuid7Ids, open_store
from muni_archive.store.codec import encode
from muni_archive.store.journal import entry_values, last_link
from muni_archive.store.projection import apply_all
from muni_archive.store.tables import journal


def new_store(folder: Path, *, create: bool = True, read_only: bool = False) -> Store:
    return open_store(
        folder,
        create=create,
        read_only=read_only,
        station="T1",
        actor="tester",
        clock=SystemClock(),
        ids=Uuid7Ids(),
    )


@contextmanager
def opened(folder: Path, **options: bool):
    store = new_store(folder, **options)
    try:
        yield store
    finally:
        store.close()


def problems(store: Store) -> list[Problem]:
    return list(store.integrity().problems(cancel=CancelToken(), progress=lambda *_: None))


def record(store: Store, *events: Event) -> None:
    with store.unit_of_work() as unit:
        for event in events:
            unit.record(event)
        unit.commit()


def record_many(store: Store, *events: Event) -> None:
    """As `record`, of thousands: the same entries and tables in a fraction of the time."""
    with store.unit_of_work() as unit:
        unit.lock()
        last, previous = last_link(unit._connection)
        entries = []
        for sequence, event in enumerate(events, start=last + 1):
            values = {
                "sequence": sequence, "id": unit._ids.new(), "at": unit._clock.now().isoformat(timespec="microseconds"),
                "actor": unit.actor, "station": unit._station, "kind": event.kind, "payload": encode(event),
                "previous": previous,
            }  # fmt: skip
            previous = entry_hash(**values)
            entries.append(JournalEntry(**values, hash=previous))
        unit._connection.execute(insert(journal), [entry_values(entry) for entry in entries])
        apply_all(unit._connection, list(zip(events, entries, strict=True)))
        unit.commit()


def damaged(data: bytes) -> bytes:
    """With one bit of its first byte turned, so that it always differs."""
    return bytes([data[0] ^ 1]) + data[1:]


def batch(batch_id: str) -> BatchOpened:
    return BatchOpened(batch_id=batch_id, device="d", profile="p", record_class="building_file")


def page(page_id: str, batch_id: str, blob: str, position: int = 0) -> PageCaptured:
    return PageCaptured(
        page_id=page_id,
        batch_id=batch_id,
        position=position,
        blob=blob,
        media_type="image/png",
        width=10,
        height=10,
        dpi=300,
    )


def document(document_id: str, serial: int, *page_ids: str) -> DocumentCreated:
    return DocumentCreated(
        document_id=document_id,
        number=f"T1-2026-{serial:06d}",
        year=2026,
        serial=serial,
        record_class="building_file",
        department="licences",
        title="ملف",
        page_ids=page_ids,
    )


def small_archive(store: Store, count: int = 3) -> list[str]:
    """A batch of `count` pages in one document; returns the blobs' names."""
    blobs = [store.vault.put(f"page {n}".encode()) for n in range(count)]
    pages = [page(f"p{n}", "b1", blob, n) for n, blob in enumerate(blobs)]
    record(store, batch("b1"), *pages, document("d1", 1, *(p.page_id for p in pages)))
    return blobs


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
