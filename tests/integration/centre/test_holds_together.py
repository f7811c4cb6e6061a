"""Holds travel between stations as all entries do; destruction is nobody's to send."""

from __future__ import annotations

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import DocumentDestroyed, FileOpened, HoldLifted, HoldPlaced
from muni_archive.domain.retention_errors import DecidedAtCentre
from muni_archive.services.centre.feeding_back import feed
from muni_archive.services.retention.disposing import propose_disposal
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.stores import record


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def licences(centre, tmp_path):
    """A station that may see all, with a document and a file of the licences department."""
    station = PlainStation(tmp_path / "A1", "A1")
    station.enrol(centre)
    station.add_document("x")
    record(station.store, FileOpened(file_id="f", reference="F-1", record_class="building_file", department="licences"))
    yield station
    station.close()


@pytest.fixture
def limited(centre, tmp_path):
    station = PlainStation(tmp_path / "C3", "C3")
    station.enrol(centre, departments=("personnel",))
    yield station
    station.close()


def hold(hold_id, scope, target):
    return HoldPlaced(hold_id=hold_id, scope=scope, target=target, reason="سر", authority="a")


def told(centre, station):
    """Kinds of the entries that the station is told; those with the word of every hold."""
    with centre.centre.unit_of_work() as unit:
        known = unit.station(station.id)
    entries = feed(centre.centre, known, after=0, link="")
    return [entry.kind for entry in entries if "سر" in entry.payload]


def test_a_hold_reaches_the_centre_and_who_may_hear_of_it(centre, licences, limited):
    record(licences.store, hold("h1", "document", "x-d"), hold("h2", "file", "F-1"), hold("h3", "class", "anything"))
    licences.send(centre)
    with centre.centre.unit_of_work() as unit:
        assert {one.id for one in unit.retention.holds()} == {"h1", "h2", "h3"}
        assert [one.id for one in unit.retention.holds_on("x-d")] == ["h1"]
    assert len(told(centre, limited)) == 1
    assert len(told(centre, licences)) == 3
    assert centre_problems(centre) == []


def test_a_limited_station_lifts_only_its_own(centre, licences, limited):
    record(licences.store, hold("h1", "document", "x-d"), hold("h2", "class", "building_file"))
    licences.send(centre)
    record(limited.store, hold("h3", "class", "building_file"), HoldLifted(hold_id="h3", reason="r"))
    limited.send(centre)
    for hold_id in ("h1", "h2"):
        after = limited.entries()[-1].sequence
        record(limited.store, HoldLifted(hold_id=hold_id, reason="r"))
        with pytest.raises(NotAllowed):
            limited.send(centre, after=after)
        limited = limited_again(limited)
    with centre.centre.unit_of_work() as unit:
        assert {one.id for one in unit.retention.holds()} == {"h1", "h2"}


def limited_again(station):
    """The same station before its last entry, which nobody took."""
    with station.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM journal WHERE sequence = (SELECT max(sequence) FROM journal)")
    return station


def test_no_station_sends_a_destruction(centre, licences):
    licences.send(centre)
    after = licences.entries()[-1].sequence
    said = dict.fromkeys(("rule", "reason", "proposed_by", "proposed_at", "confirmed_by", "disposal_id"), "r")
    record(licences.store, DocumentDestroyed(document_id="x-d", number="A1-2026-000001", record_class="building_file",
                                             department="licences", page_ids=(), files=(), **said))  # fmt: skip
    with pytest.raises(NotAllowed):
        licences.send(centre, after=after)
    with centre.centre.unit_of_work() as unit:
        assert unit.records.document("x-d").number


def test_nobody_proposes_at_the_centre_itself(centre, licences):
    licences.send(centre)
    with pytest.raises(DecidedAtCentre):
        propose_disposal(centre.centre.place, "x-d", reason="r")
