"""The centre under its daily load: questions among many pages while stations send what they scan.

python -m tests.benchmarks.load --data FOLDER [--pages 10000 100000 1000000] [--stations 20] [--pages-a-minute 30]
                                [--minutes 4] [--readings 4000] [--nice 10]

FOLDER is kept, and holds what `python tests/benchmarks/search.py --engine postgres --pages 1000000 --data FOLDER`
built; an index of another size is built beside it. Each size is asked under the same conditions; without --pages, what
is there. The tables are filled with the same pages, so that an answer has hits to show; so many readings, in the object
store, are shared by all. The readings are those of the first pages: a hit is marked where its words are among theirs.

The centre is served by its own process, on that PostgreSQL and a SeaweedFS; the stations send from another process,
pages of 250 kB with their readings, as fast as a clerk scans (0: as fast as can be). In truth the stations are other
machines: here that process has the low priority of --nice, and what was sent a second says whether it was held up.
PostgreSQL and the object store, which may be other machines too, have the same priority as the centre. The questions
of the search benchmark are asked by HTTP, one after another. Printed: milliseconds an answer and its hits, of a centre
that was just started, alone and under load; when a new computer, enrolled with the real program, has its first answer
and its first page at this centre; memory of the serving process in quarters of the time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from multiprocessing.synchronize import Event
from pathlib import Path

import psutil

from muni_archive.bootstrap import OpenCentre, enrol_archive, open_centre, open_together, open_workplace
from muni_archive.demonstration.postgres import PostgresServer, postgres_server
from muni_archive.demonstration.seaweed import running_seaweed
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.events import PageRead
from muni_archive.domain.finding import SearchRequest
from muni_archive.paths import resource_path
from muni_archive.search.postgres_engine import PostgresIndex
from muni_archive.services.import_files import import_files
from muni_archive.services.together.sending import Outbox, send_all
from tests.benchmarks.filling import fill_tables, pages_of_index, put_readings, reading_of
from tests.benchmarks.search import PAGES_OF_A_DOCUMENT, at, build, generated, questions
from tests.helpers.linked import LinkedStation, enrol_cheaply
from tests.helpers.serving import ServedCentre
from tests.helpers.stores import batch, document, page, record

PAGE_BYTES, COLD = 250_000, 40
BUILT = "benchmark"
"""The database that `search.py` fills."""
SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "4GB", "effective_cache_size": "8GB", "jit": "off"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, nargs="+")
    parser.add_argument("--stations", type=int, default=20)
    parser.add_argument("--pages-a-minute", type=float, default=30)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--readings", type=int, default=4_000)
    parser.add_argument("--nice", type=int, default=10)
    chosen = parser.parse_args()
    with postgres_server(chosen.data, durable=True, settings=SETTINGS) as server, running_seaweed() as store:
        sizes = chosen.pages or [_there(server, BUILT)]
        for size in sizes:
            database = ready_index(server, size)
            with tempfile.TemporaryDirectory() as name:
                options = ("--database", server.url(database), "--objects", store.url("load"))
                run(Path(name), ServedCentre(Path(name) / "centre", options), server.dsn(database), size, chosen)


def ready_index(server: PostgresServer, size: int) -> str:
    """The database whose index has so many pages; built where there is none."""
    if _there(server, BUILT) == size:
        return BUILT
    name = f"pages{size}"
    if not server.has_database(name):
        server.create_database(name)
    if (there := _there(server, name)) < size:
        index = PostgresIndex(server.url(name))
        index.update((), cursor=there)
        build(index, "postgres", size)
        index.settle()
        index.close()
    return name


def _there(server: PostgresServer, database: str) -> int:
    return pages_of_index(server.dsn(database)) if server.has_database(database) else 0


def run(folder: Path, centre: ServedCentre, dsn: str, size: int, chosen: argparse.Namespace) -> None:
    print(f"{size} pages", flush=True)
    if not size:
        sys.exit("There is no index: build one with tests/benchmarks/search.py, or say how many --pages.")
    with index_in_step(folder, centre, size) as opened:
        started = time.monotonic()
        names = put_readings(opened.centre.place.vault, chosen.readings)
        print(f"  {len(names)} readings put into the object store in {time.monotonic() - started:.0f} s", flush=True)
        fill_tables(dsn, size, names)
        stations = enrol(opened, folder, chosen.stations, centre)
    try:
        centre.start()
        measure(centre, stations, chosen, folder)
    finally:
        if centre.process:
            centre.stop()
        for station in stations:
            station.close()
        with open_centre(folder / "centre", **centre.places()) as opened:
            opened.centre.place.index.update((), cursor=size)


@contextmanager
def index_in_step(folder: Path, centre: ServedCentre, size: int) -> Iterator[OpenCentre]:
    """The index counts generated pages as if they were entries: here it must not be ahead of the journal."""
    with open_centre(folder / "centre", **centre.places()) as opened:
        with opened.centre.unit_of_work() as unit:
            last = unit.records.last_sequence()
        index = opened.centre.place.index
        assert isinstance(index, PostgresIndex)
        # What earlier runs sent is newer than all that is generated, and holds few words: thousands of it would change
        # what is measured.
        sent = [page_id for page_id, _digest in index.digests() if not page_id.startswith("page-")]
        index.update((), removed=sent, cursor=last)
        if sent:
            index.settle()
        yield opened


def enrol(opened: OpenCentre, folder: Path, count: int, centre: ServedCentre) -> list[LinkedStation]:
    run, stations = f"{time.time() // 10 % 10**7:.0f}", list[LinkedStation]()
    for number in range(count + 1):
        station = LinkedStation(folder / f"S{number}", f"S{number}X{run}")
        enrol_cheaply(station, opened, centre.url)
        stations.append(station)
    return stations


def measure(centre: ServedCentre, stations: Sequence[LinkedStation], chosen: argparse.Namespace, folder: Path) -> None:
    assert centre.process is not None
    serving = psutil.Process(centre.process.pid)
    asker, *senders = stations
    every = list(chain.from_iterable(questions().values()))
    for name, some in (("just started", every[:: len(every) // COLD]), ("warming up", every), ("alone", every)):
        before = sum(serving.cpu_times()[:2])
        ask(asker, name, some)
        spent = (sum(serving.cpu_times()[:2]) - before) * 1000 / len(some)
        print(f"    CPU of the serving process: {spent:.0f} ms an answer", flush=True)
    arrive(centre, folder / "new", every[0])
    if not senders:
        return
    ends, sent = multiprocessing.Event(), multiprocessing.Value("q", 0)
    memory = Memory(centre.process.pid)
    sending = multiprocessing.Process(
        target=send_until, args=(senders, chosen.pages_a_minute, chosen.nice, ends, sent), daemon=True
    )  # fmt: skip
    began = time.monotonic()
    sending.start()
    ask(asker, f"while {len(senders)} stations send", every, seconds=chosen.minutes * 60)
    took = time.monotonic() - began
    ends.set()
    sending.join(60)
    print(f"  sent: {sent.value} pages, {sent.value / took:.1f}/s, {sent.value * PAGE_BYTES / took / 1e6:.1f} MB/s")
    print(f"  memory of the serving process: {memory.told()}", flush=True)


def arrive(centre: ServedCentre, archive: Path, first: SearchRequest) -> None:
    """A computer on which the program was just installed joins the centre."""
    code = centre.invite()
    open_workplace(archive).close()
    began = time.perf_counter()
    enrol_archive(archive, url=centre.url, code=code)
    with open_workplace(archive) as opened, open_together(archive, opened.place) as line:
        place, together = opened.place, line.together
        hits = len(together.line.search(asked(first))["hits"])
        answered = time.perf_counter() - began
        page = resource_path("samples", "01-licence-form.jpg")
        import_files(place, [page], record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)
        outbox = Outbox(unit_of_work=place.unit_of_work, vault=place.vault, line=together.line)
        send_all(outbox, cancel=CancelToken(), told=lambda _: None)
        sent = time.perf_counter() - began
    print(f"  a new computer: first {hits} hits after {answered:.1f} s, first page at the centre after {sent:.1f} s")


def ask(station: LinkedStation, name: str, requests: Sequence[SearchRequest], *, seconds: float = 0) -> None:
    """Every question once, and again until so many seconds are over; ends the program where no answer has a hit."""
    times, hits = list[float](), list[int]()
    ends = time.monotonic() + seconds
    while not times or time.monotonic() < ends:
        for request in requests:
            started = time.perf_counter()
            answer = station.line.search(asked(request))
            times.append((time.perf_counter() - started) * 1000)
            hits.append(len(answer["hits"]))
    if not any(hits):
        sys.exit(f"None of {len(times)} answers has a hit: nothing was measured. Are the tables filled?")
    times.sort()
    print(
        f"  {name}: {len(times)} questions, p50 {at(times, 0.5):.0f} ms, p95 {at(times, 0.95):.0f} ms, "
        f"p99 {at(times, 0.99):.0f} ms, worst {times[-1]:.0f} ms; {sum(hits) / len(hits):.1f} hits an answer, "
        f"{hits.count(0)} without",
        flush=True,
    )


def asked(request: SearchRequest) -> dict[str, object]:
    names = ("query", "department", "record_class", "area", "year", "date_from", "date_to", "facets")
    return {**{name: getattr(request, name) for name in names}, "sort": str(request.sort)}


def send_until(stations: list[LinkedStation], pages_a_minute: float, nice: int, ends: Event, sent: object) -> None:
    """Each station on a thread of its own: a document, sent; then a wait, as paper needs its time."""
    os.nice(nice)
    reading = reading_of(next(generated(1)).text).to_json()

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
        ends = [len(seen) * part // 4 for part in range(5)]
        quarters = [seen[begin : max(end, begin + 1)] for begin, end in zip(ends, ends[1:], strict=False)]
        means = ", ".join(f"{sum(part) / len(part):.0f}" for part in quarters if part)
        return f"{max(seen):.0f} MB at most; by quarters of the time {means}"


if __name__ == "__main__":
    main()
