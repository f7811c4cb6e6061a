"""Access levels of documents between stations and the centre: they count everywhere, and the stricter one stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import LevelReceived, LevelSet, PersonAdmitted
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.journal import GENESIS
from muni_archive.domain.people import Role, Sight
from muni_archive.organisation_files import read_units
from muni_archive.services.centre.feeding_back import feed
from muni_archive.services.centre.finding import answer_question, show_document
from muni_archive.services.centre.people import scope_of
from muni_archive.services.centre.rights import may_read
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.together.levels import take_over_levels
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.stores import record

PEOPLE = {"clerk-A1": "records_manager", "clerk-B2": "archivist", "Reader": "reader", "Chief": "supervisor"}


@pytest.fixture(params=["sqlite", "postgres"])
def centre(request, tmp_path):
    database = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_centre(tmp_path / "centre", database=database) as opened:
        place = opened.centre.place
        begin_organisation(place, read_units())
        with opened.centre.unit_of_work() as unit:
            for name in PEOPLE:
                unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=Role.NONE.value))
            unit.commit()
        for name, role in (*PEOPLE.items(), ("clerk-A1", "clerk")):
            give_place(place, name, NewPlace(role=role))
        yield opened


@pytest.fixture
def stations(centre, tmp_path):
    """A1 has brought in a document of building files."""
    made = [PlainStation(tmp_path / name, name) for name in ("A1", "B2")]
    for station in made:
        station.enrol(centre)
    made[0].add_document("x")
    for station in made:
        station.send(centre)
    yield made
    for station in made:
        station.close()


def level(value, base=""):
    return LevelSet(document_id="x-d", level=value, reason="سبب", department="licences", record_class="building_file",
                    base=base)  # fmt: skip


def given(station, value, base=""):
    """Set at the station; returns the entry's id."""
    record(station.store, level(value, base))
    return station.entries()[-1].id


def send(station, centre):
    with centre.centre.unit_of_work() as unit:
        known = unit.standing(station.id).sequence
    station.send(centre, after=known)


def standing(unit_of_work):
    with unit_of_work() as unit:
        known = unit.records.levels_standing(["x-d"]).get("x-d")
    return (known.entry, known.level) if known else None


def sees(centre, name):
    """What the person finds, is shown, and may read at the centre: pages, document, file."""
    follow_journal(centre.centre.place)
    with centre.centre.unit_of_work() as unit:
        scope = scope_of(centre.centre, unit.people.named(name))
        (blob,) = {page.blob for page in unit.records.pages(["x-p0"])}
        read = may_read(unit, Sight(), blob, scope)
    found = answer_question(centre.centre, Sight(), SearchRequest(query="", facets=True), scope=scope)
    assert sum(count for _, count in found["facets"]["record_class"]) == found["total"] == len(found["hits"])
    shown = show_document(centre.centre, Sight(), "x-d", scope=scope) is not None
    assert shown == read == bool(found["total"])
    return shown


def test_it_counts_at_the_centre(centre, stations):
    here, _there = stations
    assert (sees(centre, "Reader"), sees(centre, "Chief")) == (True, True)
    first = given(here, "confidential")
    send(here, centre)
    assert (sees(centre, "Reader"), sees(centre, "Chief")) == (False, True)
    given(here, "secret", first)
    send(here, centre)
    assert (sees(centre, "Reader"), sees(centre, "Chief")) == (False, False)
    assert (sees(centre, "clerk-A1"), sees(centre, "clerk-B2")) == (True, False)
    assert centre_problems(centre) == []


def test_it_counts_for_who_has_a_role_by_admission(centre, stations):
    with centre.centre.unit_of_work() as unit:
        for name, role in (("Old reader", Role.READER), ("Old manager", Role.RECORDS_MANAGER)):
            unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=role.value))
        unit.commit()
    assert (sees(centre, "Old reader"), sees(centre, "Old manager")) == (True, True)
    given(stations[0], "confidential")
    send(stations[0], centre)
    assert (sees(centre, "Old reader"), sees(centre, "Old manager")) == (False, True)


def test_only_stations_that_see_the_document_are_told(centre, stations):
    given(stations[0], "secret")
    send(stations[0], centre)
    with centre.centre.unit_of_work() as unit:
        whole = unit.station(stations[1].id)
    for departments, told in (((), True), (("licences",), True), (("personnel",), False)):
        entries = feed(centre.centre, replace(whole, name="other", departments=departments), after=0, link=GENESIS)
        assert (LevelSet.kind in {entry.kind for entry in entries}) == told
        assert any("سبب" in entry.payload for entry in entries) == told


def test_what_is_set_here_in_the_moment_of_taking_over_stands(centre, stations):
    here, there = stations
    given(there, "confidential")
    send(there, centre)
    opened = list[str]()

    def own():
        """It is set between the look and the lock."""
        opened.append(given(here, "secret") if len(opened) == 1 else "")
        return here.store.unit_of_work()

    assert take_over_levels(own, centre.centre.unit_of_work) == []
    assert standing(here.store.unit_of_work) == (opened[1], "secret")


def test_the_station_that_keeps_it_takes_over_what_was_set_elsewhere(centre, stations):
    here, there = stations
    central = centre.centre.unit_of_work
    entry = given(there, "confidential")
    send(there, centre)
    assert standing(here.store.unit_of_work) is None
    assert take_over_levels(here.store.unit_of_work, central) == ["x-d"]
    assert standing(here.store.unit_of_work) == standing(central) == (entry, "confidential")
    assert take_over_levels(here.store.unit_of_work, central) == []
    with here.store.unit_of_work() as unit:
        assert unit.records.document("x-d").level == "confidential"
        (told,) = unit.records.levels_given("x-d")
    assert (told.reason, told.set_by) == ("سبب", "clerk-B2")
    send(here, centre)  # the centre knows: it changes nothing there
    assert standing(central) == (entry, "confidential")
    assert centre_problems(centre) == []


def test_of_two_that_crossed_the_stricter_one_stands(centre, stations):
    here, there = stations
    central = centre.centre.unit_of_work
    first = given(here, "confidential")
    send(here, centre)
    lowered = given(here, "", first)
    raised = given(there, "confidential", first)
    send(there, centre)
    send(here, centre)
    assert standing(here.store.unit_of_work) == (lowered, "")
    assert standing(central) == (raised, "confidential")
    take_over_levels(here.store.unit_of_work, central)
    assert standing(here.store.unit_of_work) == (raised, "confidential")
    assert centre_problems(centre) == []


def test_a_station_waits_until_its_own_word_came_back(centre, stations):
    here, there = stations
    given(there, "confidential")
    send(there, centre)
    own = given(here, "secret")
    assert take_over_levels(here.store.unit_of_work, centre.centre.unit_of_work) == []
    send(here, centre)
    assert standing(here.store.unit_of_work) == standing(centre.centre.unit_of_work) == (own, "secret")


@pytest.mark.parametrize(
    ("who", "before", "after", "taken"),
    [
        (1, "", "confidential", True),
        (1, "", "secret", False),
        (1, "confidential", "", False),
        (0, "confidential", "", True),
        (0, "secret", "internal", True),
        (0, "", "unheard-of", True),
    ],
)
def test_authors_are_asked_for_the_right(centre, stations, who, before, after, taken):
    base = ""
    if before:
        base = given(stations[0], before)
        send(stations[0], centre)
    given(stations[who], after, base)
    if taken:
        send(stations[who], centre)
        assert standing(centre.centre.unit_of_work)[1] == ("secret" if after == "unheard-of" else after)
        return
    with pytest.raises(NotAllowed):
        send(stations[who], centre)


def test_no_station_lowers_a_level_by_saying_that_it_was_told(centre, stations):
    here, there = stations
    given(here, "secret")
    send(here, centre)
    record(there.store, LevelReceived(document_id="x-d", level="", reason="r", entry="made-up", set_at="t", set_by="a"))
    send(there, centre)
    assert standing(centre.centre.unit_of_work)[1] == "secret"
    assert centre_problems(centre) == []
