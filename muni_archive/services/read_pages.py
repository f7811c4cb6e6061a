"""Reads what waits to be read, in worker processes, and makes it found.

The queue is the tables: a kept page without a reading waits. So it survives everything, and stopping
loses no more than the pages in hand.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import EngineMissing
from muni_archive.domain.events import PageRead
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Page, PageState
from muni_archive.domain.reviewing import doubts
from muni_archive.ports import ReadingPool, ReadRequest, Records
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.workplace import Workplace

PATIENCE = 0.2
"""Seconds to wait for a result before looking at the cancel token again."""

Result = tuple[str, Reading | Exception]


@dataclass(frozen=True, kw_only=True)
class ReadProgress:
    """How far the queue is: pages done in this run, pages that still wait, those read last and the last one's time."""

    done: int
    waiting: int
    page_ids: tuple[str, ...] = ()
    seconds: float = 0.0


def read_pending(
    place: Workplace,
    pool: ReadingPool,
    *,
    cancel: CancelToken,
    progress: Callable[[ReadProgress], None],
    prefer: Callable[[], Sequence[str]] = tuple,
) -> int:
    """Read until nothing waits or somebody cancels; returns how many pages were read.

    `prefer` names pages to take first (what the clerk looks at). A page that fails is kept and marked;
    only a missing engine stops the run (`EngineMissing`), since it would mark every page.
    """
    place.guard.require(Action.CAPTURE)
    results: queue.SimpleQueue[Result] = queue.SimpleQueue()
    in_hand: set[str] = set()
    done = 0
    follow_journal(place)
    while not cancel.cancelled:
        for page in _next_pages(place, in_hand, prefer(), room=pool.workers * 2 - len(in_hand)):
            in_hand.add(page.id)
            pool.submit(page.id, _request(place, page), lambda key, result: results.put((key, result)))
        if not in_hand:
            break
        arrived = tuple(_arrived(results))
        if not arrived:
            continue
        waiting = _record(place, arrived)
        follow_journal(place)
        in_hand -= {page_id for page_id, _ in arrived}
        done += len(arrived)
        read = tuple(page_id for page_id, _ in arrived)
        progress(ReadProgress(done=done, waiting=waiting, page_ids=read, seconds=_seconds(arrived[-1][1])))
    return done


def _next_pages(place: Workplace, in_hand: set[str], preferred: Sequence[str], *, room: int) -> Iterable[Page]:
    if room <= 0:
        return []
    with place.unit_of_work() as unit:
        first = [p for p in unit.records.pages(preferred) if p.state is PageState.KEPT and not p.read]
        waiting = [*first, *unit.records.pages_to_read(room + len(in_hand))]
    chosen = {page.id: page for page in waiting if page.id not in in_hand}
    return list(chosen.values())[:room]


def _request(place: Workplace, page: Page) -> ReadRequest:
    with place.unit_of_work() as unit:
        batch = unit.records.batch(page.batch_id)
    return ReadRequest(
        path=place.vault.path(page.blob),
        media_type=page.media_type,
        rotation=page.rotation,
        dpi=page.dpi,
        kind=place.record_classes.get(batch.record_class).reading,
    )


def _arrived(results: queue.SimpleQueue[Result]) -> Iterator[Result]:
    """All results that are there; waits a little for the first."""
    try:
        yield results.get(timeout=PATIENCE)
        while True:
            yield results.get_nowait()
    except queue.Empty:
        return


def _record(place: Workplace, arrived: Iterable[Result]) -> int:
    """Write the readings down in one transaction; returns how many pages wait now."""
    with place.unit_of_work() as unit:
        for page_id, result in arrived:
            if isinstance(result, EngineMissing):
                raise result
            page = next(iter(unit.records.pages([page_id])), None)
            if page is not None and page.state is PageState.KEPT:  # it may have been destroyed meanwhile
                unit.record(_read(place, unit.records, page_id, result))
        unit.commit()
        return unit.records.count_to_read()


def _read(place: Workplace, records: Records, page_id: str, result: Reading | Exception) -> PageRead:
    if isinstance(result, Reading):
        reading, note = result, ""
    else:
        page = records.page(page_id)
        reading = Reading(engine=place.recognizer.name, width=page.width, height=page.height, unreadable=True)
        note = str(result) or type(result).__name__
    return PageRead(
        page_id=page_id,
        reading=place.vault.put(reading.to_json()),
        engine=reading.engine,
        confidence=round(reading.confidence, 3),
        unreadable=reading.unreadable,
        note=note,
        doubtful=len(doubts(reading)),
    )


def _seconds(result: Reading | Exception) -> float:
    return result.duration_ms / 1000 if isinstance(result, Reading) else 0.0
