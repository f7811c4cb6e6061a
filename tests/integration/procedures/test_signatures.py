"""A decision that somebody changes afterwards is found by its signature, even where the chain was made anew."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from muni_archive.domain.journal import canonical_json
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.library import load_procedure
from muni_archive.services.procedures.signing import verify_decisions
from muni_archive.services.procedures.starting import start_case
from muni_archive.store.tables import journal, person_keys
from tests.helpers.people_at_work import office
from tests.helpers.procedures import letters


@pytest.fixture
def decided(tmp_path):
    with office(tmp_path / "a") as works:
        clerk, supervisor = works.person("Ali", "clerk"), works.person("Fahad", "supervisor")
        load_procedure(clerk.place, letters())
        case = start_case(clerk.place, "letters", actor=clerk.actor, document_id=works.document(clerk))
        take_step(clerk.place, case.id, 1, Decision(outcome="done", note="written"), actor=clerk.actor)
        take_step(supervisor.place, case.id, 2, Decision(outcome="approve"), actor=supervisor.actor)
        yield works


def change(works, **changed):
    with works.opened._store.engine.begin() as connection:
        row = connection.execute(select(journal).where(journal.c.kind == "step-taken")).first()
        payload = canonical_json(json.loads(row.payload) | changed)
        connection.execute(update(journal).where(journal.c.sequence == row.sequence).values(payload=payload))


@pytest.mark.parametrize(
    "changed",
    [
        {"outcome": "approve"}, {"note": "Written"}, {"number": 2}, {"fields": {"a": "b"}}, {"ticked": ["x"]},
        {"document_entry": "other"}, {"role": "supervisor"}, {"stands_in_for": "Dana"}, {"version": "0" * 64},
        {"decided_at": "2020-01-01T00:00:00+00:00"}, {"signature": ""}, {"case_id": "other"},
    ],
)  # fmt: skip
def test_what_was_decided_cannot_be_changed(decided, changed):
    assert verify_decisions(decided.opened.place) == ()
    change(decided, **changed)
    assert [problem.kind for problem in verify_decisions(decided.opened.place)] == ["decision-signature"]


def test_a_decision_cannot_be_put_into_somebody_elses_mouth(decided):
    with decided.opened._store.engine.begin() as connection:
        connection.execute(update(journal).where(journal.c.kind == "step-taken").values(actor="Fahad"))
    assert [problem.kind for problem in verify_decisions(decided.opened.place)] == ["decision-key"]


def test_a_key_counts_only_for_whom_it_was_made_and_from_then_on(decided):
    with decided.opened._store.engine.begin() as connection:
        connection.execute(update(person_keys).where(person_keys.c.name == "Ali").values(sequence=10**6))
    assert [problem.kind for problem in verify_decisions(decided.opened.place)] == ["decision-key"]


def test_each_person_has_one_key(decided):
    with decided.opened.place.unit_of_work() as unit:
        assert [key.name for key in unit.cases.person_keys()] == ["Ali", "Fahad"]
