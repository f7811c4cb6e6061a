"""What a station of some departments is told again when a document comes into its sight, while it follows live."""

from dataclasses import replace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveDamaged, NotFound
from muni_archive.domain.events import (
    DisposalProposed,
    DisposalWithdrawn,
    HoldLifted,
    HoldPlaced,
    LevelSet,
    MarkAdded,
    MarkRemoved,
)
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.reading import Box
from muni_archive.domain.together import BEGINNING
from muni_archive.services.centre.feeding_back import feed
from muni_archive.services.together.following import take_over_news
from tests.helpers.linked import DirectLine, LinkedStation, revise_document
from tests.helpers.stores import document, record


class Town:
    """A centre, a station that sees everything, and one of `plans`."""

    def __init__(self, folder):
        self.folder, self.opened = folder, []
        self.centre = open_centre(folder / "centre")
        self.one, self.other = self.station("A1", ()), self.station("B2", ("plans",))

    def station(self, name, departments):
        made = LinkedStation(self.folder / name, name)
        made.enrol(self.centre, departments)
        made.line = DirectLine(lambda: self.centre, made.id)
        self.opened.append(made)
        return made

    def close(self):
        for each in (*self.opened, self.centre):
            each.close()


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.close()


def marks_of(station, page_id):
    with station.copy.unit_of_work() as unit:
        return [mark.id for mark in unit.marks.on_page(page_id)]


def test_a_document_comes_with_the_marks_on_its_pages(town):
    document_id = town.one.add_document("x")
    for key in ("m", "gone"):
        record(town.one.store, MarkAdded(mark_id=key, page_id="x-p1", mark="note", box=Box(0, 0, 5, 5), text="x"))
    record(town.one.store, MarkRemoved(mark_id="gone", page_id="x-p1"))
    for station in (town.one, town.other):
        station.sync()
    assert marks_of(town.other, "x-p1") == []
    revise_document(town.one, document_id, department="plans")
    for station in (town.one, town.other):
        station.sync()
    assert marks_of(town.other, "x-p1") == ["m"]


def test_a_document_comes_that_took_a_page_with_a_mark_from_another(town):
    document_id = town.one.add_document("x")
    record(town.one.store, MarkAdded(mark_id="m", page_id="x-p1", mark="note", box=Box(0, 0, 5, 5), text="x"))
    revise_document(town.one, document_id, page_ids=("x-p0",))
    record(town.one.store, replace(document("y-d", 2, "x-p1"), number="A1-2026-000002"))
    for station in (town.one, town.other):
        station.sync()
    revise_document(town.one, "y-d", department="plans")
    for station in (town.one, town.other):
        station.sync()
    assert marks_of(town.other, "x-p1") == ["m"]


def test_a_mark_on_a_page_that_the_document_never_had_is_told_for_nothing(town):
    town.one.add_document("x")
    record(town.one.store, MarkAdded(mark_id="m", page_id="x-p1", mark="note", box=Box(0, 0, 5, 5), text="x"))
    town.one.add_document("y", 2)
    for station in (town.one, town.other):
        station.sync()
    revise_document(town.one, "y-d", department="plans")
    town.one.sync()
    with town.centre.centre.unit_of_work() as unit:
        every = unit.records.journal(limit=1000)
    strange = next(entry for entry in every if entry.kind == MarkAdded.kind)
    with town.other.copy.unit_of_work() as unit:
        at = unit.records.last_sequence()
        link = unit.records.journal(after=at - 1, limit=1)[0].hash
    with town.centre.centre.unit_of_work() as unit:
        station = unit.station(town.other.id)
    told = feed(town.centre.centre, station, after=at, link=link, again=True, held=True)
    with town.other.copy.unit_of_work() as unit, pytest.raises(ArchiveDamaged):
        unit.follow([strange, *told])
    with town.other.copy.unit_of_work() as unit:
        unit.follow(told)


def decisions_in(station, *hold_ids):
    """Of these holds, whether each rests; and what became of the proposal."""
    with station.copy.unit_of_work() as unit:
        holds = {hold_id: unit.retention.hold(hold_id).rests for hold_id in hold_ids}
        return holds, unit.retention.disposal("w").state.value


def test_a_document_comes_with_what_was_decided_about_it(town):
    document_id = town.one.add_document("x")
    for hold_id in ("rests", "lifted"):
        said = {"scope": HoldScope.DOCUMENT, "target": document_id, "reason": "case 7", "authority": "court"}
        record(town.one.store, HoldPlaced(hold_id=hold_id, **said))
    record(
        town.one.store,
        HoldLifted(hold_id="lifted", reason="over"),
        DisposalProposed(disposal_id="w", document_id=document_id, rule="r", due="2020-01-01", reason="old"),
        DisposalWithdrawn(disposal_id="w", reason="no"),
        HoldPlaced(
            hold_id="nothing", scope=HoldScope.DOCUMENT, target="t" * 99, reason="of nothing", authority="court"
        ),
    )
    for station in (town.one, town.other):
        station.sync()
    with pytest.raises(NotFound):
        decisions_in(town.other, "rests")
    revise_document(town.one, document_id, department="plans")
    for station in (town.one, town.other):
        station.sync()
    decided = ({"rests": True, "lifted": False}, "withdrawn")
    assert decisions_in(town.other, "rests", "lifted") == decided
    fresh = town.station("C3", ("plans",))
    fresh.sync()
    assert decisions_in(fresh, "rests", "lifted") == decided
    for station in (town.other, fresh):
        assert list(station.copy.integrity().problems(cancel=CancelToken(), progress=lambda *_: None)) == []


def test_a_station_that_takes_no_marks_told_again_is_told_none(town):
    document_id = town.one.add_document("x")
    record(town.one.store, MarkAdded(mark_id="m", page_id="x-p1", mark="note", box=Box(0, 0, 5, 5), text="x"))
    for station in (town.one, town.other):
        station.sync()
    revise_document(town.one, document_id, department="plans")
    town.one.sync()
    with town.other.copy.unit_of_work() as unit:
        at = unit.records.last_sequence()
        link = unit.records.journal(after=at - 1, limit=1)[0].hash
    with town.centre.centre.unit_of_work() as unit:
        station = unit.station(town.other.id)
    told = feed(town.centre.centre, station, after=at, link=link, again=True)
    assert told
    assert MarkAdded.kind not in {entry.kind for entry in told}


class TakingOver:
    """A station of licences, which takes over what is news to it as the program does: past the last entry seen."""

    def __init__(self, town):
        self.every, self.station, self.taken = town.one, town.station("L1", ("licences",)), BEGINNING
        self.document_id = self.station.add_document("x")
        self.centre = town.centre.centre

    def rest(self):
        """Returns the ids of the documents that were told to have become something else."""
        told = set()
        for _ in range(3):
            self.every.sync()
            self.station.sync()
            own, copy = self.station.store.unit_of_work, self.station.copy.unit_of_work
            news, self.taken = take_over_news(own, copy, after=self.taken)
            told |= set(news)
        return told

    def moves(self, department):
        revise_document(self.every, self.document_id, department=department)
        return self.rest()

    def everywhere(self, look):
        """What the centre says, the station's copy, and the station's own tables."""
        units = self.centre.unit_of_work, self.station.copy.unit_of_work, self.station.store.unit_of_work
        found = []
        for opened in units:
            with opened() as unit:
                found.append(look(unit))
        return found


@pytest.fixture
def away(town):
    made = TakingOver(town)
    made.rest()
    return made


def levels(away):
    return away.everywhere(lambda unit: unit.records.levels_of([away.document_id]).get(away.document_id, ""))


def test_a_level_that_was_given_while_it_was_away_is_the_stations_too(away):
    """The station went on showing it to whom its class is open."""
    away.moves("personnel")
    given = {"document_id": away.document_id, "level": "secret", "reason": "سبب"}
    record(away.every.store, LevelSet(**given, department="personnel", record_class="building_file"))
    away.rest()
    assert levels(away) == ["secret", "", ""]
    assert away.document_id in away.moves("licences")
    assert levels(away) == ["secret", "secret", "secret"]
    before = len(away.station.entries())
    assert away.rest() == set()
    assert len(away.station.entries()) == before


def test_a_proposal_that_was_withdrawn_while_it_was_away_waits_no_more(away):
    said = {"document_id": away.document_id, "rule": "r", "due": "2020-01-01", "reason": "x"}
    record(away.station.store, DisposalProposed(disposal_id="d1", **said))
    away.rest()
    away.moves("personnel")
    record(away.every.store, DisposalWithdrawn(disposal_id="d1", reason="no"))
    away.rest()
    with away.station.store.unit_of_work() as unit:
        assert unit.retention.disposal("d1").state.value == "open"
    away.moves("licences")
    assert away.everywhere(lambda unit: unit.retention.disposal("d1").state.value) == ["withdrawn"] * 3
    before = len(away.station.entries())
    away.rest()
    assert len(away.station.entries()) == before


def test_what_is_told_again_is_taken_over_once(away, monkeypatch):
    """Past the last entry that was seen: it stands in its old place, and is told with what brings its document."""
    seen = []
    monkeypatch.setattr(
        "muni_archive.services.together.following.take_over_levels",
        lambda _own, _copy, documents: seen.append(set(documents)) or (),
    )
    away.moves("personnel")
    given = {"document_id": away.document_id, "level": "secret", "reason": "سبب"}
    record(away.every.store, LevelSet(**given, department="personnel", record_class="building_file"))
    away.rest()
    assert seen == []
    away.moves("licences")
    away.rest()
    assert seen == [{away.document_id}]
