"""What the centre stands on fails: PostgreSQL crashes and starts again, the object store refuses, lies, damages."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import psycopg
import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.demonstration.postgres import PostgresMissing, postgres_server
from muni_archive.domain.errors import ArchiveError
from muni_archive.services.centre import health
from tests.helpers import faulty_store
from tests.helpers.faulty_store import in_front_of
from tests.helpers.linked import LinkedStation, enrol_cheaply, revise_document
from tests.helpers.proofs import prove_all
from tests.helpers.serving import free_port, served_here

NAMES = ("A1", "B2")
WAYS = ("crash", "restart", "away")
STORE_FAULTS = {
    "PUT": (faulty_store.REFUSE, faulty_store.SLOW, faulty_store.CUT, faulty_store.CUT_ANSWER, faulty_store.LIE,
            faulty_store.DAMAGE, faulty_store.FULL),
    "GET": (faulty_store.REFUSE, faulty_store.SLOW, faulty_store.CUT, faulty_store.CUT_ANSWER, faulty_store.DAMAGE),
}  # fmt: skip


class Office:
    """Two stations of a served centre; both edit one document."""

    def __init__(self, folder, opened, port):
        self.opened, self.made = opened, 0
        self.stations = [LinkedStation(folder / name, name) for name in NAMES]
        for station in self.stations:
            enrol_cheaply(station, opened, f"http://127.0.0.1:{port}")
        self.shared = self.stations[0].add_document("shared", 1)
        for station in (*self.stations, *self.stations):
            patiently(station)

    def work(self):
        self.made += 1
        for station in self.stations:
            station.add_document(f"{station.name}-{self.made}", self.made + 1, pages=2)
            revise_document(station, self.shared, metadata={station.name: str(self.made)})

    def prove(self):
        for station in (*self.stations, *self.stations, *self.stations):
            patiently(station)
        prove_all(self.opened, self.stations)

    def close(self):
        for station in self.stations:
            station.close()


def patiently(station):
    """Synchronise until it is done; returns how often it failed, each time with an error that has a name."""
    for failures in range(200):
        try:
            station.sync()
            return failures
        except ArchiveError:
            time.sleep(0.1)
    station.sync()
    return failures


class Database:
    """A PostgreSQL that keeps what it promised, on one port, whatever is done to it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="muni-postgres-"))
        self.port = free_port()
        self._running = ExitStack()
        self.start()
        self.server.create_database("centre")

    def start(self):
        self.server = self._running.enter_context(postgres_server(self.folder, durable=True, port=self.port))

    def stop(self):
        self._running.close()

    def crash(self):
        """Kill one of its processes: it ends all the others, and recovers what was committed."""
        with psycopg.connect(self.server.dsn("centre"), autocommit=True) as connection:
            (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone()
            os.kill(pid, signal.SIGKILL)

    def fail(self, way, seconds):
        if way == "crash":
            self.crash()
            return
        self.stop()
        time.sleep(seconds if way == "away" else 0)
        self.start()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def database():
    try:
        made = Database()
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    yield made
    made.remove()


def test_a_database_that_crashes_and_starts_again_loses_nothing(tmp_path, database, many, figures):
    chance, failed, ways = random.Random(5), 0, Counter()
    address = database.server.url("centre")
    with open_centre(tmp_path / "centre", database=address) as opened, served_here(opened) as port:
        office = Office(tmp_path, opened, port)
        with ThreadPoolExecutor(len(NAMES)) as pool:
            for turn in range(many(6, 90)):
                office.work()
                syncing = [pool.submit(patiently, station) for station in office.stations]
                time.sleep(chance.uniform(0, 0.3))
                way = WAYS[turn % len(WAYS)]
                database.fail(way, chance.uniform(0.2, 1.0))
                ways[way] += 1
                failed += sum(each.result() for each in syncing)
        office.prove()
        office.close()
    figures(**ways, tried_again=failed)


def test_health_says_that_the_database_is_away_and_that_it_is_back(tmp_path, database, monkeypatch):
    monkeypatch.setattr(health, "FRESH_S", 0.0)
    address = database.server.url("centre")
    with open_centre(tmp_path / "centre", database=address) as opened, served_here(opened) as port:
        url = f"http://127.0.0.1:{port}/health"
        assert httpx.get(url, timeout=60).json()["status"] == "ok"
        database.stop()
        answer = httpx.get(url, timeout=60)
        assert answer.status_code == 503
        assert answer.json() == {
            "status": "ill", "sequence": 0, "database": "database-unreachable", "files": "ok", "disk": "ok",
        }  # fmt: skip
        database.start()
        assert httpx.get(url, timeout=60).json()["status"] == "ok"


@pytest.mark.parametrize("method", STORE_FAULTS)
def test_an_object_store_that_fails_and_lies_loses_nothing(tmp_path, seaweed, method, many, figures):
    chance, failed, struck = random.Random(6), 0, Counter()
    with in_front_of(seaweed.endpoint) as proxy:
        objects = seaweed.url(tmp_path.name, proxy.endpoint)
        with open_centre(tmp_path / "centre", objects=objects) as opened, served_here(opened) as port:
            office = Office(tmp_path, opened, port)
            for turn in range(len(STORE_FAULTS[method]) * many(1, 12)):
                office.work()
                fault = STORE_FAULTS[method][turn % len(STORE_FAULTS[method])]
                proxy.break_next(
                    fault, chance.randint(1, 6), method=method, holding=chance.choice(("/blobs/", "/blobs/", "/"))
                )
                before = proxy.struck
                failed += sum(patiently(station) for station in office.stations)
                proxy.mend()
                struck[fault] += proxy.struck - before
            office.prove()
            office.close()
    assert set(struck) == set(STORE_FAULTS[method])
    assert all(struck.values()), struck
    figures(method=method, struck=struck.total(), **struck, tried_again=failed)
