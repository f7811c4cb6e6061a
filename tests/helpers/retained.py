"""An archive of one's own, in which two people and a clock do what a test says."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import (
    BatchOpened,
    DocumentCreated,
    DocumentRevised,
    FileOpened,
    PageCaptured,
    PageRead,
)
from muni_archive.domain.reading import Reading
from muni_archive.domain.record_class import FieldSpec, RecordClass
from muni_archive.domain.retention import Action, CountedFrom, RetentionRule, Trigger
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.workplace import Workplace
from muni_archive.store import Store, Uuid7Ids, open_store
from tests.helpers.linked import MemoryIndex

SHORT = RetentionRule(trigger=Trigger.REGISTERED, years=5, counted_from=CountedFrom.DAY, action=Action.DESTROY)
ON_CLOSING = RetentionRule(trigger=Trigger.CLOSED, years=2, counted_from=CountedFrom.DAY)


class HandClock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.at = datetime(2020, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_years(self, years: int) -> None:
        self.at += timedelta(days=366 * years)


class Classes:
    """Three record classes: five years, two years from the closing of the file, and for ever."""

    def __init__(self) -> None:
        rules = {"short": SHORT, "closing": ON_CLOSING, "ever": None}
        label = {"ar": "صنف", "en": "class"}
        self._known = {
            name: RecordClass(
                id=name, label=label, department="d", department_label=label,
                fields=(FieldSpec(name="f", label=label),), retention=rule,
            )
            for name, rule in rules.items()
        }  # fmt: skip

    def all(self):
        return tuple(self._known.values())

    def get(self, name):
        return self._known[name]


class ProvenIndex(MemoryIndex):
    """One that `verify` can compare."""

    def digests(self):
        return ((page_id, page.digest()) for page_id, page in self.pages.items())


class Office:
    """The archive and its people: `of("sara")` is the workplace as Sara has it."""

    def __init__(self, folder: Path, clock: HandClock) -> None:
        self.folder, self.clock = folder, clock
        self.store: Store = self._open("clerk")
        self.index = ProvenIndex()
        with self.store.unit_of_work() as unit:
            self._serial = unit.records.next_serial("T1", 2020) - 1

    def _open(self, actor: str) -> Store:
        return open_store(
            self.folder, create=True, read_only=False, station="T1", actor=actor, clock=self.clock, ids=Uuid7Ids()
        )

    def of(self, name: str) -> Workplace:
        def unit():
            unit = self.store.unit_of_work()
            unit._actor = name
            return unit

        return Workplace(
            unit_of_work=unit, vault=self.store.vault, index=self.index, clock=self.clock, ids=Uuid7Ids(),
            record_classes=Classes(), recognizer=None, drivers={}, integrity=self.store.integrity, station="T1",
        )  # fmt: skip

    def add(self, *contents: bytes, record_class="short", reference=None, registered=True, title="عقد سالم") -> str:
        """A document whose pages have these bytes, each with a reading; returns its id."""
        self._serial += 1
        key, ids = f"{self._serial}", Uuid7Ids()
        pages = [ids.new() for _ in contents]
        vault = self.store.vault
        document_id = ids.new()
        said = {"record_class": record_class, "department": "d", "title": title, "page_ids": tuple(pages),
                "file_reference": reference}  # fmt: skip
        with self.store.unit_of_work() as unit:
            unit.record(BatchOpened(batch_id=f"b{key}", device="d", profile="p", record_class=record_class))
            for at, (page_id, data) in enumerate(zip(pages, contents, strict=True)):
                unit.record(
                    PageCaptured(page_id=page_id, batch_id=f"b{key}", position=at, blob=vault.put(data),
                                 media_type="image/png", width=1, height=1, dpi=300)
                )  # fmt: skip
                reading = Reading(engine=f"e{key}-{at}", width=1, height=1).to_json()
                unit.record(PageRead(page_id=page_id, reading=vault.put(reading), engine="e", confidence=0.5))
            if reference and unit.records.file(reference) is None:
                unit.record(FileOpened(file_id=ids.new(), reference=reference, record_class=record_class,
                                       department="d"))  # fmt: skip
            created = unit.record(
                DocumentCreated(document_id=document_id, number=f"T1-2020-{self._serial:06d}", year=2020,
                                serial=self._serial, batch_id=f"b{key}", **said)
            )  # fmt: skip
            if registered:
                unit.record(DocumentRevised(document_id=document_id, version=2, registered=True, base=created.id,
                                            metadata={"f": "v"}, **said))  # fmt: skip
            unit.commit()
        follow_journal(self.of("clerk"))
        return document_id

    def problems(self):
        return list(self.store.integrity().problems(cancel=CancelToken(), progress=lambda *_: None))

    def close(self) -> None:
        self.store.close()


@contextmanager
def office(folder: Path):
    opened = Office(folder, HandClock())
    try:
        yield opened
    finally:
        opened.close()


def elsewhere(place: Workplace) -> Workplace:
    """As it is when a centre decides."""
    return replace(place, alone=lambda: False)
