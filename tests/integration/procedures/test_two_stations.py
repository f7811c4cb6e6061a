"""Two stations decide one step: the first entry of the journal counts, the other is kept beside, and nothing breaks."""

from __future__ import annotations

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import MoveKind, StepOpened, StepState
from muni_archive.domain.events import CaseReassigned, CaseWithdrawn, StepTaken, TimerPassed
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.library import load_procedure
from muni_archive.services.procedures.replaying import check_cases
from muni_archive.services.procedures.starting import start_case
from tests.helpers.people_at_work import office
from tests.helpers.procedures import letters


@pytest.fixture
def works(tmp_path):
    with office(tmp_path / "a") as works:
        yield works
        assert list(works.opened.place.integrity().problems(cancel=CancelToken(), progress=lambda *_: None)) == []


def told(case_id, number, outcome, **more):
    return StepTaken(
        case_id=case_id, number=number, element="write", outcome=outcome, version="v", department="d", role="clerk",
        decided_at="2026-03-01T06:00:00+00:00", **more,
    )  # fmt: skip


def record(works, *events):
    with works.opened.place.unit_of_work() as unit:
        for event in events:
            unit.record(event)
        unit.commit()


def test_what_comes_second_does_not_count(works):
    clerk = works.person("Ali", "clerk")
    load_procedure(clerk.place, letters())
    case = start_case(clerk.place, "letters", actor=clerk.actor, document_id=works.document(clerk))
    take_step(clerk.place, case.id, 1, Decision(outcome="done"), actor=clerk.actor)
    record(works, told(case.id, 1, "done", opened=(StepOpened(number=2, element="sign", role="supervisor"),), end="x"))
    with works.opened.place.unit_of_work() as unit:
        moves, steps = unit.cases.moves(case.id), unit.cases.steps(case.id)
    assert [move.stands for move in moves] == [True, True, False]
    assert [(step.number, step.state) for step in steps] == [(1, StepState.TAKEN), (2, StepState.OPEN)]
    assert check_cases(works.opened.place) == ()


def test_news_of_a_case_of_elsewhere_changes_nothing(works):
    record(
        works,
        told("elsewhere", 1, "done", end="x"),
        TimerPassed(case_id="elsewhere", department="d", number=2, element="t"),
        CaseReassigned(case_id="elsewhere", department="d", number=3, to="Ali", note="n"),
        CaseWithdrawn(case_id="elsewhere", department="d", note="n"),
    )
    with works.opened.place.unit_of_work() as unit:
        assert unit.cases.cases() == []
        assert unit.cases.steps("elsewhere") == []
        moves = unit.cases.moves("elsewhere")
    assert [move.kind for move in moves] == [
        MoveKind.TAKEN, MoveKind.TIMER, MoveKind.REASSIGNED, MoveKind.WITHDRAWN,
    ]  # fmt: skip
    assert not any(move.stands for move in moves)
