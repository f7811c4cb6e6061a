"""The centre under its daily load: questions among many pages while stations send what they scan.

python -m tests.benchmarks.load --data FOLDER [--stations 20] [--pages-a-minute 30] [--minutes 4]

FOLDER holds the index that `python tests/benchmarks/search.py --engine postgres --pages 1000000 --data FOLDER` built.
The centre is served by its own process, on that PostgreSQL and a SeaweedFS; the stations send from another process,
pages of 250 kB with their readings, as fast as a clerk scans (0: as fast as can be); the questions of the search
benchmark are asked by HTTP. Printed: milliseconds an answer, alone and under load; memory of the serving process.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import psutil

from muni_archive.bootstrap import open_centre
from muni_archive.demonstration.postgres import postgres_server
from muni_archive.demonstration.seaweed import running_seaweed
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.events import PageRead
from muni_archive.domain.finding import SearchRequest
from muni_archive.services.together.sending import Outbox, send_all
from tests.benchmarks.search import at, questions
from tests.helpers.linked import LinkedStation, enrol_cheaply
from tests.helpers.serving import ServedCentre
from tests.helpers.stores import batch, document, page, record
from tests.helpers.workplaces import PlainPool

PAGE_BYTES, PAGES_OF_A_DOCUMENT = 250_000, 5
SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "4GB", "effective_cache_size": "8GB", "jit": "off"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--stations", type=int, default=20)
    parser.add_argument("--pages-a-minute", type=float, default=30)
    parser.add_argument("--minutes", type=float, default=4)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        postgres_server(chosen.data, durable=True, settings=SETTINGS) as server,
        running_seaweed() as store,
    ):
        folder, url = Path(name), server.url("benchmark")
        options = ("--database", url, "--objects", store.url("load"))
        centre = ServedCentre(folder / "centre", options)
        with index_in_step(folder, centre) as stations:
            enrol(stations, folder, chosen.stations, centre)
            centre.start()
            try:
                measure(centre, stations, chosen)
            finally:
                centre.stop()


@contextmanager
def index_in_step(folder: Path, centre: ServedCentre) -> Iterator[list[LinkedStation]]:
    """The index counts generated pages as if they were entries: here it must not be ahead of the journal."""
    with open_centre(folder / "centre", **centre.places()) as opened:
        index = opened.centre.place.index
        count = index.cursor
        with opened.centre.unit_of_work() as unit:
            last = unit.records.last_sequence()
        index.update((), cursor=last)
    print(f"{count} pages in the index", flush=True)
    stations: list[LinkedStation] = []
    try:
        yield stations
    finally:
        for station in stations:
            station.close()
        with open_centre(folder / "centre", **centre.places()) as opened:
            opened.centre.place.index.update((), cursor=count)


def enrol(stations: list[LinkedStation], folder: Path, count: int, centre: ServedCentre) -> None:
    run = f"{time.time() // 10 % 10**7:.0f}"
    with open_centre(folder / "centre", **centre.places()) as opened:
        for number in range(count + 1):
            station = LinkedStation(folder / f"S{number}", f"S{number}X{run}")
            enrol_cheaply(station, opened, centre.url)
            stations.append(station)


def measure(centre: ServedCentre, stations: list[LinkedStation], chosen: argparse.Namespace) -> None:
    assert centre.process is not None
    asker, *senders = stations
    ask(asker, "warming up", seconds=0)
    ask(asker, "alone", seconds=0)
    ends, sent = multiprocessing.Event(), multiprocessing.Value("q", 0)
    memory = Memory(centre.process.pid)
    sending = multiprocessing.Process(
        target=send_until, args=(senders, chosen.pages_a_minute, ends, sent), daemon=True
    )  # fmt: skip
    began = time.monotonic()
    sending.start()
    ask(asker, f"while {len(senders)} stations send", seconds=chosen.minutes * 60)
    took = time.monotonic() - began
    ends.set()
    sending.join(60)
    print(f"  sent: {sent.value} pages, {sent.value / took:.1f}/s, {sent.value * PAGE_BYTES / took / 1e6:.1f} MB/s")
    print(f"  memory of the serving process: {memory.told()}")


def ask(station: LinkedStation, name: str, *, seconds: float) -> None:
    """Every question once, and again until so many seconds are over."""
    times: list[float] = []
    ends = time.monotonic() + seconds
    requests = [request for kind in questions().values() for request in kind]
    while not times or time.monotonic() < ends:
        for request in requests:
            started = time.perf_counter()
            station.line.search(asked(request))
            times.append((time.perf_counter() - started) * 1000)
    times.sort()
    print(
        f"  {name}: {len(times)} questions, p50 {at(times, 0.5):.0f} ms, p95 {at(times, 0.95):.0f} ms, "
        f"p99 {at(times, 0.99):.0f} ms, worst {times[-1]:.0f} ms",
        flush=True,
    )


def asked(request: SearchRequest) -> dict[str, object]:
    names = ("query", "department", "record_class", "area", "year", "date_from", "date_to", "facets")
    return {**{name: getattr(request, name) for name in names}, "sort": str(request.sort)}


def send_until(stations: list[LinkedStation], pages_a_minute: float, ends: Event, sent: object) -> None:
    """Each station on a thread of its own: a document, sent; then a wait, as paper needs its time."""
    reading = PlainPool(" ".join(["بلدية الكويت إدارة تراخيص البناء رخصة 123456"] * 20)).reading().to_json()

    def work(station: LinkedStation) -> None:
        station.store.engine.dispose()  # connections do not survive a fork
        serial, pause = 0, PAGES_OF_A_DOCUMENT / pages_a_minute * 60 if pages_a_minute else 0
        outbox = Outbox(unit_of_work=station.store.unit_of_work, vault=station.store.vault, line=station.line)
        while not ends.wait(pause):
            serial += 1
            scan(station, serial, reading)
            try:
                send_all(outbox, cancel=CancelToken(), told=lambda _: None)
            except ArchiveError as error:
                print(f"  {station.name}: {error}", flush=True)
                continue
            with sent.get_lock():  # type: ignore[attr-defined]
                sent.value += PAGES_OF_A_DOCUMENT  # type: ignore[attr-defined]

    threads = [threading.Thread(target=work, args=(station,)) for station in stations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def scan(station: LinkedStation, serial: int, reading: bytes) -> None:
    key = f"{station.name}-{serial}"
    named = station.store.vault.put(reading)
    pages = [
        page(f"{key}-{at}", f"{key}-b", station.store.vault.put(os.urandom(PAGE_BYTES)), at)
        for at in range(PAGES_OF_A_DOCUMENT)
    ]
    created = document(f"{key}-d", serial, *(made.page_id for made in pages))
    read = [PageRead(page_id=made.page_id, reading=named, engine="load", confidence=0.9, doubtful=0) for made in pages]
    number = created.number.replace("T1", station.name)
    record(station.store, batch(f"{key}-b"), *pages, *read, replace(created, number=number))


class Memory:
    """Looks at a process every second."""

    def __init__(self, pid: int) -> None:
        self._process, self._seen = psutil.Process(pid), list[float]()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while self._process.is_running():
            try:
                self._seen.append(self._process.memory_info().rss / 1e6)
            except psutil.NoSuchProcess:
                return
            time.sleep(1)

    def told(self) -> str:
        seen = self._seen
        quarter = max(1, len(seen) // 4)
        first, last = sum(seen[:quarter]) / quarter, sum(seen[-quarter:]) / quarter
        return f"{max(seen):.0f} MB at most; first quarter {first:.0f}, last quarter {last:.0f}"


if __name__ == "__main__":
    main()
