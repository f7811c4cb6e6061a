"""How fast the centre takes what stations send.

python -m tests.benchmarks.centre entries [--pages 20000] [--sqlite]
python -m tests.benchmarks.centre upload [--gigabytes 1]
python -m tests.benchmarks.centre joining [--pages 20000]
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from muni_archive.bootstrap import OpenCentre, open_centre
from muni_archive.demonstration.postgres import postgres_server
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import (
    ArchiveCreated,
    BatchClosed,
    BatchOpened,
    DocumentCreated,
    DocumentRevised,
    Event,
    PageCaptured,
    PageExamined,
    PageRead,
)
from muni_archive.domain.journal import GENESIS, JournalEntry, entry_hash
from muni_archive.domain.naming import files_named
from muni_archive.services.centre.enrolling import enrol_station, invite_station
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.together.following import follow_centre
from muni_archive.store import SystemClock, Uuid7Ids
from muni_archive.store.codec import encode
from tests.helpers.linked import LinkedStation, enrol_cheaply
from tests.helpers.serving import served_here

BATCH, PAGES_OF_A_BATCH, PAGES_OF_A_DOCUMENT = 500, 40, 5


def journal(name: str, pages: int) -> Iterator[JournalEntry]:
    """A station's days: batches of pages that are looked at and read, documents that are described."""
    ids, clock = Uuid7Ids(), SystemClock()
    previous = GENESIS
    for sequence, event in enumerate(_events(name, pages, ids), start=1):
        values = {
            "sequence": sequence, "id": ids.new(), "at": clock.now().isoformat(timespec="microseconds"),
            "actor": "clerk", "station": name, "kind": event.kind, "payload": encode(event), "previous": previous,
        }  # fmt: skip
        previous = entry_hash(**values)  # type: ignore[arg-type]
        yield JournalEntry(**values, hash=previous)  # type: ignore[arg-type]


def _events(name: str, pages: int, ids: Uuid7Ids) -> Iterator[Event]:
    yield ArchiveCreated(archive_id=name, station=name)
    serial = 0
    for start in range(0, pages, PAGES_OF_A_BATCH):
        batch, made = ids.new(), []
        yield BatchOpened(batch_id=batch, device="benchmark", profile="p", record_class="building_file")
        for at in range(min(PAGES_OF_A_BATCH, pages - start)):
            page = ids.new()
            made.append(page)
            yield PageCaptured(
                page_id=page, batch_id=batch, position=at, blob=f"{start + at:064x}", media_type="image/jpeg",
                width=2480, height=3508, dpi=300,
            )  # fmt: skip
            yield PageExamined(page_id=page, state="kept", fingerprint="0f" * 16)
        for page in made:
            yield PageRead(page_id=page, reading="a" * 64, engine="benchmark", confidence=0.9)
        yield BatchClosed(batch_id=batch, fed=len(made), kept=len(made), blank=0, separator=0, rejected=0)
        for first in range(0, len(made), PAGES_OF_A_DOCUMENT):
            serial += 1
            document, its = ids.new(), tuple(made[first : first + PAGES_OF_A_DOCUMENT])
            said = {"document_id": document, "record_class": "building_file", "department": "licences", "page_ids": its}
            number = f"{name}-2026-{serial:06d}"
            yield DocumentCreated(number=number, year=2026, serial=serial, title=number, **said)
            metadata = {"parcel": str(serial), "block": "3", "area": "السالمية"}
            yield DocumentRevised(version=2, title="رخصة بناء", metadata=metadata, registered=True, **said)


def entries(options: argparse.Namespace) -> None:
    """One process, one station after another sending parts of 500: what admitting costs by itself."""
    made = list(journal("B1", options.pages))
    for kind in ("sqlite",) if options.sqlite else ("postgres", "sqlite"):
        with tempfile.TemporaryDirectory() as folder:
            if kind == "sqlite":
                with open_centre(Path(folder) / "centre") as centre:
                    _take(centre, made, kind)
                continue
            with postgres_server(durable=True) as server:
                url = server.url(server.create_database())
                with open_centre(Path(folder) / "centre", database=url) as centre:
                    _take(centre, made, kind)


def _take(centre: OpenCentre, made: Sequence[JournalEntry], kind: str) -> None:
    code = invite_station(centre.centre)
    enrol_station(centre.centre, code=code, station_id="B1", name="B1", public_key="0" * 64)
    with centre.centre.unit_of_work() as unit:
        for name in dict.fromkeys(files_named(made)):
            unit.add_blob(name, 1)
        unit.commit()
    started = time.perf_counter()
    for at in range(0, len(made), BATCH):
        receive_entries(centre.centre, "B1", made[at : at + BATCH])
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{kind}: {len(made)} entries in {took:.1f} s = {len(made) / took:.0f}/s (wanted: 1,500); {peak} MB")


def joining(options: argparse.Namespace) -> None:
    """A new station: until the centre answers its first question, and how fast its copy then grows."""
    logging.getLogger("muni_archive.services.follow_journal").setLevel(logging.ERROR)  # there are no readings here
    with tempfile.TemporaryDirectory() as folder, open_centre(Path(folder) / "centre") as centre:
        _take(centre, list(journal("B1", options.pages)), "made")
        with served_here(centre) as port:
            began = time.perf_counter()
            station = LinkedStation(Path(folder) / "N1", "N1")
            enrol_cheaply(station, centre, f"http://127.0.0.1:{port}")
            station.line.search({"query": "رخصة"})
            answered = time.perf_counter() - began
            began = time.perf_counter()
            followed = follow_centre(station.copy.unit_of_work, station.line, cancel=CancelToken())
            took = time.perf_counter() - began
            station.close()
    print(f"enrolled and answered after {answered:.2f} s; {followed.entries / took:.0f} entries/s into the copy")


def upload(options: argparse.Namespace) -> None:
    """A station's files through the whole of the protocol, and the same bytes written straight to the same store."""
    from tests.benchmarks.uploads import compare

    compare(options.gigabytes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("entries", "upload", "joining"))
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--sqlite", action="store_true", help="only SQLite")
    parser.add_argument("--gigabytes", type=float, default=1.0)
    options = parser.parse_args()
    {"entries": entries, "upload": upload, "joining": joining}[options.what](options)


if __name__ == "__main__":
    main()
