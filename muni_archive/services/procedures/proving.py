"""Proof that cases are what they say: decisions signed, steps where procedures lead, samples drawn by their seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.permissions import Action
from muni_archive.messages import N_
from muni_archive.ports import Problem
from muni_archive.services.procedures.replaying import check_case
from muni_archive.services.procedures.sampling import verify_samples
from muni_archive.services.procedures.signing import verify_decisions
from muni_archive.services.workplace import Workplace

CASES_STEP = N_("cases")


def case_problems(
    place: Workplace, *, cancel: CancelToken, progress: Callable[[int, int, str], None]
) -> Iterator[Problem]:
    """What is wrong with any case, one after another; each names the case, and the journal's entry where there is one.

    Raises `Cancelled`.
    """
    place.guard.require(Action.MAINTAIN)
    yield from verify_decisions(place)
    with place.unit_of_work() as unit:
        cases = unit.cases.cases()
        for done, case in enumerate(cases):
            cancel.raise_if_cancelled()
            progress(done, len(cases), CASES_STEP)
            yield from check_case(place, unit, case)
    yield from verify_samples(place)
