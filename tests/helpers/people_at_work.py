"""Several people at one archive: each with a workplace whose entries carry their name, and a clock to move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from muni_archive.bootstrap import OpenArchive, open_workplace
from muni_archive.domain.cases import CaseActor
from muni_archive.domain.events import BatchOpened, DocumentCreated, DocumentRevised, PageCaptured
from muni_archive.services.workplace import Workplace
from muni_archive.store.unit_of_work import SqlUnitOfWork

SUNDAY = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
"""Nine o'clock in Kuwait."""


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = SUNDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


class KeptKeys:
    """People's keys, in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def find(self, archive_id: str, name: str) -> str | None:
        return self.kept.get((archive_id, name))

    def keep(self, archive_id: str, name: str, key: str) -> None:
        self.kept[archive_id, name] = key


@dataclass(frozen=True, kw_only=True)
class AtWork:
    """One person: where they work, and as what."""

    place: Workplace
    actor: CaseActor


class Office:
    """An open archive in which several people work, one after another."""

    def __init__(self, opened: OpenArchive) -> None:
        self.opened, self.clock, self.keys = opened, MovedClock(), KeptKeys()

    def person(self, name: str, *roles: str, departments=None, delegated=None) -> AtWork:
        return self.acting(
            CaseActor(name=name, roles=frozenset(roles), departments=departments, delegated=delegated or {})
        )

    def acting(self, actor: CaseActor) -> AtWork:
        store, ids, clock = self.opened._store, self.opened.place.ids, self.clock
        place = replace(
            self.opened.place, clock=clock, keys=self.keys, operator=actor.name,
            unit_of_work=lambda: SqlUnitOfWork(
                store.engine, actor=actor.name, station=store.station, clock=clock, ids=ids
            ),
        )  # fmt: skip
        return AtWork(place=place, actor=actor)

    def document(self, by: AtWork, *, pages: int = 3, record_class: str = "building_file", **metadata: str) -> str:
        """A document that this person scanned; returns its id."""
        ids = by.place.ids
        batch_id, document_id = ids.new(), ids.new()
        with by.place.unit_of_work() as unit:
            unit.record(BatchOpened(batch_id=batch_id, device="d", profile="text-300", record_class=record_class))
            page_ids = tuple(ids.new() for _ in range(pages))
            for at, page_id in enumerate(page_ids):
                unit.record(
                    PageCaptured(
                        page_id=page_id, batch_id=batch_id, position=at, blob=by.place.vault.put(page_id.encode()),
                        media_type="image/jpeg", width=10, height=10, dpi=300,
                    )
                )  # fmt: skip
            serial = unit.records.next_serial(by.place.station, 2026)
            unit.record(
                DocumentCreated(
                    document_id=document_id, number=f"{by.place.station}-2026-{serial:06d}", year=2026, serial=serial,
                    record_class=record_class, department="building_licences", title="رخصة بناء", page_ids=page_ids,
                    batch_id=batch_id, metadata=metadata,
                )
            )  # fmt: skip
            unit.commit()
        return document_id

    def revise(self, by: AtWork, document_id: str) -> None:
        with by.place.unit_of_work() as unit:
            now = unit.records.document(document_id)
            unit.record(
                DocumentRevised(
                    document_id=now.id, version=now.version + 1, record_class=now.record_class,
                    department=now.department, title=f"{now.title}.", page_ids=now.page_ids, base=now.entry,
                )
            )  # fmt: skip
            unit.commit()


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    with open_workplace(folder) as opened:
        yield Office(opened)
