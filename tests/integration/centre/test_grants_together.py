"""Leave for files that is given at a station, and broken glass there, count at the centre; nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import FileOpened, LevelSet, PersonAdmitted
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.organisation_events import FileGranted, GlassAcknowledged, GlassBroken, GrantEnded
from muni_archive.domain.people import Role, Sight
from muni_archive.organisation_files import read_units
from muni_archive.services.centre.finding import answer_question, show_document
from muni_archive.services.centre.people import scope_of
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.stores import record

PLACES = {
    "clerk-A1": (("supervisor", ""), ("archivist", "")), "Salim": (("clerk", "personnel"),),
    "Huda": (("reader", "survey"),), "Omar": (),
}  # fmt: skip


def moment(**later):
    return (datetime.now(UTC) + timedelta(**later)).isoformat(timespec="microseconds")


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        begin_organisation(opened.centre.place, read_units())
        with opened.centre.unit_of_work() as unit:
            for name in PLACES:
                unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=Role.NONE.value))
            unit.commit()
        for name, places in PLACES.items():
            for role, unit_id in places:
                give_place(opened.centre.place, name, NewPlace(role=role, unit_id=unit_id))
        yield opened


@pytest.fixture
def station(centre, tmp_path):
    """With a document in a file."""
    plain = PlainStation(tmp_path / "A1", "A1")
    plain.enrol(centre)
    opened = FileOpened(file_id="f", reference="F-1", record_class="building_file", department="licences")
    record(plain.store, opened)
    plain.add_document("x")
    with plain.store.unit_of_work() as unit:
        document = unit.records.document("x-d")
    plain.revise(document, file_reference="F-1")
    plain.send(centre)
    yield plain
    plain.close()


def send(station, centre, *events, actor="clerk-A1"):
    station.store._actor = actor
    record(station.store, *events)
    with centre.centre.unit_of_work() as unit:
        known = unit.standing(station.id).sequence
    station.send(centre, after=known)


def granted(person="id-Salim", **more):
    said = {"grant_id": "g", "person_id": person, "file_reference": "F-1", "department": "licences", "reason": "r"}
    return FileGranted(**{**said, "until": moment(days=1), "actions": ("view",), **more})


def broken(person="id-Salim", **later):
    return GlassBroken(grant_id="b", person_id=person, file_reference="F-1", department="licences",
                       until=moment(**(later or {"minutes": 30})), reason="r")  # fmt: skip


def sees(centre, name):
    follow_journal(centre.centre.place)
    with centre.centre.unit_of_work() as unit:
        scope = scope_of(centre.centre, unit.people.named(name))
    found = answer_question(centre.centre, Sight(), SearchRequest(query=""), scope=scope)["total"]
    shown = show_document(centre.centre, Sight(), "x-d", scope=scope)
    assert bool(found) == (shown is not None)
    return shown is not None


def test_leave_counts_until_it_is_taken_back(centre, station):
    assert not sees(centre, "Salim")
    send(station, centre, granted())
    assert (sees(centre, "Salim"), sees(centre, "Huda")) == (True, False)
    send(station, centre, GrantEnded(grant_id="g", reason="r"))
    assert not sees(centre, "Salim")
    assert centre_problems(centre) == []


def test_leave_for_a_role_is_for_all_who_have_it_there(centre, station):
    send(station, centre, granted("", role="reader", unit_id="survey"))
    assert (sees(centre, "Salim"), sees(centre, "Huda"), sees(centre, "Omar")) == (False, True, False)
    give_place(centre.centre.place, "Omar", NewPlace(role="reader", unit_id="survey"))
    assert sees(centre, "Omar")


def test_broken_glass_counts_and_is_looked_at(centre, station):
    send(station, centre, broken(), actor="Salim")
    assert sees(centre, "Salim")
    send(station, centre, GlassAcknowledged(grant_id="b", note="n"))
    with centre.centre.unit_of_work() as unit:
        (grant,) = unit.organisation.all().grants
    assert (grant.broken_glass, grant.acknowledged_by) == (True, "clerk-A1")
    assert centre_problems(centre) == []


def test_leave_shows_no_document_that_was_raised(centre, station):
    send(station, centre, granted())
    send(station, centre, LevelSet(document_id="x-d", level="confidential", reason="r", department="licences",
                                   record_class="building_file"))  # fmt: skip
    assert not sees(centre, "Salim")


@pytest.mark.parametrize(
    ("actor", "person", "more"),
    [
        ("Salim", "id-Salim", {}),
        ("Salim", "", {"role": "clerk"}),
        ("clerk-A1", "id-Salim", None),
        ("Salim", "id-Salim", {"hours": 3}),
        ("Omar", "id-Omar", None),
    ],
)
def test_who_may_not_is_refused(centre, station, actor, person, more):
    """`more` without a role is how long the glass is broken; leave for oneself where it is empty."""
    said = granted(person, **(more or {})) if more in ({}, {"role": "clerk"}) else broken(person, **(more or {}))
    with pytest.raises(NotAllowed):
        send(station, centre, said, actor=actor)
    assert not any(sees(centre, name) for name in ("Salim", "Huda", "Omar"))


def test_what_is_given_by_nobody_known_or_to_nobody_known_is_taken_and_counts_nowhere(centre, station):
    send(station, centre, granted(), replace(broken(), grant_id="b2"), actor="stranger")
    send(station, centre, granted("id-of-nobody", grant_id="g3"))
    with centre.centre.unit_of_work() as unit:
        assert unit.organisation.all().grants == ()
    assert centre_problems(centre) == []
