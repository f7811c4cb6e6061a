"""Whatever people do at two stations, in whatever order they send and follow: the centre destroys nothing that a hold
kept, nothing that one person wanted, nothing before everybody was heard; and what came too late is told.

Looked at is the central journal alone, entry by entry, apart from the program's tables.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.holds import HoldScope
from muni_archive.record_classes import FileRecordClasses
from muni_archive.services.centre.destroying import settle_disposals
from muni_archive.services.retention.holding import lift_hold, place_hold
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.together.disposing import confirm_anywhere, withdraw_anywhere
from muni_archive.services.together.synchronising import synchronise_once
from tests.helpers.classes_with_rule import ClassesWithRule
from tests.helpers.destroying import Station
from tests.helpers.linked import DirectLine, enrol_cheaply
from tests.helpers.proofs import central_journal, prove_all

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # each step is a commit; nothing here is about the disk
PEOPLE = st.sampled_from(["ali", "sara", "Ali "])
WHERE = st.integers(0, 1)


class Town(RuleBasedStateMachine):
    """A centre and two stations; the first has two documents that are due."""

    @initialize()
    def begin(self):
        self._folder = tempfile.TemporaryDirectory(prefix="muni-archive-test-", dir=MEMORY)
        folder = Path(self._folder.name)
        self.opened = open_centre(folder / "centre")
        place = replace(self.opened.centre.place, record_classes=ClassesWithRule(FileRecordClasses()))
        self.opened.centre = replace(self.opened.centre, place=place)
        self.stations = [self._station(folder, name) for name in ("A1", "B2")]
        self.documents = [self.stations[0].due_document(key, pages=1) for key in "xy"]
        self.proposed, self.held = [], []
        for station in self.stations:
            station.sync()

    def _station(self, folder, name):
        station = Station(folder / name, name)
        enrol_cheaply(station, self.opened, "http://127.0.0.1:9")
        station.line.close()
        station.line = DirectLine(lambda: self.opened, station.id)
        return station

    def teardown(self):
        if not hasattr(self, "opened"):
            return
        for _ in range(4):
            settle_disposals(self.opened.centre)
            remove_destroyed(self.opened.centre.place)
            for station in self.stations:
                station.sync()
        self._look_at_the_journal()
        prove_all(self.opened, self.stations)
        for station in self.stations:
            station.close()
        self.opened.close()
        self._folder.cleanup()

    def _attempt(self, act):
        try:
            return act()
        except ArchiveError:
            return None

    @rule(who=PEOPLE, at=WHERE)
    def propose(self, who, at):
        proposal = self._attempt(lambda: self.stations[0].propose(self.documents[at], by=who))
        self.proposed += [proposal] if proposal else []

    @precondition(lambda self: self.proposed)
    @rule(who=PEOPLE, at=WHERE, data=st.data())
    def confirm(self, who, at, data):
        self._confirm(who, at, data.draw(st.sampled_from(self.proposed)))

    def _confirm(self, who, at, proposal):
        station = self.stations[at]
        self._attempt(lambda: confirm_anywhere(station.of(who), station.together, proposal))

    @precondition(lambda self: self.proposed)
    @rule(at=WHERE, data=st.data())
    def withdraw(self, at, data):
        station, proposal = self.stations[at], data.draw(st.sampled_from(self.proposed))
        self._attempt(lambda: withdraw_anywhere(station.of("noor"), station.together, proposal, reason="r"))

    @rule(at=WHERE, which=WHERE)
    def hold(self, at, which):
        station = self.stations[at]
        target = self.documents[which]
        placed = self._attempt(
            lambda: place_hold(station.of("adel"), HoldScope.DOCUMENT, target, reason="r", authority="a",
                               elsewhere=station.copied)
        )  # fmt: skip
        self.held += [(at, placed.id)] if placed else []

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def lift(self, data):
        at, hold_id = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        lift_hold(self.stations[at].of("adel"), hold_id, reason="r")

    @rule(at=WHERE)
    def send_and_follow(self, at):
        synchronise_once(self.stations[at].together, cancel=CancelToken(), told=lambda _news: None)

    @rule(at=WHERE)
    def take_over(self, at):
        self.stations[at].catch_up()

    @rule()
    def decide(self):
        settle_disposals(self.opened.centre)

    @rule(first=WHERE, second=WHERE, late=st.booleans(), decided=st.booleans())
    def agree_and_hear_everybody(self, first, second, late, decided):
        """What takes many steps to come about by chance; perhaps with a hold that comes too late."""
        self.propose("ali", first)
        if not self.proposed:
            return
        self._everybody()
        self._confirm("sara", second, self.proposed[-1])
        self._everybody()
        self.decide()
        self._everybody()
        if late:
            self.hold(second, first)
        if decided:
            self.decide()

    def _everybody(self):
        for station in (*self.stations, *self.stations):
            station.sync()

    def _look_at_the_journal(self):
        resting, persons, answers = {}, defaultdict(list), defaultdict(set)
        gone, late, told, hearing = {}, set(), set(), {}
        for entry in central_journal(self.opened):
            said = json.loads(entry.payload)
            if entry.kind == "hold-placed":
                resting[said["hold_id"]] = said["target"]
                late |= {entry.id} if said["target"] in gone else set()
            elif entry.kind == "hold-lifted":
                resting.pop(said["hold_id"], None)
            elif entry.kind in ("disposal-proposed", "disposal-confirmed"):
                persons[said["disposal_id"]].append(entry.actor.strip().lower())
            elif entry.kind == "hearing-opened":
                hearing[said["disposal_id"]] = said["hearing_id"]
            elif entry.kind == "hearing-answered":
                for hearing_id in said["hearing_ids"]:
                    answers[hearing_id].add(entry.station)
            elif entry.kind == "destruction-contested":
                told.add(said["entry"])
            elif entry.kind == "document-destroyed":
                document_id = said["document_id"]
                assert document_id not in gone, "destroyed twice"
                assert document_id not in resting.values(), "destroyed against a hold"
                assert len(set(persons[said["disposal_id"]])) > 1, "destroyed by one person"
                assert answers[hearing[said["disposal_id"]]] == {"A1", "B2"}, "destroyed before everybody was heard"
                gone[document_id] = entry.id
        assert late <= told, "a hold that came too late was dropped"
        kept = {document_id for station in self.stations for document_id in gone if station.has(document_id)}
        assert kept <= set(resting.values()), "destroyed, and still there without a hold"


Town.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
TestTown = Town.TestCase
