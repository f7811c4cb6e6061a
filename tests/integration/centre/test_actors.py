"""The centre asks again whether who is named as an entry's author may do what it says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.account_events import ACCOUNT_EVENTS
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import EVENT_TYPES, HearingAnswered, PersonAdmitted, PersonDisabled, WordReviewed
from muni_archive.domain.geometry import Box
from muni_archive.domain.organisation_events import ORGANISATION_EVENTS
from muni_archive.domain.people import Person, PersonState, Role, Sight
from muni_archive.domain.together import CENTRE_ONLY, WITHHELD
from muni_archive.organisation_files import read_units
from muni_archive.services.centre.actors import NEEDS, OF_THE_MACHINE
from muni_archive.services.centre.grants import OF_GRANTS
from muni_archive.services.centre.people import disable_person
from muni_archive.services.organisation.places import NewPlace, end_place, give_place
from muni_archive.services.organisation.units import begin_organisation
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.stores import record


class PastClock:
    """A station's clock that was right, once."""

    def now(self):
        return datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        begin_organisation(opened.centre.place, read_units())
        with opened.centre.unit_of_work() as unit:
            for name in ("clerk-A1", "Maryam"):
                unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=Role.NONE.value))
            unit.commit()
        yield opened


@pytest.fixture
def station(centre, tmp_path):
    """Its clerk is `clerk-A1`, and its documents are of building files in the department of licences."""
    plain = PlainStation(tmp_path / "A1", "A1")
    plain.enrol(centre)
    yield plain
    plain.close()


def place_of(centre, name, role, unit="", **more):
    return give_place(centre.centre.place, name, NewPlace(role=role, unit_id=unit, **more))


def test_a_centre_that_gave_nobody_a_role_takes_every_name(centre, station):
    station.add_document("x")
    station.send(centre)
    assert centre_problems(centre) == []


def test_who_may_is_taken_and_who_may_not_is_refused(centre, station):
    place_of(centre, "clerk-A1", "reader")
    station.add_document("x")
    with pytest.raises(NotAllowed, match=r"."):
        station.send(centre)
    place_of(centre, "clerk-A1", "clerk")
    station.send(centre)
    assert centre_problems(centre) == []


def hearings(centre):
    with centre.centre.unit_of_work() as unit:
        return [hearing.id for hearing in unit.retention.hearings()]


def test_a_name_that_nobody_has_is_taken_until_the_station_answers(centre, tmp_path):
    """In one part of the journal, and in parts; at a station of another time too."""
    place_of(centre, "Maryam", "clerk")
    for at, (name, clock) in enumerate((("B2", None), ("C3", PastClock()))):
        plain = PlainStation(tmp_path / name, name, clock=clock)
        plain.enrol(centre)
        plain.add_document(f"{name}-before")
        plain.send(centre)
        (hearing,) = hearings(centre)  # every station is asked once
        plain.add_document(f"{name}-before-too", 2)
        record(plain.store, HearingAnswered(hearing_ids=(hearing,)))
        if at:
            plain.send(centre)
        answered = len(plain.entries())
        plain.add_document(f"{name}-after", 3)
        with pytest.raises(NotAllowed, match=f"entry {answered + 1}\\)"):
            plain.send(centre)
        plain.close()
    assert centre_problems(centre) == []


def test_an_answer_about_a_destruction_says_nothing_of_names(centre, tmp_path):
    place_of(centre, "Maryam", "clerk")
    plain = PlainStation(tmp_path / "B2", "B2")
    plain.enrol(centre)
    record(plain.store, HearingAnswered(hearing_ids=("another",)))
    plain.add_document("x")
    plain.send(centre)
    plain.close()


def test_what_was_allowed_then_is_taken_later(centre, station):
    given = place_of(centre, "clerk-A1", "clerk")
    station.add_document("x")
    end_place(centre.centre.place, given, reason="left")
    disable_person(centre.centre, "clerk-A1", reason="left")
    station.send(centre)
    assert centre_problems(centre) == []


def test_a_level_and_an_action_are_asked_for(centre, station):
    place_of(centre, "clerk-A1", "clerk", highest="public")
    station.add_document("x")
    with pytest.raises(NotAllowed):
        station.send(centre)
    place_of(centre, "clerk-A1", "archivist")
    box = Box(x=1, y=1, width=1, height=1)
    record(
        station.store,
        WordReviewed(page_id="x-p0", reading="0" * 64, line=0, word=0, box=box, read="a", decided="b"),
    )
    station.send(centre)


def test_every_kind_of_entry_is_somebodys():
    """A new kind must say whose work it is."""
    accounts = {PersonAdmitted.kind, PersonDisabled.kind, *(event.kind for event in ACCOUNT_EVENTS)}
    own = accounts | {event.kind for event in ORGANISATION_EVENTS} - OF_GRANTS
    groups = [set(NEEDS), set(OF_THE_MACHINE), set(CENTRE_ONLY), own, {WITHHELD}]
    assert set.union(*groups) == set(EVENT_TYPES)
    assert sum(map(len, groups)) == len(EVENT_TYPES)


def test_who_is_admitted_without_a_role_sees_nothing_by_it():
    said = {"id": "1", "name": "M", "departments": (), "state": PersonState.ACTIVE, "note": "", "admitted_at": ""}
    assert Person(role=Role.NONE, **said).sight == Sight(departments=frozenset())
    assert Person(role=Role.READER, **said).sight == Sight()
