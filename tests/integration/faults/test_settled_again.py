"""A centre that was put back hears of versions from who received them, before their own entries: nothing of what two
people changed is overwritten by that, and nobody is asked twice.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.events import ConflictResolved
from muni_archive.domain.merging import combine
from muni_archive.domain.naming import files_named
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.store import opening
from tests.helpers.centres import give_blobs
from tests.helpers.linked import DirectLine, LinkedStation, current_version, revise_document
from tests.helpers.proofs import engine_of, prove_all
from tests.helpers.put_back import PutBack
from tests.helpers.stores import record

NAMES = {"A1": (), "B2": (), "C3": (), "L1": ("licences",)}


@pytest.fixture(scope="module")
def template():
    """A centre and its stations, enrolled: made once and copied for each test."""
    before = opening._prepare

    def quick(connection, entry):
        before(connection, entry)
        connection.execute("PRAGMA synchronous=OFF")

    patch, memory = pytest.MonkeyPatch(), Path("/dev/shm")
    patch.setattr(opening, "_prepare", quick)
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        folder = Path(made) / "template"
        with open_centre(folder / "centre") as opened:
            for name, departments in NAMES.items():
                station = LinkedStation(folder / name, name)
                station.enrol(opened, departments)
                station.close()
        yield folder
    patch.undo()


class Offices:
    """Stations of one centre that can be put back to when all that may see it knew `document_id`, or to before."""

    def __init__(self, folder, names, *, owner="A1", before_it=False):
        self.back = PutBack(folder / "centre")
        self.stations = [self._station(folder, name) for name in names]
        if before_it:
            self.back.keep()
        self.document_id = self.stations[names.index(owner)].add_document("x")
        self.rest()
        if not before_it:
            self.back.keep()

    def _station(self, folder, name):
        made = LinkedStation(folder / name, name)
        made.line = DirectLine(lambda: self.back.centre, made.id)
        return made

    def rest(self, *first):
        """These send and follow, in this order; then all, until nothing moves."""
        for station in first:
            station.sync()
        for _ in range(8):
            before = self._length()
            for station in self.stations:
                station.sync()
            if before == self._length():
                return
        raise AssertionError("the stations never come to rest")

    def put_back(self, order, *, apart=False):
        """Then the stations come in this order; `apart`: entry by entry, as over a line that is cut all the time."""
        self.back.back()
        for station in (self.stations[at] for at in order):
            for entry in station.entries(after=station.line.standing()[0].sequence) if apart else ():
                give_blobs(self.back.centre, station.store, files_named([entry]))
                receive_entries(self.back.centre.centre, station.id, [entry])
            station.sync()
        self.rest()

    def revise(self, station, **changes):
        revise_document(station, self.document_id, **changes)
        self.rest(station)

    def both_revise(self, first, changes, second, changes_too):
        """Neither has heard of the other; the first comes first."""
        seen = second.sees(self.document_id)
        revise_document(first, self.document_id, **changes)
        first.sync()
        revise_document(second, self.document_id, seen, **changes_too)
        self.rest(second)

    def decide(self, station, title):
        """A clerk takes one of two titles."""
        (conflict,) = self.conflicts()
        entry, version, said = current_version(engine_of(self.back.centre), self.document_id)
        record(
            station.store,
            ConflictResolved(
                conflict_id=conflict.id, document_id=self.document_id, version=version + 1, base=entry,
                **combine(said, {"title": title}).values(),
            ),
        )  # fmt: skip
        self.rest(station)
        assert self.conflicts() == []

    @property
    def stands(self):
        return current_version(engine_of(self.back.centre), self.document_id)[2]

    def conflicts(self):
        with self.back.centre.centre.unit_of_work() as unit:
            return unit.records.conflicts()

    def titles(self):
        """What stands and what waits in the one conflict that is open."""
        (conflict,) = self.conflicts()
        with self.back.centre.centre.unit_of_work() as unit:
            return tuple(unit.records.event(each).title for each in (conflict.ours, conflict.theirs))

    def prove(self):
        prove_all(self.back.centre, self.stations, copies=all(NAMES[each.name] == () for each in self.stations))

    def close(self):
        for station in self.stations:
            station.close()
        self.back.centre.close()

    def _length(self):
        with self.back.centre.centre.unit_of_work() as unit:
            return unit.records.last_sequence()


@pytest.fixture
def offices(template):
    """`offices(names)`; every call begins anew."""
    with TemporaryDirectory(dir=template.parent) as folder:
        made = []

        def begin(*names, **more):
            place = Path(folder) / str(len(made))
            shutil.copytree(template, place)
            made.append(Offices(place, names, **more))
            return made[-1]

        yield begin
        for each in made:
            each.close()


def disputed(offices, *, by_a=None, by_b=None, names=("A1", "B2"), **more):
    """Two changed the title after the backup, and B2's stands."""
    made = offices(*names, **more)
    one, other = made.stations[:2]
    made.both_revise(other, {"title": "of B", **(by_b or {})}, one, {"title": "of A", **(by_a or {})})
    assert made.titles() == ("of B", "of A")
    return made


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_conflict_that_a_restored_centre_lost_is_found_again(offices, order):
    made = disputed(offices, by_b={"date": "2020-01-01"})
    made.put_back(order)
    assert made.titles() == ("of B", "of A")
    assert made.conflicts()[0].fields == ("title",)
    assert made.stands.date == "2020-01-01"
    made.prove()


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2)])
def test_it_is_found_again_by_a_centre_that_lost_the_document_too(offices, order, apart):
    """Who edits a document of others receives its first version over the own edit."""
    made = disputed(offices, names=("A1", "B2", "C3"), owner="C3", before_it=True)
    made.put_back(order, apart=apart)
    assert set(made.titles()) == {"of A", "of B"}
    made.prove()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_it_is_found_again_when_both_have_gone_on(offices, order):
    made = disputed(offices)
    one, other = made.stations
    made.revise(other, metadata={"block": "3"})
    made.revise(one, metadata={"parcel": "7"})
    was = made.stands
    made.put_back(order)
    assert made.titles() == ("of B", "of A")
    assert made.stands == was
    made.prove()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_who_went_on_from_the_side_that_waits_has_one_conflict(offices, order):
    made = offices("A1", "B2")
    one, other = made.stations
    revise_document(one, made.document_id, title="of A")
    revise_document(one, made.document_id, date="2020-01-01")
    made.revise(other, title="of B")
    (before,) = made.conflicts()
    made.put_back(order)
    (conflict,) = made.conflicts()
    assert (made.titles(), conflict.id) == (("of B", "of A"), before.id)
    assert "title" in conflict.fields
    made.prove()


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
def test_what_was_decided_before_is_not_asked_again(offices, order, apart):
    for by, title in ((0, "of B"), (1, "of A"), (2, "of B")):
        made = disputed(offices, names=("A1", "B2", "C3"))
        made.decide(made.stations[by], title)
        made.put_back(order, apart=apart)
        assert made.stands.title == title
        assert [(by, each.fields) for each in made.conflicts()] == []
        made.prove()


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("by", [0, 1, 2])
def test_nor_where_the_side_that_waited_stands_now(offices, by, apart):
    """Another's document: who edits it receives its first version over the own edit."""
    for title, order in (("of A", (0, 1, 2)), ("of B", (0, 2, 1))):
        made = disputed(offices, names=("A1", "B2", "C3"), owner="C3")
        made.decide(made.stations[by], title)
        made.put_back(order, apart=apart)
        assert made.stands.title == title
        assert [each.fields for each in made.conflicts()] == []
        made.prove()


@pytest.mark.parametrize("apart", [False, True])
def test_what_was_merged_before_makes_no_conflict(offices, apart):
    """And what one of them changed on top of it stays."""
    made = offices("A1", "B2")
    one, other = made.stations
    made.both_revise(other, {"date": "2020-01-01"}, one, {"title": "of A"})
    made.revise(other, title="later, knowing it")
    was = made.stands
    made.put_back((0, 1), apart=apart)
    assert made.stands == was
    assert made.conflicts() == []
    made.prove()


def moved_to_and_fro(offices, by):
    """L1, of licences alone, has a document that A1 moved away; and `by` moved it back with another title."""
    made = offices("A1", "L1", *({by} - {"A1"}), owner="L1")
    made.revise(made.stations[0], department="personnel", date="2020-01-01")
    made.revise(next(each for each in made.stations if each.name == by), department="licences", title="back again")
    return made


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(("order", "by"), [((1, 0), "A1"), ((0, 1), "A1"), ((1, 0, 2), "B2"), ((1, 2, 0), "B2")])
def test_a_document_that_was_moved_away_and_back_is_back(offices, order, by, apart):
    made = moved_to_and_fro(offices, by)
    was = made.stands
    assert was.title == "back again"
    made.put_back(order, apart=apart)
    assert made.stands == was
    assert made.conflicts() == []
    with made.stations[1].copy.unit_of_work() as unit:
        assert unit.records.document(made.document_id).title == "back again"
    made.prove()
