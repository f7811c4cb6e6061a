"""Cases at a centre that was put back to before them: they stand where they stood, whoever comes first."""

from __future__ import annotations

import pytest

from muni_archive.domain.cases import CaseState
from muni_archive.services.procedures.passing_on import withdraw_case
from muni_archive.services.procedures.replaying import check_cases
from tests.helpers.case_stations import CaseStation, course, decide, meet, same_everywhere, start
from tests.helpers.proofs import prove_all
from tests.helpers.put_back import PutBack


@pytest.fixture
def put_back(tmp_path):
    with PutBack(tmp_path / "centre") as centre:
        yield centre


@pytest.fixture
def stations(put_back, tmp_path):
    made = [CaseStation(tmp_path / name, name, lambda: put_back.centre) for name in ("A1", "B2", "C3")]
    yield made
    for station in made:
        station.close()


@pytest.fixture
def begun(put_back, stations):
    """Ali, at A1, has prepared a building file; Ali's workplace and the case."""
    document = stations[0].add_building_file("x")
    meet(*stations)
    put_back.keep()
    clerk = stations[0].person("Ali", "clerk")
    case = start(clerk, document)
    decide(clerk, case.id, "done")
    meet(*stations)
    return case.id


def come_back(put_back, stations, order, case_id):
    put_back.back()
    meet(*order)
    meet(*order)
    prove_all(put_back.centre, stations)
    assert check_cases(put_back.centre.centre.place) == ()
    return same_everywhere(put_back.centre, stations, case_id)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_what_had_ended_has_ended_in_whatever_order_stations_come(put_back, stations, begun, order):
    decide(stations[1].person("Dana", "reviewer"), begun, "approve")
    meet(*stations)
    decide(stations[2].person("Fahad", "supervisor"), begun, "approve")
    meet(*stations)
    assert course(put_back.centre.centre.place, begun).case.state is CaseState.ENDED
    after = come_back(put_back, stations, [stations[at] for at in order], begun)
    assert after.case.state is CaseState.ENDED
    assert [(move.by, move.stands) for move in after.moves] == [(by, True) for by in ("Ali", "Ali", "Dana", "Fahad")]
    assert after.disputes == ()


def test_somebody_who_takes_two_steps_is_not_barred_by_the_later_one(put_back, stations, begun):
    """Both come before the case does; four eyes look at what was done before a step, not after it."""
    dana = stations[1].person("Dana", "reviewer", "supervisor")
    decide(dana, begun, "return", note="صفحة ناقصة")
    meet(*stations)
    decide(stations[0].person("Ali", "clerk"), begun, "done")
    meet(*stations)
    decide(dana, begun, "approve")
    meet(*stations)
    before = [(move.by, move.outcome, move.stands) for move in course(put_back.centre.centre.place, begun).moves]
    after = come_back(put_back, stations, stations[::-1], begun)
    assert [(move.by, move.outcome, move.stands) for move in after.moves] == before


def test_a_withdrawn_case_stays_withdrawn(put_back, stations, begun):
    clerk = stations[1].person("Ali", "clerk")  # at another station
    withdraw_case(clerk.place, begun, actor=clerk.actor, note="طلب صاحبها")
    meet(*stations)
    assert course(put_back.centre.centre.place, begun).case.state is CaseState.WITHDRAWN
    after = come_back(put_back, stations, [stations[1], stations[0], stations[2]], begun)
    assert (after.case.state, after.disputes) == (CaseState.WITHDRAWN, ())
