"""Documents on their way through procedures, on a real archive with several people."""

from __future__ import annotations

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import CaseState, MoveKind
from muni_archive.domain.errors import (
    BlobMissing,
    CaseOpen,
    DecisionIncomplete,
    FourEyes,
    NotFound,
    NotYours,
    ProcedureInvalid,
    ProcedureUnfit,
    StepGone,
)
from muni_archive.domain.four_eyes import Bar
from muni_archive.services.procedures.deciding import Decision, take_several, take_step
from muni_archive.services.procedures.library import list_procedures, load_procedure
from muni_archive.services.procedures.passing_on import reassign_step, withdraw_case
from muni_archive.services.procedures.replaying import check_cases
from muni_archive.services.procedures.sampling import draw_sample, verify_samples
from muni_archive.services.procedures.signing import verify_decisions
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.timing import advance_timers
from muni_archive.services.procedures.versions import procedure_versions
from muni_archive.services.procedures.waiting import cases_of, count_waiting, inbox, show_case, show_task
from tests.helpers.people_at_work import office
from tests.helpers.procedures import flow, letters, node, procedure, shipped


@pytest.fixture
def works(tmp_path):
    with office(tmp_path / "a") as works:
        yield works
        assert verify_decisions(works.opened.place) == ()
        assert check_cases(works.opened.place) == ()
        assert verify_samples(works.opened.place) == ()
        assert list(works.opened.place.integrity().problems(cancel=CancelToken(), progress=lambda *_: None)) == []


@pytest.fixture
def clerk(works):
    return works.person("Ali", "clerk")


@pytest.fixture
def reviewer(works):
    return works.person("Dana", "reviewer")


@pytest.fixture
def supervisor(works):
    return works.person("Fahad", "supervisor")


def start(by, document_id, procedure="archiving"):
    return start_case(by.place, procedure, actor=by.actor, document_id=document_id)


def decide(by, case, outcome, *, note="", tick=True, **fields):
    line = next(line for line in inbox(by.place, by.actor) if line.case.id == case.id)
    task = show_task(by.place, case.id, line.step.number, by.actor)
    ticked = [item.id for item in task.checklist] if tick else []
    decision = Decision(outcome=outcome, note=note, ticked=ticked, fields=fields)
    return take_step(by.place, case.id, line.step.number, decision, actor=by.actor)


def test_from_the_clerk_by_quality_control_to_the_supervisor(works, clerk, reviewer, supervisor):
    case = start(clerk, works.document(clerk))
    decide(clerk, case, "done")
    decide(reviewer, case, "approve")
    ended = decide(supervisor, case, "approve")
    assert (ended.state, ended.end) == (CaseState.ENDED, "archived")
    view = show_case(clerk.place, case.id)
    assert [(move.kind, move.by) for move in view.moves] == [
        (MoveKind.STARTED, "Ali"), (MoveKind.TAKEN, "Ali"), (MoveKind.TAKEN, "Dana"), (MoveKind.TAKEN, "Fahad"),
    ]  # fmt: skip
    assert inbox(supervisor.place, supervisor.actor, everything=True) == ()
    assert [each.id for each in cases_of(clerk.place, case.document_id)] == [case.id]


def test_what_waits_for_whom_when_it_is_due_and_what_is_late(works, clerk, reviewer):
    case = start(clerk, works.document(clerk))
    assert [line.described.id for line in inbox(clerk.place, clerk.actor)] == ["prepare"]
    assert (count_waiting(clerk.place, clerk.actor), count_waiting(reviewer.place, reviewer.actor)) == (1, 0)
    assert [line.mine for line in inbox(reviewer.place, reviewer.actor, everything=True)] == [False]
    line = inbox(clerk.place, clerk.actor)[0]
    assert (line.step.due - works.clock.at).days == 2
    works.clock.forward(days=2, minutes=1)
    assert inbox(clerk.place, clerk.actor)[0].overdue
    assert case.state is CaseState.OPEN


def test_a_step_is_for_its_role_its_department_and_whom_it_was_given_to(works, clerk, reviewer, supervisor):
    case = start(clerk, works.document(clerk))
    stranger = works.person("Gharib", "clerk", departments=frozenset({"planning"}))
    other = works.person("Hamad", "clerk")
    for who in (reviewer, stranger):
        assert inbox(who.place, who.actor) == ()
        with pytest.raises(NotYours):
            take_step(who.place, case.id, 1, Decision(outcome="done"), actor=who.actor)
    with pytest.raises(DecisionIncomplete):
        reassign_step(supervisor.place, case.id, 1, "Hamad", actor=supervisor.actor, note=" ")
    with pytest.raises(NotYours):
        reassign_step(reviewer.place, case.id, 1, "Dana", actor=reviewer.actor, note="mine")
    reassign_step(supervisor.place, case.id, 1, "Hamad", actor=supervisor.actor, note="Ali is away")
    with pytest.raises(NotYours):
        decide_first(clerk, case)
    decide(other, case, "done")


def decide_first(by, case):
    take_step(by.place, case.id, 1, Decision(outcome="done"), actor=by.actor)


def test_returning_needs_a_reason_and_going_on_the_checklist(works, clerk, reviewer):
    case = start(clerk, works.document(clerk))
    with pytest.raises(DecisionIncomplete, match="every sheet|Every sheet"):
        decide(clerk, case, "done", tick=False)
    decide(clerk, case, "done")
    with pytest.raises(DecisionIncomplete):
        decide(reviewer, case, "return", tick=False)
    decide(reviewer, case, "return", note="page 2 is cut", tick=False)
    assert [line.described.id for line in inbox(clerk.place, clerk.actor)] == ["prepare"]
    decide(clerk, case, "done")
    decide(reviewer, case, "approve")


def test_nobody_approves_what_they_entered_or_decided(works, clerk, supervisor):
    both = works.person("Ali", "clerk", "reviewer", "supervisor")
    two = works.person("Dana", "reviewer", "supervisor")
    case = start(clerk, works.document(clerk))
    decide(clerk, case, "done")
    assert show_task(both.place, case.id, 2, both.actor).bar is Bar.ENTERED
    with pytest.raises(FourEyes):
        decide(both, case, "approve")
    decide(two, case, "approve")
    with pytest.raises(FourEyes):
        decide(two, case, "approve")
    decide(supervisor, case, "approve")


def test_a_correction_makes_one_of_those_who_entered_it(works, clerk, reviewer):
    document_id = works.document(clerk)
    case = start(clerk, document_id)
    decide(clerk, case, "done")
    works.revise(reviewer, document_id)
    with pytest.raises(FourEyes):
        decide(reviewer, case, "approve")


def test_a_delegate_counts_as_both(works, clerk):
    document_id = works.document(clerk)
    case = start(works.person("Badr", "clerk"), document_id)
    decide(works.person("Badr", "clerk"), case, "done")
    stands_in = works.person("Essa", delegated={"reviewer": "Ali"})
    with pytest.raises(FourEyes):
        decide(stands_in, case, "approve")
    decide(works.person("Essa", delegated={"reviewer": "Nasser"}), case, "approve")
    with pytest.raises(FourEyes):
        decide(works.person("Nasser", "supervisor"), case, "approve")
    moves = show_case(clerk.place, case.id).moves
    assert moves[-1].people == {"Essa", "Nasser"}


def test_the_journal_names_who_acts_and_nobody_else(works, clerk, reviewer):
    case = start(clerk, works.document(clerk))
    with pytest.raises(NotYours):
        take_step(reviewer.place, case.id, 1, Decision(outcome="incomplete"), actor=clerk.actor)
    with pytest.raises(NotYours):
        withdraw_case(reviewer.place, case.id, actor=clerk.actor, note="x")


def test_nobody_decides_on_a_version_that_they_have_not_seen(works, clerk, reviewer):
    document_id = works.document(clerk)
    case = start(clerk, document_id)
    seen = show_task(clerk.place, case.id, 1, clerk.actor).view.document.entry
    works.revise(reviewer, document_id)
    with pytest.raises(StepGone):
        take_step(clerk.place, case.id, 1, Decision(outcome="done", seen=seen), actor=clerk.actor)


def test_who_comes_second_finds_the_step_gone(works, clerk):
    case = start(clerk, works.document(clerk))
    decide(clerk, case, "done")
    with pytest.raises(StepGone):
        decide_first(clerk, case)


def test_a_case_is_begun_once_at_a_time_and_for_what_it_is_for(works, clerk):
    document_id = works.document(clerk)
    case = start(clerk, document_id)
    with pytest.raises(CaseOpen):
        start(clerk, document_id)
    withdraw_case(clerk.place, case.id, actor=clerk.actor, note="by mistake")
    assert show_case(clerk.place, case.id).case.state is CaseState.WITHDRAWN
    with pytest.raises(StepGone):
        decide_first(clerk, case)
    start(clerk, document_id)
    with pytest.raises(ProcedureUnfit):
        start(clerk, works.document(clerk, record_class="correspondence"), "building_licence")
    with pytest.raises(NotFound):
        start(clerk, document_id, "nothing")
    with pytest.raises(NotFound):
        start_case(clerk.place, "disposal", actor=clerk.actor, file_reference="no such file")


def test_a_running_case_finishes_under_the_version_that_it_began_with(works, clerk, supervisor):
    load_procedure(clerk.place, letters())
    old = start(clerk, works.document(clerk), "letters")
    shorter = letters(flows="", yes="", no="", more=(
        '<bpmn:sequenceFlow id="a" sourceRef="begin" targetRef="write"/>'
        '<bpmn:sequenceFlow id="b" sourceRef="write" targetRef="end"/>'
    ), sign="", said="")  # fmt: skip
    load_procedure(clerk.place, shorter)
    new = start(clerk, works.document(clerk), "letters")
    assert decide(clerk, new, "done").state is CaseState.ENDED
    assert decide(clerk, old, "done").state is CaseState.OPEN
    assert decide(supervisor, old, "approve").end == "end"
    assert old.version != new.version


def test_a_bad_procedure_is_refused_and_changes_nothing(works, clerk):
    before = [procedure.version for procedure in list_procedures(clerk.place)]
    assert len(before) == 5
    with pytest.raises(ProcedureInvalid, match="sign"):
        load_procedure(clerk.place, letters(sign='<bpmn:scriptTask id="sign"/>'))
    assert [procedure.version for procedure in list_procedures(clerk.place)] == before


def without(works, *versions):
    """The files under these names are lost; they are put back at the end."""
    vault, kept = works.opened.place.vault, []
    for version in versions:
        kept.append(vault.get(version))
        vault.remove(version)
    return lambda: [vault.put(each) for each in kept]


def test_a_case_whose_procedure_is_lost_hides_no_other(works, clerk):
    load_procedure(clerk.place, letters())
    lost, other = start(clerk, works.document(clerk), "letters"), start(clerk, works.document(clerk))
    put_back = without(works, lost.version)
    assert [line.case.id for line in inbox(clerk.place, clerk.actor)] == [other.id]
    with pytest.raises(BlobMissing):
        show_task(clerk.place, lost.id, 1, clerk.actor)
    put_back()
    assert {line.case.id for line in inbox(clerk.place, clerk.actor)} == {lost.id, other.id}


def patient(id, days):
    """Write, unless nobody does for so many days."""
    late = f"<bpmn:timerEventDefinition><bpmn:timeDuration>P{days}D</bpmn:timeDuration></bpmn:timerEventDefinition>"
    return procedure(
        node("startEvent", "begin"), node("userTask", "write", name="Write"), node("endEvent", "end", name="End"),
        node("boundaryEvent", "late", late, attachedToRef="write", cancelActivity="true"),
        flow("begin", "write"), flow("write", "end"), flow("late", "end"),
        lanes={"clerk": "begin write late end"}, id=id,
    )  # fmt: skip


def test_a_timer_whose_procedure_is_lost_holds_up_no_other(works, clerk):
    for id, days in (("first", 1), ("second", 2)):
        load_procedure(clerk.place, patient(id, days))
    lost, other = (start(clerk, works.document(clerk), each) for each in ("first", "second"))
    works.clock.forward(days=9)
    put_back = without(works, lost.version)
    assert (advance_timers(clerk.place), advance_timers(clerk.place)) == (1, 0)
    assert show_case(clerk.place, other.id).case.state is CaseState.ENDED
    put_back()
    assert advance_timers(clerk.place) == 1
    assert show_case(clerk.place, lost.id).case.state is CaseState.ENDED


def test_a_loaded_procedure_that_is_lost_keeps_no_other_from_beginning(works, clerk):
    before = [each.id for each in list_procedures(clerk.place)]
    loaded = load_procedure(clerk.place, shipped("archiving").replace(b"</bpmn:process>", b"</bpmn:process> "))
    put_back = without(works, loaded.version)
    assert [each.id for each in list_procedures(clerk.place)] == [each for each in before if each != "archiving"]
    assert [one.current for one in procedure_versions(works.opened.place) if one.id == "archiving"] == [True]
    put_back()
    assert [each.id for each in list_procedures(clerk.place)] == before


def test_many_are_accepted_at_once_where_the_procedure_allows_it(works, clerk, reviewer, supervisor):
    cases = [start(clerk, works.document(clerk)) for _ in range(3)]
    for case in cases:
        decide(clerk, case, "done")
    answers = take_several(reviewer.place, [(case.id, 2) for case in cases], "approve", actor=reviewer.actor)
    assert all(isinstance(answer, NotYours) for answer in answers.values())
    for case in cases:
        decide(reviewer, case, "approve")
    waiting = [(line.case.id, line.step.number) for line in inbox(supervisor.place, supervisor.actor)]
    withdraw_case(clerk.place, cases[0].id, actor=clerk.actor, note="wrong")
    answers = take_several(supervisor.place, waiting, "approve", actor=supervisor.actor)
    assert sorted(type(answer).__name__ for answer in answers.values()) == ["NoneType", "NoneType", "StepGone"]


def test_a_file_is_lent_and_comes_back_late(works, clerk):
    with clerk.place.unit_of_work() as unit:
        from muni_archive.domain.events import FileOpened

        unit.record(FileOpened(file_id="f", reference="12/34", record_class="building_file", department="licences"))
        unit.commit()
    asker, archivist = works.person("Reem", "reader"), works.person("Noura", "archivist")
    manager = works.person("Reem", "records_manager")
    case = start_case(asker.place, "borrowing", actor=asker.actor, file_reference="12/34")
    with pytest.raises(DecisionIncomplete):
        decide(asker, case, "done", purpose="a complaint")
    decide(asker, case, "done", kind="borrow", purpose="a complaint")
    decide(archivist, case, "done")
    with pytest.raises(FourEyes):
        decide(manager, case, "approve")
    decide(works.person("Salem", "records_manager"), case, "approve")
    decide(archivist, case, "done", borrower="Reem")
    works.clock.forward(days=14)
    assert [line.described.id for line in inbox(asker.place, asker.actor)] == ["remind"]
    assert [line.described.id for line in inbox(archivist.place, archivist.actor)] == ["take_back"]
    decide(asker, case, "done")
    assert decide(archivist, case, "done").end == "returned"


def test_numbers_are_numbers_in_any_digits(works, clerk):
    case = start(clerk, works.document(clerk, use="investment"), "building_licence")
    with pytest.raises(DecisionIncomplete):
        decide(clerk, case, "done", height="very high")
    decide(clerk, case, "done", height="٤٥٫٥")
    assert show_case(clerk.place, case.id).moves[-1].fields == {"height": "45.5"}
    ticked = show_case(clerk.place, case.id).moves[-1].ticked
    assert sum(item.startswith("undertaking") for item in ticked) == 6


def test_the_pages_of_a_sample_are_drawn_when_the_step_opens(works, clerk, reviewer):
    case = start(clerk, works.document(clerk, pages=9))
    decide(clerk, case, "done")
    task = show_task(reviewer.place, case.id, 2, reviewer.actor)
    assert len(task.pages) == 2
    assert set(task.pages) <= set(task.view.document.page_ids)


def test_a_clerks_pages_are_drawn_and_can_be_drawn_again(works, clerk, supervisor):
    works.document(clerk, pages=30)
    works.document(supervisor, pages=30)
    sample = draw_sample(supervisor.place, "Ali", 10)
    assert len(sample.pages) == 3
    with supervisor.place.unit_of_work() as unit:
        end = unit.records.last_sequence()
    for after in (end - 1, end):
        with pytest.raises(NotFound):
            draw_sample(supervisor.place, "Ali", 10, after=after)
    with supervisor.place.unit_of_work() as unit:
        batches = {unit.records.batch(page.batch_id).opened_by for page in unit.records.pages(sample.pages)}
    assert batches == {"Ali"}
