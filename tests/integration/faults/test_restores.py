"""Somebody puts back yesterday's backup, of the centre or of a station; or two stations run with one key."""

from __future__ import annotations

import random
import shutil

import pytest

from muni_archive import bootstrap
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import StationParted
from muni_archive.domain.errors import ArchiveInUse
from muni_archive.domain.together import BEGINNING, StationState
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.together.following import take_over_news
from muni_archive.services.together.synchronising import synchronise_once
from muni_archive.sync.state import load_taken, save_taken
from tests.helpers.centres import PlainStation
from tests.helpers.linked import current_version, revise_document
from tests.helpers.proofs import central_journal, engine_of, prove_arrived, prove_clean
from tests.helpers.stores import batch, record
from tests.helpers.town import Town


@pytest.fixture
def towns(tmp_path):
    """`towns(count)` gives so many, one after another, each with its own drawn moments; the first draws nothing."""

    def begin(count):
        for turn in range(count):
            made = Town(tmp_path / f"town-{turn}")
            try:
                yield made, Drawn(turn)
            finally:
                made.close()
                shutil.rmtree(made.folder)

    return begin


class Drawn:
    """What is done between two moments of a test, as this turn draws it."""

    def __init__(self, turn):
        self.chance = random.Random(turn)
        self.turn, self.made = turn, 0

    def work(self, station, *, most=3):
        """Documents and edits of what the station sees, sent or not; returns the ids of the new ones."""
        added = []
        for _ in range(self.chance.randint(1, most) if self.turn else 1):
            added.append(self.add(station))
            if self.turn and self.chance.random() < 0.5:
                revise_document(station, self.chance.choice(added), title=f"{self.made}")
        return added

    def add(self, station):
        """With the next number that the station knows of: one that was put back gives some twice."""
        self.made += 1
        with station.store.unit_of_work() as unit:
            serial = unit.records.next_serial(station.name, 2026)
        return station.add_document(f"{station.name}-{self.made}", serial, pages=1 + self.made % 2)

    def perhaps(self):
        """False in the first turn."""
        return self.turn > 0 and self.chance.random() < 0.5


def test_stations_send_again_what_a_restored_centre_has_lost(towns, many, figures):
    restored = lost = 0
    for town, drawn in towns(many(1, 100)):
        one, other = town.stations
        known = drawn.work(one)
        town.rest()
        if drawn.perhaps():
            known += drawn.work(one)  # on its way while the backup is made
        town.back_up()
        known += drawn.work(one)
        revise_document(one, known[0], title="ب")
        town.rest()
        if drawn.perhaps():
            known += drawn.work(other)
            other.sync()
        before = len(central_journal(town.centre))
        town.put_back()
        lost += before - len(central_journal(town.centre))
        known += drawn.work(other)
        other.sync()
        news = []
        one.sync(news.append)
        town.rest()
        town.prove()
        assert [each.error.code for each in news if each.error] == ["copy-parted"]
        assert town.standing(known[0]).title == "ب"
        town.prove_documents(known)
        restored += 1
    assert lost
    figures(restored=restored, entries_lost_and_sent_again=lost)


def merged_twice(town):
    """A document that the centre has merged after the backup, and that both stations went on from."""
    one, other = town.stations
    document_id = one.add_document("x")
    town.rest()
    town.back_up()
    seen = other.sees(document_id)
    revise_document(one, document_id, title="عنوان")
    revise_document(other, document_id, seen, date="2020-01-01")
    town.rest()
    revise_document(one, document_id, metadata={"parcel": "7"})
    revise_document(other, document_id, metadata={"block": "3"})
    town.rest()
    return document_id


@pytest.mark.parametrize("first", [0, 1])
def test_versions_that_only_the_centre_had_made_come_back_from_those_who_received_them(town, first):
    document_id = merged_twice(town)
    was = town.standing(document_id)
    town.put_back()
    town.stations[first].sync()
    town.rest()
    town.prove()
    assert town.standing(document_id) == was
    assert [station.sees(document_id)[2] for station in town.stations] == [was, was]


def test_a_revision_of_a_version_that_nobody_brings_back_becomes_a_conflict(town):
    one, other = town.stations
    document_id = one.add_document("x")
    town.rest()
    town.back_up()
    seen = one.sees(document_id)
    revise_document(other, document_id, title="ضائع")
    other.sync()
    copied = current_version(engine_of(town.centre), document_id)
    revise_document(one, document_id, copied, date="2020-01-01", title="على الضائع")
    town.put_back()
    revise_document(one, document_id, seen, title="غيره")
    one.sync()
    town.rest()
    town.prove()
    assert {conflict.document_id for conflict in town.conflicts()} == {document_id}


def test_a_revision_may_come_before_the_document_that_a_restored_centre_lost(town):
    one, other = town.stations
    town.back_up()
    document_id = one.add_document("x")
    town.rest()
    revise_document(other, document_id, title="من الفرع")
    other.sync()
    town.put_back()
    other.sync()
    town.rest()
    town.prove()
    with town.centre.centre.unit_of_work() as unit:
        assert unit.records.document(document_id).title == "من الفرع"


def test_an_index_that_is_ahead_of_its_journal_is_built_anew(town):
    town.stations[0].add_document("x")
    town.rest()
    town.back_up()
    town.stations[0].add_document("y", 2)
    town.rest()
    follow_journal(town.centre.centre.place)
    town.put_back(keep_index=True)
    place = town.centre.centre.place
    follow_journal(place)
    with place.unit_of_work() as unit:
        assert place.index.cursor == unit.records.last_sequence()
    assert len(dict(place.index.digests())) == 2


@pytest.mark.parametrize("cleared", [False, True])
def test_a_copy_cut_off_while_it_begins_anew_still_gets_a_whole_index(town, monkeypatch, cleared):
    one, other = town.stations
    one.add_document("x")
    town.rest()
    town.back_up()
    one.add_document("y", 2)
    town.rest()
    town.put_back()
    other.add_document("z", 1, pages=9)
    other.sync()
    clear = one.index.clear

    def cut():
        if cleared:
            clear()
        raise KeyboardInterrupt

    monkeypatch.setattr(one.index, "clear", cut)
    with pytest.raises(KeyboardInterrupt):
        one.sync()
    monkeypatch.setattr(one.index, "clear", clear)
    town.rest()
    with one.copy.unit_of_work() as unit:
        assert one.index.cursor == unit.records.last_sequence()
        assert len(one.index.pages) == unit.records.count_pages() == 13


def test_a_station_restored_from_yesterday_is_told_and_fenced(towns, many, figures):
    restored = renumbered = 0
    for town, drawn in towns(many(1, 100)):
        one, other = town.stations
        known = drawn.work(one)
        if not drawn.perhaps():
            town.rest()  # else yesterday's backup holds what nobody had been sent
        one.close()
        shutil.copytree(town.folder / "A1", town.folder / "yesterday")
        one = town.stations[0] = town.station("A1")
        known += drawn.work(one)
        town.rest()
        if drawn.perhaps():
            revise_document(other, known[-1], date="2020-01-01")
            other.sync()

        restored_one = town.station("A1", town.folder / "yesterday")
        with pytest.raises(StationParted):
            restored_one.sync()
        known += drawn.work(restored_one)
        with pytest.raises(StationParted):
            restored_one.sync()
        with pytest.raises(StationParted):
            restored_one.send(town.centre)
        town.stations[0].close()
        town.stations[0] = restored_one
        prove_fenced(town, "A1")
        renumbered += len(town.rejoin(0).renumbered)
        town.rest()
        town.prove()
        town.prove_documents(known)
        restored += 1
    assert renumbered
    figures(restored=restored, numbers_given_twice=renumbered)


def test_of_two_stations_with_one_key_the_second_is_fenced_and_nothing_mixes(towns, many, figures):
    cloned = both = 0
    for town, drawn in towns(many(1, 100)):
        one, _ = town.stations
        known = drawn.work(one) if drawn.turn else []
        town.rest()
        one.close()
        shutil.copytree(town.folder / "A1", town.folder / "clone")
        one = town.stations[0] = town.station("A1")
        clone = town.station("A1", town.folder / "clone")
        known += [*drawn.work(one), *drawn.work(clone)]
        one.send(town.centre)
        with pytest.raises(StationParted):
            clone.send(town.centre)
        prove_arrived(town.centre, one)
        with pytest.raises(StationParted):
            one.sync()
        prove_fenced(town, "A1")
        prove_clean(clone.store.integrity())
        town.stations.append(clone)
        if drawn.perhaps():
            both += 1
            town.rejoin(0)
            known += drawn.work(town.stations[0])
            town.stations[0].sync()
        town.rejoin(2)
        town.stations[0].close()
        town.stations[0] = town.stations.pop()
        town.rest()
        town.prove()
        town.prove_documents(known)
        cloned += 1
    figures(cloned=cloned, of_which_both_came_back=both)


def prove_fenced(town, name):
    with town.centre.centre.unit_of_work() as unit:
        states = {station.name: station.state for station in unit.stations()}
    assert states[name] is StationState.FENCED
    prove_clean(town.centre.centre.place.integrity())


def older(town, name="A1", to="older"):
    """Put the station's folder aside as it is now; returns what puts it back."""
    kept = town.folder / to
    at = next(at for at, station in enumerate(town.stations) if station.name == name)
    town.stations[at].close()
    shutil.copytree(town.folder / name, kept)
    town.stations[at] = town.station(name)

    def put_back():
        town.stations[at].close()
        shutil.rmtree(town.folder / name)
        shutil.copytree(kept, town.folder / name)
        town.stations[at] = town.station(name)
        return town.stations[at]

    return put_back


def test_what_another_process_records_while_a_station_comes_back_is_not_lost(town, monkeypatch):
    town.stations[0].add_document("one", 1)
    town.rest()
    put_back = older(town)
    town.stations[0].add_document("two", 2)
    town.stations[0].sync()
    put_back().add_document("three", 2)
    joined = bootstrap.joined_journal

    def written_meanwhile(own, branch, **said):
        beside = PlainStation(town.folder / "A1", "A1")
        record(beside.store, batch("accepted"))
        beside.close()
        return joined(own, branch, **said)

    monkeypatch.setattr(bootstrap, "joined_journal", written_meanwhile)
    with pytest.raises(ArchiveInUse):
        town.rejoin(0)
    monkeypatch.setattr(bootstrap, "joined_journal", joined)
    town.rejoin(0)
    town.rest()
    town.prove()
    with town.centre.centre.unit_of_work() as unit:
        assert unit.records.batch("accepted").id == "accepted"
        assert unit.records.count_documents() == 3


def test_a_station_comes_back_twice_from_one_backup(town):
    town.stations[0].add_document("one", 1)
    town.rest()
    to_older = older(town)
    town.stations[0].add_document("unsent", 2)
    to_backup = older(town, to="backup")
    to_older().add_document("gone on", 2)
    town.stations[0].sync()
    for _ in range(2):
        to_backup()
        town.rejoin(0)
        town.rest()
        town.prove()
    with town.centre.centre.unit_of_work() as unit:
        assert unit.records.count_documents() == 3


@pytest.mark.parametrize("by_the_centre", [False, True])
def test_a_station_comes_back_though_nobody_has_a_file_any_more(town, by_the_centre):
    town.stations[0].add_document("one", 1)
    town.rest()
    put_back = older(town)
    one = town.stations[0]
    one.add_document("two", 2)
    with one.store.unit_of_work() as unit:
        (lost,) = {page.blob for page in unit.records.pages(["two-p0"])}
    if not by_the_centre:
        one.store.vault.remove(lost)
    one.sync()
    if by_the_centre:
        town.centre.centre.place.vault.remove(lost)
    put_back().add_document("three", 2)
    done = town.rejoin(0)
    assert list(done.lost) == [lost]
    town.rest()
    with town.centre.centre.unit_of_work() as unit:
        assert unit.records.count_documents() == 3


def test_an_index_that_ends_where_another_journal_went_on_is_built_anew(town):
    one, other = town.stations
    one.add_document("x")
    town.rest()
    place = town.centre.centre.place
    follow_journal(place)
    town.back_up()
    one.add_document("y", 2)
    town.rest()
    follow_journal(town.centre.centre.place)
    other.add_document("first after", 1)
    town.put_back(keep_index=True)
    for station in (other, one):  # more than was lost, within the moment before the index looks
        station.sync()
    place = town.centre.centre.place
    with place.unit_of_work() as unit:
        assert unit.records.last_sequence() >= place.index.cursor
        pages = unit.records.count_pages()
    follow_journal(place)
    assert len(dict(place.index.digests())) == pages == 6


def taken_over(station):
    """What the window does with what the copy has heard."""
    _news, ends = take_over_news(
        station.store.unit_of_work, station.copy.unit_of_work, after=load_taken(station.folder)
    )
    save_taken(station.folder, ends)
    return ends


def test_a_kill_behind_the_journal_that_is_written_again_loses_no_look(town, monkeypatch):
    town.stations[0].add_document("one", 1)
    town.rest()
    put_back = older(town)
    town.stations[0].add_document("two", 2)
    town.rest()
    looked = taken_over(town.stations[0])
    station = put_back()
    save_taken(station.folder, looked)  # the database alone was put back
    write_again = bootstrap.rebuild_archive

    def killed(*args, **said):
        write_again(*args, **said)
        raise RuntimeError("killed")

    monkeypatch.setattr(bootstrap, "rebuild_archive", killed)
    with pytest.raises(RuntimeError, match="killed"):
        town.rejoin(0)
    assert load_taken(station.folder) == BEGINNING


def test_what_changed_is_taken_over_though_the_copy_was_begun_anew_unheard(town):
    one, other = town.stations
    document_id = other.add_document("x")
    town.rest()
    town.back_up()
    for n in range(2, 6):
        one.add_document(f"n{n}", n, pages=1)
    town.rest()
    before = taken_over(other)
    town.put_back()
    third = town.station("C3")
    third.enrol(town.centre)
    town.stations.append(third)

    def once(station):
        """The process that follows, while nobody is at the window."""
        synchronise_once(station.together, cancel=CancelToken(), told=lambda _news: None)

    once(third)
    revise_document(third, document_id, title="عنوان جديد")
    for station in (third, one, other, other):
        once(station)
    after = taken_over(other)
    assert after.sequence >= before.sequence
    assert current_version(other.store.engine, document_id)[2].title == "عنوان جديد"
