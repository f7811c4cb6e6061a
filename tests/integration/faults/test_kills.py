"""The power goes: `muni-archive sync` and the serving process are killed in the middle of everything that they do."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from dataclasses import dataclass

import pytest

from muni_archive.bootstrap import open_centre, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import PageRead
from muni_archive.services.verify_archive import verify_archive
from muni_archive.store.opening import sqlite_engine
from tests.helpers import nursery
from tests.helpers.centres import PlainStation
from tests.helpers.linked import LinkedStation, current_version, enrol_cheaply, revise_document
from tests.helpers.nursery import CENTRE_PHASES, STATION_PHASES, Doom
from tests.helpers.proofs import (
    engine_of,
    prove_arrived,
    prove_clean,
    prove_no_edit_lost,
    prove_once,
    tables_hash,
)
from tests.helpers.serving import free_port
from tests.helpers.stores import record
from tests.helpers.workplaces import PlainPool

NAMES = ("A1", "B2", "C3")
IN_A_ROW = 3
"""Kills (of each station, or of the centre) before all is healed and proven."""
ROUNDS_OF_ONE = 5
"""Rounds on one set of archives, before a fresh one is taken: what grows makes every proof slower."""
LONGEST_DELAY = 0.04
"""Seconds from the beginning of a phase's call to the kill, at most; most kills come much earlier."""


@dataclass
class Template:
    """A centre and its stations, enrolled; copied for every few rounds."""

    folder: object
    port: int
    shared: str


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("template"), free_port()
    with open_centre(folder / "centre") as opened:
        for at, name in enumerate(NAMES):
            station = LinkedStation(folder / name, name)
            enrol_cheaply(station, opened, f"http://127.0.0.1:{port}")
            if at == 0:
                shared = station.add_document("shared", 1, pages=1)
            station.close()
    return Template(folder, port, shared)


class Town:
    """One copy of the template; its centre is served by a process that can be killed."""

    def __init__(self, template, folder, chance):
        self.template, self.folder, self.chance = template, folder, chance
        shutil.copytree(template.folder, folder)
        self.process = None
        self.round = 0

    def serve(self, doom=None):
        self.process = nursery.serve(self.folder / "centre", self.template.port, doom)
        return nursery.is_up(self.process, self.template.port)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def work(self):
        """Each station adds a page that was read, and edits the document that all know."""
        self.round += 1
        for name in NAMES:
            station = PlainStation(self.folder / name, name)
            key = f"{name}-{self.round}"
            station.add_document(key, self.round + 1, pages=2)
            reading = station.store.vault.put(PlainPool(f"نص {key}").reading().to_json())
            record(
                station.store,
                PageRead(page_id=f"{key}-p0", reading=reading, engine="plain", confidence=0.9, doubtful=0),
            )
            seen = current_version(station.store.engine, self.template.shared) or self.at_copy(name)
            if seen:
                revise_document(station, self.template.shared, seen, metadata={name: str(self.round)})
            station.close()

    def at_copy(self, name):
        engine = sqlite_engine(self.folder / name / "centre" / "copy.sqlite3", read_only=True)
        try:
            return current_version(engine, self.template.shared)
        finally:
            engine.dispose()

    def sync(self, dooms=(None, None, None)):
        """All stations at once; returns their exit codes."""
        running = [nursery.sync(self.folder / name, doom) for name, doom in zip(NAMES, dooms, strict=True)]
        for process in running:
            process.join(120)
        return [process.exitcode for process in running]

    def heal(self):
        for _ in range(3):
            codes = self.sync()
            assert codes == [0, 0, 0], [(self.folder / name / "sync.log").read_text()[-1500:] for name in NAMES]

    def prove(self):
        with open_centre(self.folder / "centre", beside=True) as opened:
            prove_once(opened)
            prove_clean(opened.centre.place.integrity())
            prove_no_edit_lost(opened)
            central = tables_hash(engine_of(opened))
            for name in NAMES:
                station = PlainStation(self.folder / name, name)
                try:
                    prove_arrived(opened, station)
                finally:
                    station.close()
                self.prove_station(name, central)

    def prove_station(self, name, central):
        folder = self.folder / name
        with open_workplace(folder, read_only=True) as own:
            prove_clean(own.place.integrity())
            with open_together(folder, own.place) as line:
                assert tables_hash(line._store.engine) == central, f"the copy of {name} differs"
                report = verify_archive(line.together.copied, cancel=CancelToken(), progress=lambda *_: None)
                assert report.problems == ()


def dooms(chance, phases):
    phase = chance.choice(["start", *phases])
    delay = chance.uniform(0, 0.8) if phase == "start" else chance.choice((0, chance.uniform(0, LONGEST_DELAY)))
    return Doom(phase=phase, call=chance.choice((1, 1, 1, 2, 3)), delay=delay)


def towns(template, tmp_path, chance, rounds):
    """One town for every few rounds."""
    town = None
    try:
        for at in range(rounds):
            if town is None or at % ROUNDS_OF_ONE == 0:
                if town is not None:
                    town.stop()
                    shutil.rmtree(town.folder)
                town = Town(template, tmp_path / f"town-{at}", chance)
            yield town
    finally:
        if town is not None:
            town.stop()


def test_a_station_killed_while_it_synchronises_loses_nothing(template, tmp_path, many, figures):
    chance = random.Random(int(os.environ.get("MUNI_ARCHIVE_SEED", "1")))
    killed, asked = Counter(), 0
    for town in towns(template, tmp_path, chance, many(1, 60)):
        if town.process is None:
            town.serve()
        for _ in range(IN_A_ROW):
            town.work()
            doomed = [dooms(chance, STATION_PHASES) for _ in NAMES]
            for doom, code in zip(doomed, town.sync(doomed), strict=True):
                asked += 1
                killed[doom.phase] += code == -9
        town.heal()
        town.prove()
    assert killed.total()
    figures(asked=asked, killed=killed.total(), **killed)


def test_a_centre_killed_while_it_serves_loses_nothing(template, tmp_path, many, figures):
    chance = random.Random(int(os.environ.get("MUNI_ARCHIVE_SEED", "2")))
    killed, asked = Counter(), 0
    for town in towns(template, tmp_path, chance, many(1, 60)):
        for _ in range(IN_A_ROW):
            town.stop()
            town.work()
            doom = dooms(chance, CENTRE_PHASES)
            asked += 1
            if town.serve(doom):
                town.sync()
                if doom.phase == "index":
                    town.process.join(1.5)
            killed[doom.phase] += not town.process.is_alive() and town.process.exitcode == -9
        town.stop()
        town.serve()
        town.heal()
        town.prove()
    assert killed.total()
    figures(asked=asked, killed=killed.total(), **killed)
