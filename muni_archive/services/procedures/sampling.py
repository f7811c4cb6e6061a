"""Quality control draws some per cent of a clerk's pages, by a seed that the journal keeps."""

from __future__ import annotations

import secrets

from muni_archive.domain.cases import Sample
from muni_archive.domain.errors import NotFound, WrongUse
from muni_archive.domain.events import SampleDrawn
from muni_archive.domain.permissions import Action
from muni_archive.domain.sampling import draw
from muni_archive.messages import _
from muni_archive.ports import Problem, UnitOfWork
from muni_archive.services.workplace import Workplace


def draw_sample(place: Workplace, clerk: str, percent: int, *, after: int = 0) -> Sample:
    """Draw from the pages that the clerk brought in past this entry of the journal, whatever became of them since.

    Raises `NotFound` when there are none. All of them can be drawn, or nobody could draw the same again: it tells ids,
    and each page is asked for when somebody looks at it.
    """
    place.guard.require(Action.ASSIGN)
    if not 1 <= percent <= 100:
        raise WrongUse(detail=_("A sample is 1 to 100 per cent."))
    seed = secrets.token_hex(16)
    with place.unit_of_work() as unit:
        unit.lock()
        last = unit.records.last_sequence()
        pages = unit.cases.pages_brought_by(clerk, first=after + 1, last=last)
        if not pages:
            raise NotFound(key=clerk)
        event = SampleDrawn(
            sample_id=place.ids.new(), clerk=clerk, percent=percent, seed=seed, first=after + 1, last=last,
            page_ids=draw(pages, percent, seed),
        )  # fmt: skip
        unit.record(event)
        unit.commit()
        return next(sample for sample in unit.cases.samples() if sample.id == event.sample_id)


def verify_samples(place: Workplace) -> tuple[Problem, ...]:
    """Samples that cannot be drawn again from the journal with their seed."""
    place.guard.require(Action.MAINTAIN)
    with place.unit_of_work() as unit:
        return tuple(
            Problem(kind="sample-differs", detail=f"sample {sample.id} of {sample.clerk} is not what its seed draws")
            for sample in unit.cases.samples()
            if _again(unit, sample) != sample.pages
        )


def _again(unit: UnitOfWork, sample: Sample) -> tuple[str, ...]:
    pages = unit.cases.pages_brought_by(sample.clerk, first=sample.first, last=sample.last)
    return draw(pages, sample.percent, sample.seed)
