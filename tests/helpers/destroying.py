"""A centre whose building files may go after five years, really served, and stations whose people destroy them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from muni_archive.bootstrap import OpenCentre, open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import DocumentDestroyed, FieldDecided, PageRead
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.reading import Reading
from muni_archive.domain.together import BEGINNING
from muni_archive.record_classes import FileRecordClasses
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.retention.disposing import propose_disposal
from muni_archive.services.retention.holding import place_hold
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.together.disposing import confirm_anywhere
from muni_archive.services.together.following import take_over_news
from muni_archive.services.together.place import Together
from muni_archive.services.together.synchronising import synchronise_once
from muni_archive.services.workplace import Workplace
from muni_archive.store import SystemClock, Uuid7Ids
from muni_archive.sync.client import CentreClient
from muni_archive.sync.keys import FILE as KEY_FILE
from tests.helpers.classes_with_rule import ClassesWithRule
from tests.helpers.linked import LinkedStation, MemoryIndex, enrol_cheaply
from tests.helpers.proofs import prove_all
from tests.helpers.serving import served_here
from tests.helpers.stores import record

SECONDS = 120
"""For anything that another thread does; a slow machine needs most of it."""


class Station(LinkedStation):
    """A station with people: `of("sara")` is its workplace as Sara has it."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name)
        classes = ClassesWithRule(FileRecordClasses())
        self.copied = replace(self.copied, record_classes=classes)
        self.classes, self.own_index, self.taken, self.made = classes, MemoryIndex(), BEGINNING, 0

    @property
    def together(self) -> Together:
        return replace(super().together, copied=self.copied, kept=self.copied)

    def of(self, person: str) -> Workplace:
        return Workplace(
            unit_of_work=lambda: self.store.unit_of_work(person), vault=self.store.vault, index=self.own_index,
            clock=SystemClock(), ids=Uuid7Ids(), record_classes=self.classes, recognizer=None, drivers={},
            integrity=self.store.integrity, station=self.name, alone=lambda: self.line is None,
        )  # fmt: skip

    def due_document(self, key: str, *, pages: int = 2) -> str:
        """A registered document whose years are over, read and decided about; returns its id."""
        self.made += 1
        document_id = self.add_document(f"{self.name}-{key}", self.made, pages=pages)
        with self.store.unit_of_work() as unit:
            known = unit.records.document(document_id)
        for page_id in known.page_ids:
            reading = self.store.vault.put(Reading(engine=page_id, width=1, height=1).to_json())
            record(self.store, PageRead(page_id=page_id, reading=reading, engine="e", confidence=0.5))
        record(self.store, FieldDecided(document_id=document_id, field="owner", proposed="", decided="سالم"))
        self.revise(known, date="2010-01-01")
        follow_journal(self.of("x"))
        return document_id

    def files_of(self, document_id: str) -> tuple[str, ...]:
        with self.store.unit_of_work() as unit:
            return unit.retention.remains(document_id).files

    def sync(self, told=lambda _news: None) -> None:
        """Send and follow until nothing is left to say, as the program does; the last word stands in the copy too."""
        while True:
            synchronise_once(self.together, cancel=CancelToken(), told=told)
            before = len(self.entries())
            self.catch_up()
            if len(self.entries()) == before:
                return

    def catch_up(self) -> None:
        own = self.store.unit_of_work
        _taken, self.taken = take_over_news(own, self.copy.unit_of_work, after=self.taken)
        remove_destroyed(self.of("x"))
        follow_journal(self.of("x"))

    def propose(self, document_id: str, by: str = "ali") -> str:
        return propose_disposal(self.of(by), document_id, reason="انتهت المدة").id

    def confirm(self, disposal_id: str, by: str = "sara") -> None:
        assert confirm_anywhere(self.of(by), self.together, disposal_id) is None

    def hold(self, target: str, scope: HoldScope = HoldScope.DOCUMENT) -> str:
        return place_hold(self.of("adel"), scope, target, reason="دعوى", authority="المحكمة ٧").id

    def has(self, document_id: str) -> bool:
        with self.store.unit_of_work() as unit:
            return document_id in unit.records.documents_by_id([document_id])

    def copy_has(self, document_id: str) -> bool:
        with self.copy.unit_of_work() as unit:
            return document_id in unit.records.documents_by_id([document_id])

    def disposal(self, disposal_id: str):
        """As the station's copy has it."""
        with self.copy.unit_of_work() as unit:
            return unit.retention.disposal(disposal_id)

    def contested(self):
        with self.copy.unit_of_work() as unit:
            return [(each.what, each.number, each.station) for each in unit.retention.contested()]


class Municipality:
    """The centre, open and served, and its stations."""

    def __init__(self, folder: Path, opened: OpenCentre, port: int) -> None:
        self.folder, self.opened, self.port = folder, opened, port
        self.stations: list[Station] = []

    def station(self, name: str, *departments: str) -> Station:
        station = Station(self.folder / name, name)
        enrol_cheaply(station, self.opened, f"http://127.0.0.1:{self.port}", departments)
        self.stations.append(station)
        return station

    def again(self, name: str) -> Station:
        """A station of an earlier municipality in this folder, started anew."""
        station = Station(self.folder / name, name)
        key = (station.folder / KEY_FILE).read_text(encoding="ascii")
        with self.opened.centre.unit_of_work() as unit:
            centre_id = unit.records.archive().archive_id
        station.line = CentreClient(
            f"http://127.0.0.1:{self.port}", station_id=station.id, key=key, centre_id=centre_id
        )
        with station.store.unit_of_work() as unit:
            station.made = unit.records.next_serial(name, 2026) - 1
        self.stations.append(station)
        return station

    def sync(self, *stations: Station) -> None:
        for station in stations or self.stations:
            station.sync()

    def until(self, true: Callable[[], object], *syncing: Station) -> None:
        """Let the centre, which decides on a thread of its own, and these stations go on until that is so."""
        ends = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < ends, "it does not come to that"
            self.sync(*syncing)
            time.sleep(0.05)

    def destroyed(self, document_id: str):
        with self.opened.centre.unit_of_work() as unit:
            return unit.retention.destroyed(document_id)

    def state(self, disposal_id: str) -> str:
        """Of a proposal at the centre; empty until it is there."""
        with self.opened.centre.unit_of_work() as unit:
            return "".join(each.state.value for each in unit.retention.disposals() if each.id == disposal_id)

    def kinds(self) -> list[str]:
        with self.opened.centre.unit_of_work() as unit:
            return [entry.kind for entry in unit.records.journal(limit=100_000)]

    def has_files(self, shas) -> bool:
        return any(self.opened.centre.place.vault.has(sha) for sha in shas)

    def prove(self) -> None:
        """Everybody has everything, once, and every proof is clean."""
        self.sync()
        self.sync()
        self.until(lambda: not self.files_to_remove())
        prove_all(self.opened, self.stations)

    def files_to_remove(self):
        with self.opened.centre.unit_of_work() as unit:
            return unit.retention.files_to_remove()

    def close(self) -> None:
        for station in self.stations:
            station.close()


@contextmanager
def municipality(folder: Path, *, database: str = "", objects: str = "") -> Iterator[Municipality]:
    with open_centre(folder / "centre", database=database, objects=objects) as opened:
        place = replace(opened.centre.place, record_classes=ClassesWithRule(FileRecordClasses()))
        opened.centre = replace(opened.centre, place=place)
        with served_here(opened) as port:
            made = Municipality(folder, opened, port)
            try:
                yield made
            finally:
                made.close()


def write_destroyed(centre, document_id):
    """As the centre writes it when all have agreed."""
    with centre.unit_of_work() as unit:
        there, remains = unit.records.document(document_id), unit.retention.remains(document_id)
        unit.record(
            DocumentDestroyed(
                document_id=document_id, number=there.number, record_class=there.record_class,
                department=there.department, page_ids=remains.page_ids, files=remains.files, disposal_id="d",
                rule="r", reason="r", proposed_by="a", proposed_at="2026-01-01T00:00:00.000000+00:00",
                confirmed_by="b",
            )
        )  # fmt: skip
        unit.commit()
