"""The disposal procedure destroys, and destroys nothing that retention keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.disposals import DisposalState
from muni_archive.domain.errors import FourEyes, NotFound
from muni_archive.domain.events import DisposalReceived, DocumentRevised
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.retention_errors import (
    CentreDeciding,
    InProcedure,
    KeptByCentre,
    KeptForEver,
    NotDue,
    SamePerson,
    ThroughProcedure,
    UnderHold,
)
from muni_archive.paths import resource_path
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.library import load_procedure
from muni_archive.services.procedures.passing_on import withdraw_case
from muni_archive.services.procedures.replaying import check_cases
from muni_archive.services.procedures.signing import verify_decisions
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.waiting import inbox, show_task
from muni_archive.services.retention.disposing import confirm_disposal, propose_disposal, withdraw_disposal
from muni_archive.services.retention.holding import place_hold
from muni_archive.services.verify_archive import verify_archive
from tests.helpers.classes_with_rule import ClassesWithRule
from tests.helpers.people_at_work import office

PROPOSAL = {"rule": "five years", "reason": "over"}
CARRIED_OUT = {"witness": "Yousef", "method": "erase"}


@pytest.fixture
def works(tmp_path):
    with office(tmp_path / "a") as works:
        works.opened.place = replace(
            works.opened.place, record_classes=ClassesWithRule(works.opened.place.record_classes)
        )
        yield works


@pytest.fixture
def people(works):
    roles = {
        "Ali": ("clerk",), "Noura": ("archivist",), "Khalid": ("archivist",), "Waleed": ("supervisor",),
        "Salem": ("records_manager", "supervisor"), "Yousef": ("auditor",),
    }  # fmt: skip
    return {name: works.person(name, *own) for name, own in roles.items()}


def dated(works, by, date="2010-05-01"):
    """A registered document with that date on it."""
    document_id = works.document(by)
    with by.place.unit_of_work() as unit:
        now = unit.records.document(document_id)
        unit.record(
            DocumentRevised(
                document_id=now.id, version=now.version + 1, record_class=now.record_class, department=now.department,
                title=now.title, page_ids=now.page_ids, base=now.entry, registered=True, date=date,
            )
        )  # fmt: skip
        unit.commit()
    return document_id


def begin(people, document_id):
    by = people["Noura"]
    return start_case(by.place, "disposal", actor=by.actor, document_id=document_id)


def decide(by, case, outcome, note="", **fields):
    line = next(line for line in inbox(by.place, by.actor) if line.case.id == case.id)
    items = [item.id for item in show_task(by.place, case.id, line.step.number, by.actor).checklist]
    decision = Decision(outcome=outcome, note=note, ticked=items, fields=fields)
    return take_step(by.place, case.id, line.step.number, decision, actor=by.actor)


def as_far_as_carrying_out(works, people, case):
    decide(people["Noura"], case, "done", **PROPOSAL)
    decide(people["Salem"], case, "approve")
    with pytest.raises(FourEyes):
        decide(people["Salem"], case, "approve")
    decide(people["Waleed"], case, "approve")
    assert inbox(people["Noura"].place, people["Noura"].actor) == ()
    works.clock.forward(days=8)


def proposal_for(by, document_id):
    with by.place.unit_of_work() as unit:
        return unit.retention.disposal_of(document_id)


def test_the_document_is_gone_when_another_archivist_has_carried_it_out(works, people):
    document_id = dated(works, people["Ali"])
    case = begin(people, document_id)
    as_far_as_carrying_out(works, people, case)
    with pytest.raises(SamePerson):
        decide(people["Noura"], case, "done", **CARRIED_OUT)
    case = decide(people["Khalid"], case, "done", **CARRIED_OUT)
    with people["Ali"].place.unit_of_work() as unit:
        gone = unit.retention.destroyed(document_id)
        with pytest.raises(NotFound):
            unit.records.document(document_id)
    assert gone is not None
    assert (gone.proposed_by, gone.confirmed_by, gone.reason) == ("Noura", "Khalid", "over")
    assert case.title == gone.number, "the title names people"
    assert decide(people["Yousef"], case, "return", note="the record is not signed").end == ""
    decide(people["Khalid"], case, "done", **CARRIED_OUT)
    assert decide(people["Yousef"], case, "approve").end == "disposed"
    assert (verify_decisions(works.opened.place), check_cases(works.opened.place)) == ((), ())
    report = verify_archive(works.opened.place, cancel=CancelToken(), progress=lambda *_: None)
    assert [problem for problem in report.problems if not problem.kind.startswith("index")] == []


def test_what_retention_keeps_is_not_even_proposed(works, people):
    young = begin(people, dated(works, people["Ali"], date="2025-01-01"))
    with pytest.raises(NotDue):
        decide(people["Noura"], young, "done", **PROPOSAL)
    case = begin(people, works.document(people["Ali"], record_class="correspondence"))
    with pytest.raises(KeptForEver):
        decide(people["Noura"], case, "done", **PROPOSAL)
    assert decide(people["Noura"], case, "keep", note="by its class").end == "kept"


def test_a_hold_that_comes_in_between_wins(works, people):
    document_id = dated(works, people["Ali"])
    case = begin(people, document_id)
    as_far_as_carrying_out(works, people, case)
    with people["Ali"].place.unit_of_work() as unit:
        number = unit.records.document(document_id).number
    place_hold(people["Ali"].place, HoldScope.DOCUMENT, number, reason="case 81", authority="court")
    with pytest.raises(UnderHold):
        decide(people["Khalid"], case, "done", **CARRIED_OUT)
    with people["Ali"].place.unit_of_work() as unit:
        assert unit.records.document(document_id).number == number
    assert decide(people["Khalid"], case, "objected", note="a hold").end == "kept"
    assert proposal_for(people["Ali"], document_id) is None


@pytest.mark.parametrize("outcome", ["return", "reject"])
def test_what_is_sent_back_is_proposed_no_more(works, people, outcome):
    document_id = dated(works, people["Ali"])
    case = begin(people, document_id)
    decide(people["Noura"], case, "done", **PROPOSAL)
    assert proposal_for(people["Ali"], document_id).proposed_by == "Noura"
    decide(people["Salem"], case, outcome, note="look again")
    assert proposal_for(people["Ali"], document_id) is None
    if outcome == "return":
        decide(people["Noura"], case, "done", **PROPOSAL)
        withdraw_case(people["Noura"].place, case.id, actor=people["Noura"].actor, note="by mistake")
        assert proposal_for(people["Ali"], document_id) is None


def test_while_a_case_runs_nobody_destroys_past_it(works, people):
    document_id = dated(works, people["Ali"])
    directly = [works.opened.place, people["Salem"].place]
    proposal = propose_disposal(directly[0], document_id, reason="r")
    case = begin(people, document_id)
    with pytest.raises(InProcedure) as refused:
        confirm_disposal(directly[1], proposal.id)
    assert refused.value.params["name"] == "Noura"
    withdraw_disposal(directly[1], proposal.id, reason="the case decides")  # keeping is always possible
    with pytest.raises(InProcedure):
        propose_disposal(directly[0], document_id, reason="r")
    decide(people["Noura"], case, "done", **PROPOSAL)
    made = proposal_for(people["Ali"], document_id)
    assert made.case_id == case.id
    with pytest.raises(InProcedure):
        confirm_disposal(directly[1], made.id)
    withdraw_case(people["Noura"].place, case.id, actor=people["Noura"].actor, note="r")
    again = propose_disposal(directly[0], document_id, reason="r")
    assert confirm_disposal(directly[1], again.id).number


def test_where_a_disposal_procedure_was_brought_in_there_is_no_other_way(works, people):
    document_id = dated(works, people["Ali"])
    load_procedure(works.opened.place, resource_path("procedures", "disposal.bpmn").read_bytes())
    with pytest.raises(ThroughProcedure):
        propose_disposal(works.opened.place, document_id, reason="r")
    case = begin(people, document_id)
    assert decide(people["Noura"], case, "keep", note="r").end == "kept"


def test_where_a_centre_decides_the_witness_waits_for_it(works, people):
    document_id = dated(works, people["Ali"])
    case = begin(people, document_id)
    as_far_as_carrying_out(works, people, case)
    khalid, yousef = people["Khalid"], people["Yousef"]
    asked = replace(khalid, place=replace(khalid.place, alone=lambda: False))
    decide(asked, case, "done", **CARRIED_OUT)
    with khalid.place.unit_of_work() as unit:
        assert unit.retention.destroyed(document_id) is None
        waiting = unit.retention.disposal_of(document_id)
    assert waiting.state is DisposalState.CONFIRMED
    with pytest.raises(CentreDeciding):
        decide(yousef, case, "approve")
    received(khalid, waiting, state="refused", refusal="under-hold")
    with pytest.raises(KeptByCentre) as kept:
        decide(yousef, case, "approve")
    assert "legal hold" in str(kept.value.params["reason"])
    decide(yousef, case, "return", note="a hold rests on it")
    assert proposal_for(khalid, document_id) is None
    assert decide(asked, case, "objected", note="a hold rests on it").end == "kept"


def received(by, disposal, *, state, refusal=""):
    with by.place.unit_of_work() as unit:
        unit.record(
            DisposalReceived(
                disposal_id=disposal.id, state=state, decided_at=disposal.decided_at.isoformat(), decided_by="centre",
                refusal=refusal,
            )
        )  # fmt: skip
        unit.commit()
