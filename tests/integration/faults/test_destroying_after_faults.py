"""Destruction is finished after a kill, done again after a restore, and proven to whoever comes later."""

from __future__ import annotations

import shutil

import pytest

from muni_archive.bootstrap import OPERATOR, enrol_archive, open_centre, open_workplace, rejoin_archive
from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import BytesMissing, NotAllowed
from muni_archive.domain.events import DocumentDestroyed, HoldLifted, HoldPlaced
from muni_archive.domain.holds import HoldScope
from muni_archive.services.centre.destroying import settle_disposals
from muni_archive.services.centre.enrolling import enrol_station, invite_station
from muni_archive.services.centre.files import offer_files, take_part
from muni_archive.services.centre.missing import verify_centre, wanted_files
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.together.following import take_over_news
from muni_archive.services.together.synchronising import synchronise_once
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.classes_with_rule import rule_everywhere
from tests.helpers.destroying import municipality, write_destroyed
from tests.helpers.serving import served_here
from tests.helpers.stores import batch, page, problems, record
from tests.helpers.vaults import nobody_waits


def agree(town, station, document_id):
    """Two people there want it gone; returns what the document consists of."""
    files = station.files_of(document_id)
    station.confirm(station.propose(document_id))
    return files


def test_what_a_kill_left_at_the_centre_and_at_a_station_is_finished(tmp_path, monkeypatch):
    with municipality(tmp_path) as town:
        maker = town.station("A1")
        document_id = maker.due_document("x")
        town.sync()
        with monkeypatch.context() as killed:
            killed.setattr("muni_archive.server.watching.remove_destroyed", lambda _place, **_but: _killed())
            files = agree(town, maker, document_id)
            town.until(lambda: town.destroyed(document_id), maker)
            assert {problem.kind for problem in centre_problems(town.opened)} == {"vault-destroyed"}
            assert all(town.opened.centre.place.vault.has(sha) for sha in files)
        town.until(lambda: not town.has_files(files))
        assert centre_problems(town.opened) == []

    with municipality(tmp_path) as town:
        maker = town.again("A1")
        other = maker.due_document("y")
        files = agree(town, maker, other)
        town.until(lambda: town.destroyed(other), maker)
        synchronised_only(maker)
        take_over_news(maker.store.unit_of_work, maker.copy.unit_of_work)  # and here it is killed
        if all(maker.store.vault.has(sha) for sha in files):
            assert {problem.kind for problem in problems(maker.store)} == {"vault-destroyed"}
        take_over_news(maker.store.unit_of_work, maker.copy.unit_of_work)
        remove_destroyed(maker.of("x"))  # as every start does
        assert not any(maker.store.vault.has(sha) for sha in files)
        kinds = [entry.kind for entry in maker.entries()]
        assert kinds.count("destruction-received") == 2
        town.prove()


def _killed():
    raise RuntimeError("killed")


def synchronised_only(station):
    synchronise_once(station.together, cancel=CancelToken(), told=lambda _news: None)


@pytest.mark.parametrize("moment", ["before-it-came", "before-it-went"])
def test_a_centre_that_was_put_back_destroys_again(tmp_path, moment):
    backup = tmp_path / "backup"
    with municipality(tmp_path) as town:
        maker, other = town.station("A1"), town.station("B2")
        if moment == "before-it-went":
            document_id = maker.due_document("x")
        town.sync()
    shutil.copytree(tmp_path / "centre", backup)
    with municipality(tmp_path) as town:
        maker, other = town.again("A1"), town.again("B2")
        if moment == "before-it-came":
            document_id = maker.due_document("x")
        town.sync()
        agree(town, maker, document_id)
        town.until(lambda: town.destroyed(document_id), maker, other)
        town.prove()
    shutil.rmtree(tmp_path / "centre")
    shutil.copytree(backup, tmp_path / "centre")
    with municipality(tmp_path) as town:
        maker, other = town.again("A1"), town.again("B2")
        assert town.destroyed(document_id) is None
        town.until(lambda: town.destroyed(document_id), maker, other)
        town.prove()
        with town.opened.centre.unit_of_work() as unit:
            assert wanted_files(town.opened.centre, unit.station(maker.id)) == []
        assert not maker.has(document_id)


def test_the_object_stores_lock_is_told_and_waited_for(tmp_path, seaweed):
    with municipality(tmp_path, objects=seaweed.url("destroying")) as town:
        maker = town.station("A1")
        document_id = maker.due_document("x")
        town.sync()
        files = maker.files_of(document_id)
        vault = town.opened.centre.place.vault
        locked = {"Bucket": seaweed.bucket, "Key": vault.address.blob(files[0])}
        seaweed.client().put_object_legal_hold(**locked, LegalHold={"Status": "ON"})
        agree(town, maker, document_id)
        town.until(lambda: town.destroyed(document_id), maker)
        town.until(lambda: not town.has_files(files))
        with town.opened.centre.unit_of_work() as unit:
            assert unit.missing_blobs(files) == list(files)
        report = verify_centre(town.opened.centre, cancel=CancelToken(), progress=lambda *_: None)
        assert report.locked == (files[0],)
        assert [problem for problem in report.problems if not problem.kind.startswith("index")] == []
        seaweed.client().put_object_legal_hold(**locked, LegalHold={"Status": "OFF"})
        assert remove_destroyed(town.opened.centre.place).locked == ()
        with town.opened.centre.unit_of_work() as unit:
            assert unit.retention.files_to_remove() == []


@pytest.fixture
def ruled(monkeypatch):
    """Building files may go, in every program of this process."""
    rule_everywhere(monkeypatch.setattr)


@pytest.fixture
def served_town(tmp_path, ruled):
    with open_centre(tmp_path / "centre") as opened, served_here(opened) as port:
        yield opened, f"http://127.0.0.1:{port}"


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    def run(who, *said):
        monkeypatch.setenv(OPERATOR, who)
        capsys.readouterr()
        assert main(["--archive", str(tmp_path / "A1"), *said]) == 0
        return [line.split("\t") for line in capsys.readouterr().out.splitlines()]

    return run


def due_document(folder, key, serial):
    plain = PlainStation(folder, "A1")
    document_id = plain.add_document(key, serial)
    with plain.store.unit_of_work() as unit:
        known = unit.records.document(document_id)
    plain.revise(known, date="2010-01-01")
    plain.close()
    return known


def destroy(typed, number):
    [[proposal]] = typed("ali", "retention", "propose", number, "--reason", "r")
    typed("sara", "retention", "confirm", proposal)


@pytest.mark.parametrize("kept", [True, False])
def test_an_archive_in_which_something_was_destroyed_can_enrol(tmp_path, served_town, typed, kept):
    opened, url = served_town
    gone = due_document(tmp_path / "A1", "x", 1)
    stays = due_document(tmp_path / "A1", "y", 2) if kept else None
    destroy(typed, gone.number)
    enrol_archive(tmp_path / "A1", url=url, code=invite_station(opened.centre, ()))
    typed("ali", "sync")
    with opened.centre.unit_of_work() as unit:
        known = unit.retention.destroyed(gone.number)
        assert (known.proposed_by, known.confirmed_by) == ("ali", "sara")
        assert [document.number for document in unit.records.documents()] == ([stays.number] if stays else [])
        (station,) = unit.stations()
    remove_destroyed(opened.centre.place)
    assert wanted_files(opened.centre, station) == []
    assert centre_problems(opened) == []
    typed("ali", "verify")


def test_nobody_else_names_what_it_destroyed_alone(tmp_path, served_town):
    """It destroyed before it enrolled, so it may say so; but not of others' documents, and not later."""
    opened, _url = served_town
    mine, theirs = PlainStation(tmp_path / "M1", "M1"), PlainStation(tmp_path / "T2", "T2")
    theirs.enrol(opened)
    document_id = theirs.add_document("x")
    theirs.send(opened)
    mine.add_document("y")
    own = destroyed_alone("y-d", "M1-2026-000001", ["y-p0"])
    foreign = destroyed_alone(document_id, "T2-2026-000001", [])
    page_of_others = destroyed_alone("z-d", "M1-2026-000002", ["x-p0"])
    record(mine.store, own)
    until = mine.entries()[-1].sequence
    enrol_as(opened, mine, until + 1)
    mine.send(opened)
    for event in (foreign, page_of_others):
        after = mine.entries()[-1].sequence
        record(mine.store, event)
        with pytest.raises(NotAllowed):
            mine.send(opened, after=after)
        with mine.store.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM journal WHERE sequence = (SELECT max(sequence) FROM journal)")
    with opened.centre.unit_of_work() as unit:
        assert unit.retention.destroyed("y-d")
        assert unit.records.document(document_id).number
        assert unit.records.page("x-p0")
    mine.close()
    theirs.close()


def test_what_a_station_says_it_destroyed_alone_beats_no_hold(tmp_path, served_town):
    """It says that it destroyed far into what is to come; a hold of another station rests on the document here, whose
    files came. When the hold is lifted, sending goes on.
    """
    opened, _url = served_town
    mine, theirs = PlainStation(tmp_path / "M1", "M1"), PlainStation(tmp_path / "T2", "T2")
    theirs.enrol(opened)
    enrol_as(opened, mine, 10**9)
    document_id = mine.add_document("x", pages=1)
    mine.send(opened)
    held = HoldPlaced(hold_id="h", scope=HoldScope.DOCUMENT, target=document_id, reason="case 7", authority="court")
    record(theirs.store, held)
    theirs.send(opened)
    with opened.centre.unit_of_work() as unit:
        known, remains = unit.records.document(document_id), unit.retention.remains(document_id)
    record(mine.store, destroyed_alone(known.id, known.number, remains.page_ids, remains.files))
    with pytest.raises(NotAllowed, match="case 7"):
        mine.send(opened)
    remove_destroyed(opened.centre.place)
    with opened.centre.unit_of_work() as unit:
        assert unit.records.document(document_id) == known
    assert all(map(opened.centre.place.vault.has, remains.files))
    record(theirs.store, HoldLifted(hold_id="h", reason="decided"))
    theirs.send(opened)
    mine.send(opened)
    with opened.centre.unit_of_work() as unit:
        assert unit.retention.destroyed(document_id)
    mine.close()
    theirs.close()


def test_nor_takes_it_loose_pages_of_others(tmp_path, served_town):
    opened, _url = served_town
    mine, theirs = PlainStation(tmp_path / "M1", "M1"), PlainStation(tmp_path / "T2", "T2")
    theirs.enrol(opened)
    enrol_as(opened, mine, 10**9)
    document_id = mine.add_document("x", pages=1)
    mine.send(opened)
    blob = theirs.store.vault.put(b"a page of T2 that waits to be registered")
    record(theirs.store, batch("bb"), page("bp", "bb", blob, 0))
    theirs.send(opened)
    with opened.centre.unit_of_work() as unit:
        known, remains = unit.records.document(document_id), unit.retention.remains(document_id)
    record(mine.store, destroyed_alone(known.id, known.number, (*remains.page_ids, "bp"), (*remains.files, blob)))
    with pytest.raises(NotAllowed, match="of others"):
        mine.send(opened)
    remove_destroyed(opened.centre.place)
    with opened.centre.unit_of_work() as unit:
        assert unit.records.page("bp")
    assert opened.centre.place.vault.has(blob)
    mine.close()
    theirs.close()


def destroyed_alone(document_id, number, page_ids, files=()):
    said = dict.fromkeys(("rule", "reason", "proposed_by", "confirmed_by", "disposal_id"), "r")
    said |= {"proposed_at": "2026-01-01T00:00:00.000000+00:00"}
    return DocumentDestroyed(
        document_id=document_id, number=number, record_class="building_file", department="licences",
        page_ids=tuple(page_ids), files=tuple(files), **said,
    )  # fmt: skip


def enrol_as(opened, station, alone_until):
    code = invite_station(opened.centre, ())
    enrol_station(
        opened.centre, code=code, station_id=station.id, name=station.name, public_key="00" * 32,
        alone_until=alone_until, holds_key=True,
    )  # fmt: skip


def test_a_station_put_back_to_before_comes_back_without_what_was_destroyed(tmp_path, served_town, typed):
    opened, url = served_town
    PlainStation(tmp_path / "A1", "A1").close()
    enrol_archive(tmp_path / "A1", url=url, code=invite_station(opened.centre, ()))
    typed("ali", "sync")
    shutil.copytree(tmp_path / "A1", tmp_path / "yesterday")
    gone = due_document(tmp_path / "A1", "x", 1)
    typed("ali", "sync")
    destroy(typed, gone.number)
    for _ in range(3):
        typed("ali", "sync")
        settle_disposals(opened.centre)
    remove_destroyed(opened.centre.place)
    with opened.centre.unit_of_work() as unit:
        assert unit.retention.destroyed(gone.id)
    shutil.rmtree(tmp_path / "A1")
    shutil.copytree(tmp_path / "yesterday", tmp_path / "A1")
    rejoin_archive(tmp_path / "A1")
    typed("ali", "sync")
    typed("ali", "verify")
    with open_workplace(tmp_path / "A1", read_only=True) as at, at.place.unit_of_work() as unit:
        assert unit.retention.destroyed(gone.number)
        assert unit.records.count_documents() == 0
    assert centre_problems(opened) == []


class Killed(BaseException):
    """Nothing after it is done."""


def test_whether_destroyed_bytes_that_came_again_are_there_is_asked_while_nobody_waits(tmp_path):
    with open_centre(tmp_path / "centre") as centre:
        one, other = (PlainStation(tmp_path / name, name) for name in ("A1", "B2"))
        for station in (one, other):
            station.enrol(centre)
        document_id = one.add_document("x", pages=1)
        one.send(centre)
        other.send(centre)
        write_destroyed(centre.centre, document_id)
        remove_destroyed(centre.centre.place)
        name = other.store.vault.put(b"A1 x 0")
        with centre.centre.unit_of_work() as unit:
            station = unit.station(other.id)
        take_part(centre.centre, station, sha=name, size=6, offset=0, data=b"A1 x 0")
        record(other.store, batch("new-b"), page("new-p", "new-b", name))
        with nobody_waits(centre) as vault:
            receive_entries(centre.centre, other.id, other.entries()[-2:])
        assert vault.asked == [name]
        one.close()
        other.close()


def test_a_kill_while_bytes_are_removed_makes_nobody_believe_that_they_are_there(tmp_path, monkeypatch):
    """The very same bytes were scanned anew (a printed form, a blank page), and their station was told `stored`."""
    with open_centre(tmp_path / "centre") as centre:
        place = centre.centre.place
        one, other = (PlainStation(tmp_path / name, name) for name in ("A1", "B2"))
        for station in (one, other):
            station.enrol(centre)
        document_id = one.add_document("x", pages=1)
        one.send(centre)
        other.send(centre)
        name = one.store.vault.put(b"A1 x 0")
        write_destroyed(centre.centre, document_id)
        with monkeypatch.context() as patched:
            patched.setattr(type(place.vault), "remove", killed_after(type(place.vault).remove))
            with pytest.raises(Killed):
                remove_destroyed(place)
        assert not place.vault.has(name)
        record(other.store, batch("new-b"), page("new-p", "new-b", other.store.vault.put(b"A1 x 0")))
        news = other.entries()[-2:]
        with pytest.raises(BytesMissing):
            receive_entries(centre.centre, other.id, news)
        remove_destroyed(place)  # the centre was started anew
        with centre.centre.unit_of_work() as unit:
            station = unit.station(other.id)
        (offer,) = offer_files(centre.centre, station, [(name, 6)])
        assert not offer.stored
        assert wanted_files(centre.centre, station) == []  # that it was destroyed still holds
        take_part(centre.centre, station, sha=name, size=6, offset=0, data=b"A1 x 0")
        receive_entries(centre.centre, other.id, news)
        remove_destroyed(place)
        assert place.vault.get(name) == b"A1 x 0"
        assert centre_problems(centre) == []
        one.close()
        other.close()


def killed_after(remove):
    def then(*said):
        remove(*said)
        raise Killed

    return then
