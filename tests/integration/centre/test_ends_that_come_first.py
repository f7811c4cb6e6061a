"""A centre that was put back hears the station first that ended something, and then the one that began it."""

from __future__ import annotations

import pytest

from muni_archive.domain.events import (
    DisposalConfirmed,
    DisposalProposed,
    DisposalWithdrawn,
    FileOpened,
    HoldLifted,
    HoldPlaced,
    MarkAdded,
    MarkChanged,
    MarkRemoved,
    PersonAdmitted,
)
from muni_archive.domain.geometry import Box
from muni_archive.domain.organisation_events import GrantEnded
from muni_archive.domain.people import Role
from muni_archive.organisation_files import read_units
from muni_archive.services.centre.people import scope_of
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from tests.helpers.linked import DirectLine, LinkedStation
from tests.helpers.proofs import prove_all
from tests.helpers.put_back import PutBack
from tests.helpers.stores import record
from tests.integration.centre.test_grants_together import granted


@pytest.fixture
def put_back(tmp_path):
    with PutBack(tmp_path / "centre") as centre:
        yield centre


@pytest.fixture
def stations(put_back, tmp_path):
    """A1 with a document, and B2; everybody knows it, and the backup is taken."""
    made = [LinkedStation(tmp_path / name, name) for name in ("A1", "B2")]
    for station in made:
        station.enrol(put_back.centre)
        station.line = DirectLine(lambda: put_back.centre, station.id)
    record(made[0].store, FileOpened(file_id="f", reference="F-1", record_class="building_file", department="licences"))
    made[0].add_document("x")
    for station in made:
        station.sync()
    yield made
    for station in made:
        station.close()


def begin_and_end(put_back, stations, beginning, ending):
    """What A1 began and B2 ended; then B2 is the first to come back. Everything is proven."""
    first, second = stations
    put_back.keep()
    record(first.store, *beginning)
    first.sync()
    record(second.store, *ending)
    second.sync()
    put_back.back()
    for station in (second, first, second, first):
        station.sync()
    prove_all(put_back.centre, stations)


def test_a_withdrawn_proposal_stays_withdrawn(put_back, stations):
    proposed = DisposalProposed(disposal_id="p", document_id="x-d", rule="r", due="2026-01-01", reason="r")
    beginning = (proposed, DisposalConfirmed(disposal_id="p"))
    begin_and_end(put_back, stations, beginning, [DisposalWithdrawn(disposal_id="p", reason="دعوى")])
    with put_back.centre.centre.unit_of_work() as unit:
        disposal = unit.retention.disposal("p")
    assert (disposal.state, disposal.note) == ("withdrawn", "دعوى")


def test_a_lifted_hold_stays_lifted(put_back, stations):
    hold = HoldPlaced(hold_id="h", scope="document", target="x-d", reason="r", authority="a")
    begin_and_end(put_back, stations, [hold], [HoldLifted(hold_id="h", reason="over")])
    with put_back.centre.centre.unit_of_work() as unit:
        assert unit.retention.hold("h").lift_reason == "over"


def test_a_station_of_some_departments_lifts_no_hold_that_nobody_could_look_at(put_back, stations, tmp_path):
    limited = LinkedStation(tmp_path / "C3", "C3")
    limited.enrol(put_back.centre, ("personnel",))
    record(limited.store, HoldLifted(hold_id="h", reason="over"))
    limited.send(put_back.centre)
    record(stations[0].store, HoldPlaced(hold_id="h", scope="document", target="x-d", reason="r", authority="a"))
    stations[0].send(put_back.centre, after=len(stations[0].entries()) - 1)
    with put_back.centre.centre.unit_of_work() as unit:
        assert unit.retention.hold("h").lifted_at is None
    limited.close()


def test_a_removed_mark_stays_removed_and_a_changed_one_changed(put_back, stations):
    marks = [MarkAdded(mark_id=each, page_id="x-p0", mark="note", box=Box(0, 0, 5, 5), text="1") for each in "mn"]
    ends = [
        MarkRemoved(mark_id="m", page_id="x-p0"),
        MarkChanged(mark_id="n", page_id="x-p0", box=Box(1, 1, 5, 5), text="2"),
    ]
    begin_and_end(put_back, stations, marks, ends)
    with put_back.centre.centre.unit_of_work() as unit:
        assert [(mark.id, mark.text) for mark in unit.marks.on_page("x-p0")] == [("n", "2")]


def test_ended_leave_stays_ended(put_back, stations):
    place = put_back.centre.centre.place
    begin_organisation(place, read_units())
    with put_back.centre.centre.unit_of_work() as unit:
        for name in ("clerk-A1", "Salim"):
            unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=Role.NONE.value))
        unit.commit()
    for role in ("supervisor", "archivist"):
        give_place(place, "clerk-A1", NewPlace(role=role, unit_id=""))
    give_place(place, "Salim", NewPlace(role="clerk", unit_id="personnel"))
    for station in stations:
        station.store._actor = "clerk-A1"
    begin_and_end(put_back, stations, [granted()], [GrantEnded(grant_id="g", reason="over")])
    centre = put_back.centre.centre
    with centre.unit_of_work() as unit:
        assert [(grant.id, grant.ended) for grant in unit.organisation.all().grants] == [("g", True)]
        areas = scope_of(centre, unit.people.named("Salim")).areas
    assert not any("F-1" in repr(area) for area in areas)
