"""The term for objections is the centre's to count: a station's clock that is ahead shortens nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from muni_archive.domain.cases import CaseActor
from muni_archive.services.centre.terms import term_running
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.together.casework import case_workplace
from tests.helpers.case_stations import decide, start
from tests.helpers.destroying import municipality
from tests.helpers.people_at_work import AtWork, KeptKeys, MovedClock


def test_a_timer_that_went_off_early_destroys_nothing(tmp_path):
    with municipality(tmp_path) as town:
        maker, clock, keys = town.station("A1"), MovedClock(datetime.now(UTC)), KeptKeys()

        def person(name, role):
            joined = case_workplace(maker.of(name), maker.together)
            return AtWork(
                place=replace(joined, keys=keys, operator=name, clock=clock),
                actor=CaseActor(name=name, roles=frozenset({role})),
            )

        noura, khalid = person("noura", "archivist"), person("khalid", "archivist")
        document_id = maker.due_document("x")
        case = start(noura, document_id, "disposal")
        decide(noura, case.id, "done", rule="five years", reason="over")
        decide(person("salem", "records_manager"), case.id, "approve")
        decide(person("waleed", "supervisor"), case.id, "approve")
        clock.forward(days=365)
        decide(khalid, case.id, "done", witness="y", method="erase")
        with maker.store.unit_of_work() as unit:
            disposal = unit.retention.disposal_of(document_id).id
        town.until(lambda: town.state(disposal) == "refused" or town.destroyed(document_id))
        town.until(lambda: maker.disposal(disposal).refusal == "not-due")
        assert maker.has(document_id)

        place = town.opened.centre.place
        with town.opened.centre.unit_of_work() as unit:
            case = unit.cases.case(case.id)
            procedure = procedure_of_version(place, case.version, case.procedure_id)
            ends = term_running(place, unit, case, procedure)
            later = replace(place, clock=MovedClock(ends))
            assert term_running(later, unit, case, procedure) is None
        assert timedelta(days=4) < ends - datetime.now(UTC) < timedelta(days=30)
        town.prove()
