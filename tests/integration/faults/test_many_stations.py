"""Many stations send at once over lines that break, to a centre that is killed and started again; all converge.

Each station is closed once in the middle of its sending, and opened again.

`MUNI_ARCHIVE_FAULTS_DATABASE` names an empty PostgreSQL database to run on it too; without it the run is on SQLite, and
on a PostgreSQL of its own where one is installed.
"""

from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.events import ConflictFound
from muni_archive.services.together import sending
from muni_archive.services.together.sending import Outbox, send_all
from tests.helpers import nursery
from tests.helpers.linked import LinkedStation, enrol_cheaply, reopened, revise_document
from tests.helpers.proofs import (
    central_journal,
    engine_of,
    prove_all,
    prove_arrived,
    prove_clean,
    prove_no_edit_lost,
    prove_rows_there,
    tables_hash,
)
from tests.helpers.proxy import Fault, Place, proxied
from tests.helpers.serving import free_port
from tests.helpers.stores import batch, document, page, record_many

AT_ONCE = 8
"""Stations whose work is done at the same time."""
EDITED = 3
"""Stations whose first document all followers edit."""
FAULTS = (Place.BEFORE_REQUEST, Place.REQUEST_BODY, Place.BEFORE_ANSWER, Place.ANSWER_LOST, Place.ANSWER_BODY,
          Place.TWICE)  # fmt: skip
DATABASE = os.environ.get("MUNI_ARCHIVE_FAULTS_DATABASE", "")


@dataclass(frozen=True, kw_only=True)
class Town:
    """So many stations, of which the first `followers` keep a copy of the centre and edit what others made."""

    stations: int
    documents: int
    """Of each station."""
    pages: int
    """Of each document; they share one tiny file."""
    followers: int
    cuts: int
    kills: int
    turns: int
    """So often all followers edit and synchronise."""
    part: int
    """Entries that a station sends at once."""


def add_pages(station, town):
    events = []
    for serial in range(1, town.documents + 1):
        key = f"{station.name}-{serial}"
        blob = station.store.vault.put(key.encode())
        pages = [page(f"{key}-{at}", f"{key}-b", blob, at) for at in range(town.pages)]
        created = document(f"{key}-d", serial, *(made.page_id for made in pages))
        events += [batch(f"{key}-b"), *pages, renumbered(created, station.name)]
    record_many(station.store, *events)


def renumbered(created, name):
    return replace(created, number=created.number.replace("T1", name))


class Chaos:
    """Breaks the line `cuts` times and kills the centre `kills` times between them, then leaves both alone.

    Both are counted by requests that met a fault, not by the clock: a slow machine meets as many, and still gets on.
    """

    def __init__(self, serve, proxy, *, cuts, kills, seed=3):
        self.serve, self.proxy, self.cuts, self.every = serve, proxy, cuts, cuts // (kills + 1)
        self.chance, self.kills = random.Random(seed), 0
        self.process = serve()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chaos")

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join()
        self.proxy.arm(None)

    def _run(self):
        while self.proxy.struck < self.cuts and not self._ends.wait(self.chance.uniform(0.02, 0.2)):
            if self.proxy.fault is None:
                self.proxy.arm(
                    Fault(self.chance.choice(FAULTS), at=self.chance.randrange(5), fraction=self.chance.random())
                )
            if self.proxy.struck >= (self.kills + 1) * self.every:
                self.process.kill()
                self.process.join()
                self.kills += 1
                self.process = self.serve()


def patiently(work):
    """Until it is done, as the program does; returns how often it failed."""
    failures = 0
    while True:
        try:
            work()
            return failures
        except ArchiveError:
            failures += 1
            if failures == 500:
                raise
            time.sleep(0.05)


class Closed(Exception):
    """The program ends here."""


def send_with_a_restart(station, at):
    """Send everything; the station is closed when the centre has its entry `at`, and opened again.

    Returns the opened station, and how often it failed.
    """
    closed = []

    def tell(sent):
        if not closed and sent.acknowledged.sequence >= at:
            closed.append(sent)
            raise Closed

    def send():
        outbox = Outbox(unit_of_work=station.store.unit_of_work, vault=station.store.vault, line=station.line)
        try:
            send_all(outbox, cancel=CancelToken(), told=tell)
        except Closed:
            return
        assert closed, "it was never closed"

    failures = patiently(send)
    assert closed[0].left
    station = reopened(station)
    return station, failures + patiently(send)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    if request.param == "sqlite":
        return ""
    return DATABASE or request.getfixturevalue("postgres_url")


@pytest.mark.timeout(7200)
def test_many_stations_converge(tmp_path, database, many, figures, monkeypatch):
    few = Town(stations=5, documents=1, pages=100, followers=3, cuts=12, kills=1, turns=2, part=40)
    hundred = Town(stations=100, documents=20, pages=100, followers=3, cuts=2000, kills=50, turns=4, part=500)
    figures(**converge(tmp_path, database, many(few, hundred), monkeypatch))


@pytest.mark.timeout(7200)
def test_all_stations_follow(tmp_path, database, many, figures, monkeypatch):
    """Fewer pages, so that every station can keep a copy of everything here."""
    few = Town(stations=5, documents=1, pages=5, followers=5, cuts=8, kills=1, turns=2, part=3)
    hundred = Town(stations=100, documents=2, pages=10, followers=100, cuts=2000, kills=50, turns=4, part=10)
    figures(**converge(tmp_path, database, many(few, hundred), monkeypatch))


def converge(tmp_path, database, town, monkeypatch):
    """All send, the followers edit and follow; proves that all is the same everywhere. Returns what was counted."""
    monkeypatch.setattr(sending, "ENTRIES", town.part)
    chance = random.Random(4)
    options = ("--database", database) if database else ()
    port = free_port()
    folder = tmp_path / "centre"
    stations = [LinkedStation(tmp_path / f"S{at}", f"S{at}") for at in range(town.stations)]

    def serve():
        process = nursery.serve(folder, port, None, *options)
        assert nursery.is_up(process, port), (tmp_path / "serve.log").read_text()[-2000:]
        return process

    with proxied(port) as proxy:
        with open_centre(folder, database=database) as opened:
            for station in stations:
                enrol_cheaply(station, opened, proxy.url)
        for station in stations:
            add_pages(station, town)
        moments = [chance.randrange(0, len(station.entries()), town.part) for station in stations]
        with Chaos(serve, proxy, cuts=town.cuts, kills=town.kills) as chaos, ThreadPoolExecutor(AT_ONCE) as pool:
            started = time.monotonic()
            done = list(pool.map(send_with_a_restart, stations, moments))
            seconds = time.monotonic() - started
            stations, failures = [station for station, _ in done], sum(failed for _, failed in done)
            followers = stations[: town.followers]
            sent = sum(len(station.entries()) for station in stations)
            for turn in range(town.turns):
                failures += sum(pool.map(lambda station: patiently(station.sync), followers))
                edit_what_all_know(followers, stations[:EDITED], turn)
        for _ in range(3):
            for station in followers:
                patiently(station.sync)  # its connection may be one to a centre that was killed since
        chaos.process.kill()
        chaos.process.join()
        with open_centre(folder, database=database, beside=True) as opened:
            prove_all(opened, followers)
            central = tables_hash(engine_of(opened))
            assert {tables_hash(station.copy.engine) for station in followers} == {central}
            for station in stations[town.followers :]:
                prove_arrived(opened, station)
                assert prove_rows_there(opened, station) == town.documents * (2 + town.pages)
            prove_clean(stations[-1].store.integrity())
            edits = prove_no_edit_lost(opened)
            conflicts = sum(entry.kind == ConflictFound.kind for entry in central_journal(opened))
    for station in stations:
        station.close()
    return {
        "stations": town.stations, "followers": town.followers, "pages": town.stations * town.documents * town.pages,
        "entries": sent, "seconds": round(seconds), "per_s": round(sent / seconds), "edits": edits,
        "conflicts": conflicts, "restarts": len(done), "kills": chaos.kills, "cuts": proxy.struck,
        "tried_again": failures,
    }  # fmt: skip


def edit_what_all_know(followers, owners, turn):
    """Each follower edits documents of others: a field of its own, and one that all of them change."""
    for at, station in enumerate(followers):
        for owner in owners:
            changes = {"metadata": {station.name: str(turn)}}
            if at in (turn, turn + 1):  # two who do not know of each other: a conflict
                changes["title"] = f"{station.name} {turn}"
            revise_document(station, f"{owner.name}-1-d", **changes)
