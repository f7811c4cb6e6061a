"""The centre looks at every move of a case as the station should have: what is wrong is kept, and does not count."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from muni_archive.domain.cases import CaseState, MoveKind, Refusal, StepOpened, StepState
from muni_archive.domain.decisions import decision_text
from muni_archive.domain.errors import BlobCorrupt, BlobMissing, ObjectStoreFailed
from muni_archive.domain.events import (
    CaseReassigned,
    CaseStarted,
    CaseWithdrawn,
    DocumentRevised,
    PersonAdmitted,
    StepTaken,
)
from muni_archive.domain.people import Role
from muni_archive.ed25519 import new_key, public_half, sign
from muni_archive.organisation_files import read_units
from muni_archive.services.centre import receiving
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.procedures.library import load_procedure
from muni_archive.services.procedures.signing import signed
from muni_archive.services.procedures.timing import advance_timers
from muni_archive.services.together.disputes import open_disputes, settle_dispute, show_dispute, uncounted
from tests.helpers.case_stations import (
    case_stations,
    course,
    decide,
    meet,
    proven_centre,
    same_everywhere,
    start,
    waits_for,
)
from tests.helpers.procedures import flow, letters, node
from tests.helpers.vaults import nobody_waits, telling


@pytest.fixture
def centre(tmp_path):
    with proven_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def stations(centre, tmp_path):
    with case_stations(tmp_path, centre, "A1", "B2") as stations:
        yield stations


@pytest.fixture
def letter(stations):
    """A letter that Ali wrote and that waits to be signed."""
    here = stations[0]
    clerk = here.person("Ali", "clerk")
    load_procedure(clerk.place, letters())
    case = start(clerk, here.add_building_file("x"), "letters")
    decide(clerk, case.id, "done")
    meet(*stations)
    return case.id


def told(by):
    return [(each.move.by, each.move.refused) for each in uncounted(by.place, by.actor)]


def in_name_of(station, name, event):
    """An entry as a program that checks nothing writes it."""
    with station.own_place(name).unit_of_work() as unit:
        unit.record(event)
        unit.commit()


def forged(station, name, case_id, *, key="", **changed):
    """Somebody's decision on the step that waits, with whatever was changed in it before it was signed."""
    place = station.person(name, "supervisor").place
    now = course(place, case_id)
    step = next(each for each in now.steps.values() if each.state is StepState.OPEN)
    event = StepTaken(
        case_id=case_id, number=step.number, element=step.element, outcome="approve", version=now.case.version,
        department=now.case.department, role=step.role, decided_at="2026-03-01T06:00:00+00:00",
        document_id=now.case.document_id, end="end", after=now.last,
    )  # fmt: skip
    event = replace(event, **changed)
    with place.unit_of_work() as unit:
        archive_id = unit.records.archive().archive_id
    key = key or station.keys.find(archive_id, name) or new_key()
    event = replace(event, key=public_half(key))
    text = decision_text(event, person=name, station=station.name)
    in_name_of(station, name, replace(event, signature=sign(key, text)))


def give_key(station, name):
    """Whoever has decided something before has a key."""
    place = station.own_place(name)
    with place.unit_of_work() as unit:
        signed(place, unit, StepTaken(
            case_id="c", number=1, element="e", outcome="o", version="v", department="d", role="r", decided_at="t",
        ), person=name)  # fmt: skip
        unit.commit()


def test_who_corrected_the_document_elsewhere_cannot_approve_it_here(centre, stations, letter):
    """The station let it pass, rightly: it had not heard of the correction. The case waits again, for somebody else."""
    here, there = stations
    with there.own_place("Fahad").unit_of_work() as own, there.copy.unit_of_work() as copy:
        seen = copy.records.document("x-d")
        own.record(
            DocumentRevised(
                document_id=seen.id, version=seen.version + 1, base=seen.entry, title="رخصة", page_ids=seen.page_ids,
                record_class=seen.record_class, department=seen.department,
            )
        )  # fmt: skip
        own.commit()
    there.sync()
    fahad = here.person("Fahad", "supervisor")
    decide(fahad, letter, "approve")
    meet(here, there)
    found = same_everywhere(centre, stations, letter)
    assert (found.case.state, found.moves[-1].refused) == (CaseState.OPEN, Refusal.FOUR_EYES)
    assert told(fahad) == [("Fahad", Refusal.FOUR_EYES)]
    assert waits_for(here.person("Huda", "supervisor")) == [(letter, "sign")]
    decide(there.person("Huda", "supervisor"), letter, "approve")
    meet(here, there)
    assert same_everywhere(centre, stations, letter).case.state is CaseState.ENDED


MADE_UP = (
    ({"role": "clerk"}, Refusal.ROLE),
    ({"version": "0" * 64}, Refusal.CASE),
    ({"department": "planning"}, Refusal.CASE),
    ({"document_id": None}, Refusal.CASE),
    ({"element": "write"}, Refusal.STEP),
    ({"outcome": "none such", "end": ""}, Refusal.STEP),
    ({"element": "no such step"}, Refusal.STEP),
    ({"after": "no such entry"}, ""),  # it waits for that entry
    ({"key": "22" * 32}, Refusal.SIGNATURE),
)


def test_what_a_station_makes_up_does_not_count(centre, stations, letter):
    here, there = stations
    give_key(there, "Fahad")
    for changed, refused in MADE_UP:
        forged(there, "Fahad", letter, **changed)
        there.sync()
        found = course(there.copied, letter)
        assert (found.moves[-1].by, found.moves[-1].refused, found.case.state) == ("Fahad", refused, CaseState.OPEN)
    decide(there.person("Huda", "supervisor"), letter, "approve")
    meet(here, there)
    assert same_everywhere(centre, stations, letter).case.state is CaseState.ENDED


@pytest.mark.parametrize(
    "changed", [{"number": 7}, {"end": "", "opened": (StepOpened(number=9, element="sign", role="clerk"),)}]
)
def test_wrong_numbers_and_wrong_effects_are_put_right_by_the_procedure(centre, stations, letter, changed):
    here, there = stations
    give_key(there, "Fahad")
    forged(there, "Fahad", letter, **changed)
    meet(here, there)
    found = same_everywhere(centre, stations, letter)
    assert (found.moves[-1].stands, found.case.state, sorted(found.steps)) == (True, CaseState.ENDED, [1, 2])


def test_nobody_decides_in_the_name_of_somebody_who_has_another_key(centre, stations, letter):
    here, there = stations
    give_key(here, "Fahad")
    meet(here, there)
    forged(there, "Fahad", letter, key=new_key())
    meet(here, there)
    assert same_everywhere(centre, stations, letter).moves[-1].refused == Refusal.SIGNATURE


def test_a_role_that_the_person_never_had_decides_nothing(centre, stations, letter):
    here, there = stations
    place = centre.centre.place
    begin_organisation(place, read_units())
    with centre.centre.unit_of_work() as unit:
        for name in ("Ali", "Fahad", "Huda", "Dana"):
            unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=Role.NONE.value))
        unit.commit()
    for name, role in (("Ali", "clerk"), ("Fahad", "supervisor"), ("Huda", "reviewer"), ("Dana", "records_manager")):
        give_place(place, name, NewPlace(role=role, unit_id="building_licences"))
    decide(there.person("Huda", "supervisor"), letter, "approve")
    meet(here, there)
    found = same_everywhere(centre, stations, letter)
    assert (found.case.state, found.moves[-1].refused) == (CaseState.OPEN, Refusal.ROLE)
    decide(there.person("Fahad", "supervisor"), letter, "approve")
    meet(here, there)
    assert same_everywhere(centre, stations, letter).case.state is CaseState.ENDED


def test_what_rests_on_a_decision_that_does_not_count_is_told_and_decided_anew(centre, stations, letter):
    here, there = stations
    decide(here.person("Fahad", "supervisor"), letter, "return", note="shorter")
    decide(there.person("Huda", "supervisor"), letter, "return", note="longer")
    clerk = there.person("Ali", "clerk")
    decide(clerk, letter, "done")
    meet(here, there)
    found = same_everywhere(centre, stations, letter)
    assert [(move.by, move.stands, move.refused) for move in found.moves[2:]] == [
        ("Fahad", True, ""), ("Huda", False, ""), ("Ali", False, Refusal.RESTS),
    ]  # fmt: skip
    assert told(clerk) == [("Ali", Refusal.RESTS)]
    assert waits_for(here.person("Ali", "clerk")) == [(letter, "write")]


@pytest.fixture
def hurried(stations):
    """A letter that must be signed within a day, or somebody is reminded."""
    here = stations[0]
    timer = node("boundaryEvent", "late", "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration>"
                 "</bpmn:timerEventDefinition>", attachedToRef="sign")  # fmt: skip
    more = timer + node("userTask", "remind", name="Remind") + flow("late", "remind") + flow("remind", "end")
    end = b"<bpmn:flowNodeRef>end</bpmn:flowNodeRef>"
    lanes = end + end.replace(b"end", b"late") + end.replace(b"end", b"remind")
    clerk = here.person("Ali", "clerk")
    load_procedure(clerk.place, letters(more=more).replace(end, lanes))
    case = start(clerk, here.add_building_file("x"), "letters")
    decide(clerk, case.id, "done")
    meet(*stations)
    return case.id


def test_a_timer_that_two_stations_let_go_off_passes_once(centre, stations, hurried):
    here, there = stations
    for station in stations:
        station.clock.forward(days=3)
        assert advance_timers(station.person("Huda", "supervisor").place) == 1
    decide(there.person("Huda", "supervisor"), hurried, "done")
    meet(here, there)
    found = same_everywhere(centre, stations, hurried)
    assert (found.case.state, found.disputes) == (CaseState.ENDED, ())
    assert [move.stands for move in found.moves if move.kind == "timer"] == [True, False]
    for station in stations:
        assert advance_timers(station.person("Huda", "supervisor").place) == 0


def test_a_decision_that_a_timer_overtook_can_be_made_to_count(centre, stations, hurried):
    """Whoever decided in time, as their station saw it, is not passed over."""
    here, there = stations
    here.clock.forward(days=3)
    assert advance_timers(here.person("Huda", "supervisor").place) == 1
    decide(there.person("Fahad", "supervisor"), hurried, "approve")
    meet(here, there)
    person = here.person("Huda", "supervisor")
    (dispute,) = open_disputes(person.place)
    shown = show_dispute(person.place, here.together, dispute.id, actor=person.actor)
    assert (shown.counted.move.kind, shown.late.move.by) == (MoveKind.TIMER, "Fahad")
    settle_dispute(person.place, shown, shown.late.move.entry, actor=person.actor, note="it was in time")
    meet(here, there)
    found = same_everywhere(centre, stations, hurried)
    assert (found.case.state, found.case.end) == (CaseState.ENDED, "end")


@pytest.mark.parametrize(
    "changed",
    [
        {"opened": (StepOpened(number=1, element="sign", role="supervisor"),)},
        {"end": "end"},
        {"version": hashlib.sha256(b"no procedure").hexdigest()},
    ],
)
def test_a_case_that_does_not_begin_as_its_procedure_does_goes_no_way(centre, stations, letter, changed):
    here, there = stations
    for data in (b"no procedure", letters()):
        there.store.vault.put(data)
    now = course(there.copied, letter)
    said = {"procedure_id": "letters", "version": now.case.version, "title": "t", "department": now.case.department,
            "record_class": "building_file", "document_id": "x-d"}  # fmt: skip
    began = {"opened": (StepOpened(number=1, element="write", role="clerk"),)}
    in_name_of(there, "Ali", CaseStarted(case_id="made-up", **said | began | changed))
    meet(here, there)
    found = same_everywhere(centre, stations, "made-up")
    assert (found.case.state, bool(found.moves[0].refused), dict(found.steps)) == (CaseState.WITHDRAWN, True, {})


def test_who_speaks_for_another_department_moves_nothing(centre, stations, letter):
    here, there = stations
    in_name_of(there, "Huda", CaseWithdrawn(case_id=letter, department="planning", note="n"))
    in_name_of(there, "Huda", CaseReassigned(case_id=letter, department="planning", number=2, to="Huda", note="n"))
    meet(here, there)
    found = same_everywhere(centre, stations, letter)
    assert [move.stands for move in found.moves[-2:]] == [False, False]
    assert (found.case.state, found.steps[2].assigned_to) == (CaseState.OPEN, "")


@pytest.mark.parametrize(
    "error",
    [ObjectStoreFailed(detail="away"), BlobMissing(sha="a"), BlobCorrupt(sha="a")],
    ids=["away", "gone", "damaged"],
)
def test_an_object_store_that_does_not_answer_as_it_should_refuses_nobody_s_decision(centre, stations, letter, error):
    """It says of a file that lies there unharmed that it is gone, or sends it damaged."""
    here, there = stations
    decide(there.person("Huda", "supervisor"), letter, "approve")
    with telling(centre, error), pytest.raises(ObjectStoreFailed):
        there.sync()
    meet(here, there)
    found = same_everywhere(centre, stations, letter)
    assert (found.case.state, found.moves[-1].refused) == (CaseState.ENDED, "")


def test_a_procedure_whose_file_is_gone_for_good_refuses_what_is_decided_by_it(centre, stations, letter):
    here, there = stations
    version, vault = course(here.copied, letter).case.version, centre.centre.place.vault
    file = vault.get(version)
    vault.remove(version)
    decide(there.person("Huda", "supervisor"), letter, "approve")
    meet(here, there)
    vault.put(file)
    found = same_everywhere(centre, stations, letter)
    assert (found.case.state, found.moves[-1].refused) == (CaseState.OPEN, Refusal.PROCEDURE)


@pytest.mark.parametrize("foreseen", [True, False])
def test_nobody_who_writes_waits_for_a_procedure_s_file(centre, stations, monkeypatch, foreseen):
    """Not for that of a case which begins in the same part, nor of one that somebody else began meanwhile."""
    if not foreseen:
        monkeypatch.setattr(receiving, "procedures_needed", lambda _unit, _entries: ())
    here, there = stations
    clerk = here.person("Ali", "clerk")
    load_procedure(clerk.place, letters())
    case = start(clerk, here.add_building_file("x"), "letters")
    decide(clerk, case.id, "done")
    with nobody_waits(centre) as vault:
        meet(here, there)
        assert vault.asked == [case.version]
        decide(there.person("Huda", "supervisor"), case.id, "approve")
        there.sync()
    meet(here, there)
    assert same_everywhere(centre, stations, case.id).case.state is CaseState.ENDED
