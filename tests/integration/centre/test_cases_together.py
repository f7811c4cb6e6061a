"""A case is worked on at several stations; the centre says what counts, and all of them see the same."""

from __future__ import annotations

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import CaseState
from muni_archive.domain.centre_errors import CentreUnreachable, ConflictSettled
from muni_archive.domain.errors import DecisionIncomplete, NotYours
from muni_archive.services.procedures.library import list_procedures, load_procedure
from muni_archive.services.procedures.signing import verify_decisions
from muni_archive.services.together.disputes import open_disputes, settle_dispute, show_dispute, uncounted
from muni_archive.services.together.following import fetch_procedures, follow_centre
from tests.helpers.case_stations import (
    CaseStation,
    case_stations,
    decide,
    meet,
    proven_centre,
    same_everywhere,
    start,
    waits_for,
)
from tests.helpers.procedures import letters


@pytest.fixture
def centre(tmp_path):
    with proven_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def stations(centre, tmp_path):
    with case_stations(tmp_path, centre, "A1", "B2") as stations:
        yield stations


def test_a_case_of_one_station_is_decided_at_another(centre, stations):
    here, there = stations
    clerk, reviewer = here.person("Ali", "clerk"), there.person("Dana", "reviewer")
    case = start(clerk, here.add_building_file("x"))
    decide(clerk, case.id, "done")
    assert waits_for(reviewer) == []
    meet(here, there)
    assert waits_for(reviewer) == [(case.id, "control")]
    decide(reviewer, case.id, "approve")
    assert waits_for(reviewer) == []
    supervisor = here.person("Fahad", "supervisor")
    assert waits_for(supervisor) == []
    meet(here, there)
    decide(supervisor, case.id, "approve")
    meet(here, there)
    found = same_everywhere(centre, stations, case.id)
    assert (found.case.state, [move.by for move in found.moves]) == (CaseState.ENDED, ["Ali", "Ali", "Dana", "Fahad"])
    assert all(move.stands and not move.refused for move in found.moves)
    assert verify_decisions(centre.centre.place) == ()


def test_procedures_that_were_loaded_at_one_station_can_be_worked_on_at_another(centre, stations):
    here, there = stations
    clerk, supervisor = here.person("Ali", "clerk"), there.person("Fahad", "supervisor")
    load_procedure(clerk.place, letters())
    case = start(clerk, here.add_building_file("x"), "letters")
    decide(clerk, case.id, "done")
    meet(here, there)
    decide(supervisor, case.id, "approve")
    meet(here, there)
    assert same_everywhere(centre, stations, case.id).case.state is CaseState.ENDED


def test_a_procedure_that_was_loaded_at_one_station_can_begin_at_each_also_without_the_line(centre, tmp_path, stations):
    here, everything = stations
    other = CaseStation(tmp_path / "C3", "C3", lambda: centre, ("personnel",))
    loaded = load_procedure(here.person("Ali", "clerk").place, letters())
    meet(here, everything, other)
    for station in (everything, other):
        fetch_procedures(station.together.copied)
        station.line = None
        place = station.person("Dana", "clerk").place
        assert {each.id: each.version for each in list_procedures(place)}["letters"] == loaded.version
    other.close()


def test_a_procedure_that_is_at_the_centre_only_keeps_no_other_from_beginning(stations):
    here, there = stations
    load_procedure(here.person("Ali", "clerk").place, letters())
    meet(here, there)
    clerk = there.person("Dana", "clerk")

    def away(_sha):
        raise CentreUnreachable(detail="the line is cut")

    there.together.copied.vault._fetch = away
    assert "archiving" in [each.id for each in list_procedures(clerk.place)]


@pytest.fixture
def twice(stations):
    """A letter that Fahad approves at one station and Gharib returns at the other, before they hear of each other."""
    here, there = stations
    clerk = here.person("Ali", "clerk")
    load_procedure(clerk.place, letters())
    case = start(clerk, here.add_building_file("x"), "letters")
    decide(clerk, case.id, "done")
    meet(here, there)
    decide(here.person("Fahad", "supervisor"), case.id, "approve")
    decide(there.person("Gharib", "supervisor"), case.id, "return", note="the stamp is missing")
    return case.id


def dispute_of(station, name="Huda"):
    person = station.person(name, "supervisor")
    (dispute,) = open_disputes(person.place)
    return person, show_dispute(person.place, station.together, dispute.id, actor=person.actor)


def names(uncounted):
    return [(each.move.by, each.move.refused, each.waits) for each in uncounted]


def test_a_step_decided_twice_waits_for_a_third_person(centre, stations, twice):
    here, there = stations
    meet(here, there)
    found = same_everywhere(centre, stations, twice)
    assert found.case.state is CaseState.ENDED
    assert [(move.by, move.stands) for move in found.moves][2:] == [("Fahad", True), ("Gharib", False)]
    person, shown = dispute_of(there)
    assert (shown.counted.move.by, shown.counted.station, shown.late.move.by, shown.late.station) == (
        "Fahad", "A1", "Gharib", "B2",
    )  # fmt: skip
    assert (shown.counted.signed, shown.late.signed) == (True, True)
    assert shown.late.move.note == "the stamp is missing"
    assert shown.mine
    assert [move.by for move in shown.undone] == ["Fahad"]
    gharib, fahad = there.person("Gharib", "supervisor"), here.person("Fahad", "supervisor")
    assert names(uncounted(gharib.place, gharib.actor)) == [("Gharib", "", True)]
    assert uncounted(fahad.place, fahad.actor) == ()
    assert uncounted(person.place, person.actor) == ()


def test_neither_of_the_two_settles_it_and_nobody_without_a_reason(stations, twice):
    here, there = stations
    meet(here, there)
    for station, name in ((here, "Fahad"), (there, " gharib ")):
        person, shown = dispute_of(station, name)
        assert not shown.mine
        with pytest.raises(NotYours):
            settle_dispute(person.place, shown, shown.late.move.entry, actor=person.actor, note="mine")
    person, shown = dispute_of(here)
    with pytest.raises(DecisionIncomplete):
        settle_dispute(person.place, shown, shown.late.move.entry, actor=person.actor, note=" ")


def test_what_came_first_stays_when_it_is_chosen(centre, stations, twice):
    here, there = stations
    meet(here, there)
    person, shown = dispute_of(here)
    settle_dispute(person.place, shown, shown.counted.move.entry, actor=person.actor, note="both have seen it")
    assert open_disputes(person.place) == ()
    with pytest.raises(ConflictSettled):
        show_dispute(person.place, here.together, shown.dispute.id, actor=person.actor)
    meet(here, there)
    found = same_everywhere(centre, stations, twice)
    assert found.case.state is CaseState.ENDED
    assert found.disputes[0].resolved_by == "Huda"
    gharib = there.person("Gharib", "supervisor")
    assert names(uncounted(gharib.place, gharib.actor)) == [("Gharib", "", False)]


def test_the_case_goes_on_from_the_late_decision_when_that_is_chosen(centre, stations, twice):
    here, there = stations
    meet(here, there)
    person, shown = dispute_of(there)
    settle_dispute(person.place, shown, shown.late.move.entry, actor=person.actor, note="the stamp is missing indeed")
    meet(here, there)
    found = same_everywhere(centre, stations, twice)
    assert found.case.state is CaseState.OPEN
    stand = {move.by: move.stands for move in found.moves if move.element == "sign" and move.outcome}
    assert (stand["Fahad"], stand["Gharib"]) == (False, True)
    clerk, fahad = here.person("Ali", "clerk"), here.person("Fahad", "supervisor")
    assert waits_for(clerk) == [(twice, "write")]
    assert names(uncounted(fahad.place, fahad.actor)) == [("Fahad", "", False)]
    decide(clerk, twice, "done")
    meet(here, there)
    decide(there.person("Gharib", "supervisor"), twice, "approve")
    meet(here, there)
    assert same_everywhere(centre, stations, twice).case.state is CaseState.ENDED
    assert verify_decisions(centre.centre.place) == ()


def test_two_who_settle_it_differently_are_asked_again(centre, stations, twice):
    here, there = stations
    meet(here, there)
    for station, name, side in ((here, "Huda", "counted"), (there, "Isa", "late")):
        person, shown = dispute_of(station, name)
        settle_dispute(person.place, shown, getattr(shown, side).move.entry, actor=person.actor, note="why")
    meet(here, there)
    found = same_everywhere(centre, stations, twice)
    assert found.case.state is CaseState.ENDED
    assert [dispute.resolved_by for dispute in found.disputes] == ["Huda", ""]
    person, shown = dispute_of(here, "Jamal")
    settle_dispute(person.place, shown, shown.late.move.entry, actor=person.actor, note="why")
    meet(here, there)
    assert same_everywhere(centre, stations, twice).case.state is CaseState.OPEN


@pytest.fixture
def answers(stations):
    """An application of which three answers are awaited at once, at both stations."""
    here, there = stations
    clerk, engineer = here.person("Ali", "clerk"), here.person("Dana", "engineer")
    case = start(clerk, here.add_building_file("x", by="Badr"), "building_licence")
    decide(clerk, case.id, "done", height="12")
    decide(engineer, case.id, "approve")
    meet(here, there)
    return case.id, engineer, there.person("Ghada", "engineer")


def answered(by, case_id, *bodies):
    for body in bodies:
        decide(by, case_id, "done", element=body, **{f"{body}_letter": "7"})


def test_branches_that_go_on_at_two_stations_come_together(centre, stations, answers):
    """Each station knows of its own answers alone, so neither sees that the last of them opens the decision."""
    case_id, engineer, other = answers
    here, there = stations
    answered(engineer, case_id, "electricity")
    answered(other, case_id, "fire", "roads")
    here.sync()
    assert sorted(element for _, element in waits_for(engineer)) == ["fire", "roads"]
    meet(there, here)
    found = same_everywhere(centre, stations, case_id)
    assert all(move.stands and not move.refused for move in found.moves)
    assert found.disputes == ()
    supervisor = there.person("Fahad", "supervisor")
    assert waits_for(supervisor) == [(case_id, "decide")]
    decide(supervisor, case_id, "approve")
    meet(here, there)
    assert [element for _, element in waits_for(here.person("Ali", "clerk"))] == ["issue"]
    assert verify_decisions(centre.centre.place) == ()


def test_what_is_on_its_way_and_may_not_fit_is_not_asked_for_twice(stations, answers):
    case_id, engineer, other = answers
    here, there = stations
    answered(other, case_id, "fire")
    answered(engineer, case_id, "electricity")
    here.sync()
    follow(there)
    assert [element for _, element in waits_for(other)] == ["roads"]


def follow(station):
    """The line is one-way for a moment: the station hears, and is not heard yet."""
    follow_centre(station.copy.unit_of_work, station.line, cancel=CancelToken())
