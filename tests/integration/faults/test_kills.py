"""The power goes: `muni-archive sync` and the serving process are killed in the middle of everything that they do."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections import Counter
from dataclasses import dataclass

import pytest

from muni_archive.bootstrap import open_centre, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import CaseActor
from muni_archive.domain.events import PageRead, PersonAdmitted
from muni_archive.domain.people import Role
from muni_archive.organisation_files import read_units
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.verify_archive import verify_archive
from tests.helpers import nursery
from tests.helpers.centres import PlainStation
from tests.helpers.destroying import Station
from tests.helpers.linked import DirectLine, LinkedStation, enrol_cheaply, revise_document
from tests.helpers.nursery import CENTRE_PHASES, CENTRE_PHASES_ON_POSTGRES, STATION_PHASES, Doom
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
SECOND = "second"
"""The other person of the two who destroy a document."""
ROLES = ("clerk", "records_manager")
IN_A_ROW = 3
"""Kills (of each station, or of the centre) before all is healed and proven, in a full run."""
ROUNDS_OF_ONE = 5
"""Rounds on one set of archives, before a fresh one is taken: what grows makes every proof slower."""
MANY_TIMES = 6
"""So often somebody should die in a phase at least once."""
LONGEST_DELAY = 0.04
"""Seconds from the beginning of a phase's call to the kill, at most; most kills come much earlier."""
PHASES_OF = ["station", "centre", "centre on postgres"]
ON_ITS_OWN = {"index", "destroying", "removing files"}
"""Phases of the centre that come a moment after the stations' questions."""


@dataclass
class Template:
    """A centre and its stations, enrolled; copied for every few rounds."""

    folder: object
    port: int
    shared: str
    database: str = ""
    """Name of the centre's database, on PostgreSQL."""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return made_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def template_on_postgres(tmp_path, postgres):
    database = postgres.create_database()
    yield made_template(tmp_path / "template", database, postgres.url(database))
    postgres.drop_database(database)


def made_template(folder, database="", url=""):
    port = free_port()
    with open_centre(folder / "centre", database=url) as opened:
        admit_people(opened)
        for at, name in enumerate(NAMES):
            station = LinkedStation(folder / name, name)
            enrol_cheaply(station, opened, f"http://127.0.0.1:{port}")
            if at == 0:
                shared = station.add_document("shared", 1, pages=1)
            station.close()
    return Template(folder, port, shared, database)


def admit_people(opened):
    """Whoever writes at a station is known to the centre, which asks of each entry whether its author may."""
    begin_organisation(opened.centre.place, read_units())
    names = (*map(clerk_of, NAMES), SECOND)
    with opened.centre.unit_of_work() as unit:
        for name in names:
            unit.record(PersonAdmitted(person_id=name, name=name, role=Role.NONE.value))
        unit.commit()
    for name in names:
        for role in ROLES:
            give_place(opened.centre.place, name, NewPlace(role=role))


def clerk_of(name):
    return f"clerk-{name}"


class Town:
    """One copy of the template; its centre is served by a process that can be killed."""

    def __init__(self, template, folder, postgres=None):
        self.template, self.folder, self.postgres = template, folder, postgres
        shutil.copytree(template.folder, folder)
        self.database = postgres.create_database(like=template.database) if postgres else ""
        self.url = postgres.url(self.database) if postgres else ""
        self.process = None
        self.round = 0
        self.to_destroy = []

    def serve(self, doom=None):
        options = ("--database", self.url) if self.url else ()
        self.process = nursery.serve(self.folder / "centre", self.template.port, doom, *options)
        return nursery.is_up(self.process, self.template.port)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)
        if self.postgres:
            self.postgres.drop_database(self.database)

    def opened(self):
        return open_centre(self.folder / "centre", database=self.url, beside=True)

    def work(self):
        """Each station adds a page that was read, begins a case about it, and edits the document that all know; two
        people of one of them destroy another."""
        self.round += 1
        for at, name in enumerate(NAMES):
            station = Station(self.folder / name, name)
            station.line = DirectLine(None, station.id)  # it has a centre, and does not ask it now
            self.work_at(station, f"{name}-{self.round}")
            if self.round % len(NAMES) == at:
                self.destroy_at(station)
            station.close()

    def work_at(self, station, key):
        by = station.of(clerk_of(station.name))
        document_id = station.add_document(key, next_serial(station), pages=2)
        reading = station.store.vault.put(PlainPool(f"نص {key}").reading().to_json())
        record(
            station.store,
            PageRead(page_id=f"{key}-p0", reading=reading, engine="plain", confidence=0.9, doubtful=0),
        )
        actor = CaseActor(name=clerk_of(station.name), roles=frozenset(ROLES))
        start_case(by, "archiving", actor=actor, document_id=document_id)
        if station.sees(self.template.shared):
            revise_document(station, self.template.shared, metadata={station.name: str(self.round)})

    def destroy_at(self, station):
        station.made = next_serial(station) - 1
        document_id = station.due_document(f"due-{self.round}")
        station.confirm(station.propose(document_id, by=clerk_of(station.name)), by=SECOND)
        self.to_destroy.append(document_id)

    def sync(self, dooms=(None, None, None)):
        """All stations at once; returns their exit codes."""
        running = [nursery.sync(self.folder / name, doom) for name, doom in zip(NAMES, dooms, strict=True)]
        for process in running:
            process.join(120)
        return [process.exitcode for process in running]

    def heal(self):
        """Everybody synchronises until all is everywhere; the centre asks the stations before it destroys anything."""
        ends = time.monotonic() + 240
        self.sync_unharmed()
        while left := self.left_to_destroy():
            assert time.monotonic() < ends, f"not destroyed: {left}"
            self.sync_unharmed()
        for _ in range(2):
            self.sync_unharmed()

    def sync_unharmed(self):
        codes = self.sync()
        assert codes == [0, 0, 0], [(self.folder / name / "sync.log").read_text()[-1500:] for name in NAMES]

    def left_to_destroy(self):
        """Documents whose end was agreed on, and files of such, that the centre still has."""
        with self.opened() as opened, opened.centre.unit_of_work() as unit:
            documents = [each for each in self.to_destroy if not unit.retention.destroyed(each)]
            return [*documents, *unit.retention.files_to_remove()]

    def prove(self):
        with self.opened() as opened:
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


def next_serial(station):
    with station.store.unit_of_work() as unit:
        return unit.records.next_serial(station.name, 2026)


def dooms(chance, phases):
    phase = chance.choice(["start", *phases])
    delay = chance.uniform(0, 0.8) if phase == "start" else chance.choice((0, chance.uniform(0, LONGEST_DELAY)))
    return Doom(phase=phase, call=chance.choice((1, 1, 1, 2, 3)), delay=delay)


def towns(template, tmp_path, rounds, postgres=None):
    """One town for every few rounds."""
    town = None
    try:
        for at in range(rounds):
            if town is None or at % ROUNDS_OF_ONE == 0:
                if town is not None:
                    town.remove()
                town = Town(template, tmp_path / f"town-{at}", postgres)
            yield town
    finally:
        if town is not None:
            town.remove()


@pytest.mark.parametrize("phases", [STATION_PHASES, CENTRE_PHASES, CENTRE_PHASES_ON_POSTGRES], ids=PHASES_OF)
def test_every_phase_is_still_a_function_of_the_program(phases):
    """A process whose doom cannot be armed ends by an error of the test's own, and is not killed."""
    assert [phase for phase, (owner, name) in phases.items() if not callable(getattr(owner, name, None))] == []


def test_a_station_killed_while_it_synchronises_loses_nothing(template, tmp_path, many, figures):
    chance = random.Random(int(os.environ.get("MUNI_ARCHIVE_SEED", "1")))
    killed, asked = Counter(), Counter()
    for town in towns(template, tmp_path, many(1, 60)):
        if town.process is None:
            town.serve()
        for _ in range(many(2, IN_A_ROW)):
            town.work()
            doomed = [dooms(chance, STATION_PHASES) for _ in NAMES]
            for doom, code in zip(doomed, town.sync(doomed), strict=True):
                asked[doom.phase] += 1
                killed[doom.phase] += code == -9
        town.heal()
        town.prove()
    figures(**counted(asked, killed))


def test_a_centre_killed_while_it_serves_loses_nothing(template, tmp_path, many, figures):
    figures(**kill_the_centre(towns(template, tmp_path, many(1, 60)), many(2, IN_A_ROW)))


def test_a_centre_killed_while_it_serves_loses_nothing_on_postgresql(
    template_on_postgres, tmp_path, postgres, many, figures
):
    figures(**kill_the_centre(towns(template_on_postgres, tmp_path, many(1, 60), postgres), many(2, IN_A_ROW)))


def kill_the_centre(towns, in_a_row):
    """Returns what was counted."""
    chance = random.Random(int(os.environ.get("MUNI_ARCHIVE_SEED", "2")))
    killed, asked = Counter(), Counter()
    for town in towns:
        for _ in range(in_a_row):
            town.stop()
            town.work()
            doom = dooms(chance, CENTRE_PHASES)
            asked[doom.phase] += 1
            if town.serve(doom):
                town.sync()
                if doom.phase in ON_ITS_OWN:
                    town.process.join(1.5)
            killed[doom.phase] += not town.process.is_alive() and town.process.exitcode == -9
        town.stop()
        town.serve()
        town.heal()
        town.prove()
    return counted(asked, killed)


def counted(asked, killed):
    """A phase in which nobody ever dies is one that the programs do not go through."""
    assert killed.total()
    assert [phase for phase, times in asked.items() if times >= MANY_TIMES and not killed[phase]] == []
    return {"asked": asked.total(), "killed": killed.total(), **killed}
