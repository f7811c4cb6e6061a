"""Stations and centres of other versions: what both know goes, the rest waits, and it is told who must be updated."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.cli.main import main
from muni_archive.domain import versions
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreTooNew, ProtocolTooNew, ProtocolTooOld
from muni_archive.domain.events import HoldPlaced, LevelSet, TimerPassed
from muni_archive.domain.journal import GENESIS, canonical_json, entry_hash
from muni_archive.domain.naming import files_named
from muni_archive.domain.organisation_events import FileGranted
from muni_archive.domain.together import to_wire
from muni_archive.domain.versions import FIELDS, PROTOCOL, SPOKEN, version_of
from muni_archive.server import routes, speaking
from muni_archive.server.app import create_app
from muni_archive.services.centre.enrolling import enrol_station, invite_station
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.together.synchronising import Side, synchronise_once
from muni_archive.sync.client import enrol, say_hello
from muni_archive.sync.signing import new_key, public_half
from tests.helpers.asking import Asker
from tests.helpers.centres import PlainStation, centre_problems, seen
from tests.helpers.in_process import AppClient
from tests.helpers.joined import JoinedStation
from tests.helpers.linked import LinkedStation, enrol_cheaply
from tests.helpers.proofs import prove_all
from tests.helpers.serving import free_port, served_here
from tests.helpers.stores import record


class Program:
    """The centre's program, which can be of another version."""

    def __init__(self, patch, centre):
        self._patch, self.centre, self.port = patch, centre, free_port()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def runs(self, oldest, newest):
        """It is started in a program that speaks these versions, and no newer entry is said to it."""

        def receive_known(centre, station_id, entries, **more):
            assert all(version_of(entry) <= newest for entry in entries), "the older program would not know that"
            return receive_entries(centre, station_id, entries, **more)

        self._patch.setattr(routes, "receive_entries", receive_known)
        for module in (routes, speaking):
            self._patch.setattr(module, "SPOKEN", (oldest, newest))
        return served_here(self.centre, self.port)


@pytest.fixture
def program(tmp_path, monkeypatch):
    with open_centre(tmp_path / "centre") as opened:
        yield Program(monkeypatch, opened)


@pytest.fixture
def stations(tmp_path, program):
    made = [LinkedStation(tmp_path / name, name) for name in ("A1", "B2")]
    for station in made:
        enrol_cheaply(station, program.centre, program.url)
    yield made
    for station in made:
        station.close()


def hold(station, document_id):
    placed = HoldPlaced(hold_id=f"h-{document_id}", scope="document", target=document_id, reason="r", authority="a")
    record(station.store, placed)


def leave(station, **whom):
    granted = FileGranted(
        grant_id=f"g{len(station.entries())}", person_id="", file_reference="f", department="licences",
        until="2027-01-01T00:00:00.000000+00:00", actions=("see",), reason="r", **whom,
    )  # fmt: skip
    record(station.store, granted)


def arrived(program, station):
    with program.centre.centre.unit_of_work() as unit:
        return unit.standing(station.id).sequence


def files_there(program, station, after):
    with program.centre.centre.unit_of_work() as unit:
        names = set(files_named(station.entries(after)))
        return names - set(unit.missing_blobs(tuple(names)))


@pytest.mark.parametrize("newest", [1, 2])
def test_a_newer_station_sends_what_an_older_centre_knows_and_keeps_the_rest(program, stations, newest):
    one, other = stations
    told = []
    document_id = one.add_document("x")
    if newest == 1:
        hold(one, document_id)
    else:
        record(one.store, TimerPassed(case_id="c", department="licences", number=1, element="wait", after="e"))
    last = len(one.entries()) - 1
    with program.runs(1, newest):
        other.add_document("z")
        other.sync()
        one.sync(told.append)
        assert one.line.spoken() == newest
        assert arrived(program, one) == last
        assert one.sees("z-d"), "it goes on following"
        (*_, sent) = [news.sent for news in told if news.sent]
        assert (sent.held, sent.left) == (True, 1)
        assert not any(news.error for news in told)

        one.add_document("y", 2)
        one.sync(told.append)
        assert arrived(program, one) == last
        assert not files_there(program, one, last), "what cannot be named yet is not sent"
    with program.runs(*SPOKEN):
        for station in (one, other, one):
            station.sync(told.append)
        (*_, sent) = [news.sent for news in told if news.sent]
        assert (one.line.spoken(), sent.held) == (PROTOCOL, False)
        assert arrived(program, one) == len(one.entries())
        prove_all(program.centre, stations)


def test_fields_that_say_nothing_need_no_version(program, stations):
    one, _ = stations
    with program.runs(1, 1):
        leave(one)
        one.sync()
        assert arrived(program, one) == len(one.entries())
        leave(one, role="clerk")
        one.sync()
        assert arrived(program, one) == len(one.entries()) - 1


def test_who_is_too_far_away_is_told_who_must_be_updated(program, stations, monkeypatch):
    one, _ = stations
    one.add_document("x")
    with program.runs(PROTOCOL + 1, PROTOCOL + 2), pytest.raises(ProtocolTooOld, match="update the program"):
        one.sync()
    monkeypatch.setattr("muni_archive.sync.agreeing.SPOKEN", (2, PROTOCOL))
    with program.runs(1, 1), pytest.raises(ProtocolTooNew, match="update the centre"):
        one.sync()
    monkeypatch.undo()
    with program.runs(*SPOKEN):
        one.sync()
        assert arrived(program, one) == len(one.entries())


def test_a_newer_station_enrols_with_an_older_centre(program):
    with program.runs(1, 2):
        told = say_hello(program.url)
        assert told["newest"] == 2
        code, centre_id = invite_station(program.centre.centre, ()), told["centre_id"]
        enrol(program.url, code=code, station_id="n1", name="N1", key=new_key(), centre_id=centre_id)
    with program.centre.centre.unit_of_work() as unit:
        assert unit.station("n1").name == "N1"


def test_the_command_says_what_waits_for_what(program, tmp_path, capsys):
    with program.runs(1, 1):
        program.invite = lambda *departments: invite_station(program.centre.centre, departments)
        station = JoinedStation(tmp_path / "J1", "J1", program)
        document_id = station.scan("x")
        station.work(lambda plain: hold(plain, document_id))
        capsys.readouterr()
        assert main(["--archive", str(station.folder), "sync"]) == 0
        said = capsys.readouterr()
    assert "The centre must be updated" in said.err
    assert "Everything is at the centre" not in said.out


# Older stations


def as_of(version, entries):
    """The same journal as a program of that version would have written it."""
    written, previous = [], GENESIS
    for entry in entries:
        assert version_of(entry) <= version
        said = json.loads(entry.payload)
        for later, kinds in FIELDS.items():
            for field in kinds.get(entry.kind, ()) if later > version else ():
                said.pop(field, None)
        values = {name: getattr(entry, name) for name in ("sequence", "id", "at", "actor", "station", "kind")}
        values |= {"payload": canonical_json(said), "previous": previous}
        previous = entry_hash(**values)
        written.append(replace(entry, payload=values["payload"], previous=values["previous"], hash=previous))
    return written


@pytest.fixture
def http(program):
    with AppClient(create_app(program.centre.centre)) as client:
        yield client


def older(program, http, station, version, departments=()):
    """The station as a program of that version speaks for it."""
    with program.centre.centre.unit_of_work() as unit:
        centre_id = unit.records.archive().archive_id
    key, code = new_key(), invite_station(program.centre.centre, departments)
    enrol_station(
        program.centre.centre, code=code, station_id=station.id, name=station.name, public_key=public_half(key)
    )
    return Asker(http=http, centre_id=centre_id, station_id=station.id, key=key, version=version).begin()


def send(asker, station, entries):
    """As in the first version: offers, parts through the centre, entries, standing."""
    files = [{"sha": sha, "size": station.store.vault.size(sha)} for sha in dict.fromkeys(files_named(entries))]
    for offer in asker.ask("POST", "/v1/files/offers", {"files": files}).json()["offers"]:
        if not offer["stored"]:
            target = f"/v1/files/{offer['sha']}/parts/{offer['offset']}?size={offer['size']}"
            assert asker.ask("PUT", target, station.store.vault.get(offer["sha"])).json()["stored"]
    answer = asker.ask("POST", "/v1/entries", {"entries": [to_wire(entry) for entry in entries]})
    assert answer.json() == {"sequence": entries[-1].sequence, "hash": entries[-1].hash}
    assert asker.ask("GET", "/v1/standing").json()["sequence"] == entries[-1].sequence


def follow(asker):
    """What it is told until there is no more, or until the centre stops: entries, and the last answer."""
    told, link, after = [], GENESIS, 0
    while True:
        answer = asker.ask("GET", f"/v1/feed?after={after}&link={link}")
        if answer.status_code != 200 or not answer.json()["entries"]:
            return told, answer
        told += answer.json()["entries"]
        after, link = told[-1][0], told[-1][-1]


@pytest.mark.parametrize("version", range(1, PROTOCOL + 1))
def test_an_older_station_s_journal_is_taken(tmp_path, program, http, version):
    station = PlainStation(tmp_path / "O1", "O1")
    asker = older(program, http, station, version)
    station.add_document("x")
    leave(station)
    station.revise(seen_here(station, "x-d"), title="من المحطة القديمة")
    if version > 1:
        hold(station, "x-d")
    entries = as_of(version, station.entries())
    send(asker, station, entries)

    assert seen(program.centre, "x-d").title == "من المحطة القديمة"
    assert centre_problems(program.centre) == []
    told, answer = follow(asker)
    assert answer.status_code == 200
    assert {entry.id for entry in entries} <= {entry[1] for entry in told}
    own = asker.ask("GET", "/v1/own?after=0").json()["entries"]
    assert own == [to_wire(entry) for entry in entries]
    station.close()


def seen_here(station, document_id):
    with station.store.unit_of_work() as unit:
        return unit.records.document(document_id)


@pytest.mark.parametrize("departments", [(), ("licences",)], ids=["all", "some"])
def test_an_older_station_is_told_what_it_knows_and_then_to_update(tmp_path, program, http, departments):
    station, newer = PlainStation(tmp_path / "O1", "O1"), PlainStation(tmp_path / "N1", "N1")
    asker = older(program, http, station, 1, departments)
    newer.enrol(program.centre)
    newer.add_document("n")
    of_document = {"document_id": "n-d", "department": "licences", "record_class": "building_file"}
    record(newer.store, LevelSet(level="secret", reason="r", **of_document))
    newer.add_document("later", 2)
    newer.send(program.centre)

    told, answer = follow(asker)
    assert (answer.status_code, answer.json()["code"]) == (426, "centre-too-new")
    assert answer.json()["params"] == {"kind": "level-set"}
    assert [entry[0] for entry in told] == list(range(1, len(told) + 1))
    assert told[-1][5] == "document-created", "its copy stands right before what it does not know"
    station.add_document("x")
    send(asker, station, as_of(1, station.entries()))
    newest, answer = follow(replace(asker, version=PROTOCOL).begin())
    assert (answer.status_code, newest[: len(told)]) == (200, told)
    for plain in (station, newer):
        plain.close()


def test_a_copy_stands_still_before_what_this_program_does_not_know(program, stations, monkeypatch):
    """A centre of a later version that speaks this one too; the station is told once, and goes on sending."""
    one, other = stations
    with program.runs(*SPOKEN):
        other.add_document("z")
        hold(other, "z-d")
        other.sync()
        one.add_document("x")
        monkeypatch.delitem(versions._BY_KIND, "hold-placed")
        told = []
        for _ in range(2):
            with pytest.raises(CentreTooNew) as error:
                synchronise_once(one.together, cancel=CancelToken(), told=told.append)
            assert error.value.params == {"kind": "hold-placed"}
        assert one.sees("z-d"), "what came before it was taken"
        assert one.index.cursor == _end(one), "and is found"
        assert arrived(program, one) == len(one.entries())
        assert sum(news.side is Side.FOLLOWING and not news.error for news in told) == 2, "entries came, documents came"
        monkeypatch.undo()
    with program.runs(*SPOKEN):
        for station in (one, other, one):
            station.sync()
        prove_all(program.centre, stations)


def _end(station):
    with station.copy.unit_of_work() as unit:
        return unit.records.last_sequence()
