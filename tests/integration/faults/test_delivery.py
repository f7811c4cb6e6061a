"""Stations that add, revise, send in part, again and out of order, follow; they and the centre are put back in time.

A state machine tries orders of these that nobody would think of. Whatever happened, in the end all is there once, every
copy equals the centre, no edit is lost, and the stations agree on every document.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CopyParted, JournalGap, StationParted
from muni_archive.domain.events import ConflictResolved
from muni_archive.domain.merging import description_of
from muni_archive.domain.naming import files_named
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.together.following import follow_centre
from muni_archive.store import opening
from tests.helpers.centres import give_blobs
from tests.helpers.linked import DirectLine, LinkedStation, current_version, rejoin, revise_document
from tests.helpers.proofs import engine_of, prove_all, prove_no_edit_lost
from tests.helpers.stores import record

NAMES = ("A1", "B2", "C3")
FULL = os.environ.get("MUNI_ARCHIVE_FAULTS") == "full"
EXAMPLES = int(os.environ.get("MUNI_ARCHIVE_ORDERS", "400" if FULL else "8"))
ROUNDS = 8
"""After so many rounds of everybody sending and following nothing may be left to take over."""

which = st.integers(0, len(NAMES) - 1)
few = st.sampled_from(("", "ا", "ب", "ت"))
change = st.one_of(
    st.builds(lambda value: {"title": value}, few),
    st.builds(lambda value: {"date": value or None}, few),
    st.builds(lambda name, value: {"metadata": {name: value}}, st.sampled_from("xyz"), few),
    st.builds(lambda one, other: {"title": one, "date": other}, few, few),
)


def in_memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@pytest.fixture(scope="module", autouse=True)
def template(tmp_path_factory):
    """A centre and its stations, enrolled: made once and copied for each example."""
    before = opening._prepare

    def quick(connection, entry):
        before(connection, entry)
        connection.execute("PRAGMA synchronous=OFF")

    patch = pytest.MonkeyPatch()
    patch.setattr(opening, "_prepare", quick)
    patch.setattr(tempfile, "tempdir", in_memory())
    folder = tmp_path_factory.mktemp("template")
    with open_centre(folder / "centre") as opened:
        for name in NAMES:
            station = LinkedStation(folder / name, name)
            station.enrol(opened)
            station.close()
    Delivery.template = folder
    yield
    patch.undo()


class Delivery(RuleBasedStateMachine):
    """The model: what each station's journal says; the claim: `prove_all`."""

    template: Path
    documents = Bundle("documents")
    ran = 0
    revisions = 0
    put_back_stations = 0
    rejoined = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="muni-faults-", dir=in_memory()))
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.centre = open_centre(self.folder / "centre")
        self.stations = [self._opened(name) for name in NAMES]
        self.made = 0
        self.backup = self.folder / "backup"

    @initialize(target=documents, works=st.booleans())
    def everybody_knows_one(self, works):
        """And the station that made it has been put back once."""
        document_id = self._add(0)
        self._converge()
        self.put_station_back(0, works)
        return document_id

    @initialize()
    def back_up_first(self):
        self.back_up()

    @rule(target=documents, at=which)
    def add(self, at):
        return self._add(at)

    @rule(document_id=documents, one=which, changes=change, other=which, changes_too=change)
    def two_revise(self, document_id, one, changes, other, changes_too):
        self._revise(one, document_id, changes)
        self._revise(other, document_id, changes_too)

    @rule(at=which, document_id=documents, changes=change)
    def revise(self, at, document_id, changes):
        self._revise(at, document_id, changes)

    @rule(at=which, document_id=documents, changes=change, changes_too=change)
    def revise_and_go_on(self, at, document_id, changes, changes_too):
        self._revise(at, document_id, changes)
        self._revise(at, document_id, changes_too)

    @rule(at=which, document_id=documents, changes=change)
    def revise_and_send(self, at, document_id, changes):
        self._revise(at, document_id, changes)
        self.stations[at].sync()

    @rule(at=which)
    def sync(self, at):
        self.stations[at].sync()

    def _revise(self, at, document_id, changes):
        station = self.stations[at]
        if station.sees(document_id) is not None:
            revise_document(station, document_id, **changes)

    @rule(at=which, ours=st.booleans())
    def resolve(self, at, ours):
        """Somebody takes one side of the first conflict that the copy shows."""
        station = self.stations[at]
        with station.copy.unit_of_work() as unit:
            waiting = unit.records.conflicts()
            if not waiting:
                return
            side = description_of(unit.records.event(waiting[0].ours if ours else waiting[0].theirs))
            entry = unit.records.current_entry(waiting[0].document_id)
        resolved = ConflictResolved(
            conflict_id=waiting[0].id, document_id=waiting[0].document_id, version=9, base=entry, **side.values()
        )
        record(station.store, resolved)

    @rule(at=which, back=st.integers(0, 5), count=st.integers(1, 6), twice=st.booleans())
    def send_some(self, at, back, count, twice):
        """A part from anywhere up to the centre's end of it; what comes too early is refused and changes nothing."""
        station = self.stations[at]
        sequence = station.line.standing()[0].sequence
        part = station.entries(after=max(0, sequence - back))[:count]
        give_blobs(self.centre, station.store, blobs_of(part))
        for _ in range(1 + twice):
            receive_entries(self.centre.centre, station.id, part)

    @rule(at=which, ahead=st.integers(2, 4))
    def send_too_early(self, at, ahead):
        station = self.stations[at]
        sequence = station.line.standing()[0].sequence
        part = station.entries(after=sequence + ahead - 1)
        if part:
            with pytest.raises(JournalGap):
                receive_entries(self.centre.centre, station.id, part)

    @rule(at=which)
    def follow(self, at):
        self._follow(self.stations[at])

    @rule(at=which)
    def take_over(self, at):
        self.stations[at].take_over()

    @rule()
    def back_up(self):
        self.centre.close()
        shutil.rmtree(self.backup, ignore_errors=True)
        shutil.copytree(self.folder / "centre", self.backup)
        self.centre = open_centre(self.folder / "centre")

    @rule()
    def put_back(self):
        """The centre is what it was at its last backup; nobody is told."""
        self.centre.close()
        shutil.rmtree(self.folder / "centre")
        shutil.copytree(self.backup, self.folder / "centre")
        self.centre = open_centre(self.folder / "centre")

    @rule(at=which)
    def back_up_station(self, at):
        self.stations[at].close()
        shutil.rmtree(self._backup_of(at), ignore_errors=True)
        shutil.copytree(self.folder / NAMES[at], self._backup_of(at))
        self.stations[at] = self._opened(NAMES[at])

    @rule(at=which, works=st.booleans())
    def put_station_back(self, at, works):
        """It is what it was at its last backup, perhaps works on, is told that it parted from itself, and rejoins.

        What it did since then it has sent: else it would be lost with its disk, and nobody could know. Before its
        first backup it begins as it was enrolled.
        """
        backup = self._backup_of(at) if self._backup_of(at).exists() else self.template / NAMES[at]
        self.stations[at].sync()
        self.stations[at].close()
        shutil.rmtree(self.folder / NAMES[at])
        shutil.copytree(backup, self.folder / NAMES[at])
        self.stations[at] = self._opened(NAMES[at])
        type(self).put_back_stations += 1
        if works:
            self._add(at)
        try:
            self.stations[at].sync()
        except StationParted:
            rejoin(self.stations[at])
            self.stations[at] = self._opened(NAMES[at])
            type(self).rejoined += 1

    def teardown(self):
        try:
            self._converge()
            prove_all(self.centre, self.stations)
            self._agree()
            type(self).ran += 1
            type(self).revisions += prove_no_edit_lost(self.centre)
        finally:
            for station in self.stations:
                station.close()
            self.centre.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _opened(self, name):
        station = LinkedStation(self.folder / name, name)
        station.line = DirectLine(lambda: self.centre, station.id)
        return station

    def _backup_of(self, at):
        return self.folder / f"backup-{NAMES[at]}"

    def _add(self, at):
        self.made += 1
        station = self.stations[at]
        with station.store.unit_of_work() as unit:
            serial = unit.records.next_serial(station.name, 2026)
        return station.add_document(f"{station.name}-{self.made}", serial, pages=1)

    def _follow(self, station):
        try:
            follow_centre(station.together.copy, station.line, cancel=CancelToken())
        except CopyParted:
            with station.copy.unit_of_work() as unit:
                unit.begin_anew()
                unit.commit()

    def _converge(self):
        for _ in range(ROUNDS):
            before = self._lengths()
            for station in self.stations:
                station.sync()
            if before == self._lengths():
                return
        raise AssertionError("the stations never come to rest")

    def _lengths(self):
        with self.centre.centre.unit_of_work() as unit:
            return [unit.records.last_sequence(), *(len(station.entries()) for station in self.stations)]

    def _agree(self):
        """Each document that a station knows is there what it is at the centre."""
        for station in self.stations:
            with station.store.unit_of_work() as unit:
                for document_id, _ in unit.records.current_entries():
                    _, _, said = station.sees(document_id)
                    assert said == standing_at(self.centre, document_id), (station.name, document_id)


def standing_at(centre, document_id):
    return current_version(engine_of(centre), document_id)[2]


def blobs_of(entries):
    return tuple(files_named(entries))


def test_any_order_of_deliveries_converges(figures):
    run_state_machine_as_test(
        Delivery,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40 if FULL else 25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            derandomize=not FULL,
        ),
    )
    assert Delivery.rejoined
    figures(
        orders=Delivery.ran, revisions=Delivery.revisions, stations_put_back=Delivery.put_back_stations,
        of_which_rejoined=Delivery.rejoined,
    )  # fmt: skip
