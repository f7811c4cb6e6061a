"""What the centre decided about this station's records, and what it asks: taken over into the station's own journal.

Answers to hearings, what became of proposals, and destructions. Each is recorded once, in one transaction, and again
after a kill only if it was not. Where a hold of this station rests on a document that the centre destroyed, the station
keeps what it has: the hold came too late for the centre (who says so to everybody), and not for what is still here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from muni_archive.domain.disposals import WAITING, Destroyed, Disposal
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import (
    DestructionContested,
    DestructionReceived,
    DisposalConfirmed,
    DisposalProposed,
    DisposalReceived,
    DisposalRefused,
    DisposalWithdrawn,
    DocumentDestroyed,
    Event,
    HearingAnswered,
    HearingOpened,
    HoldLifted,
)
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso

OF_PROPOSALS = frozenset(
    kind.kind for kind in (DisposalProposed, DisposalConfirmed, DisposalWithdrawn, DisposalRefused)
)
"""Kinds of central entries that may tell of a proposal of this station; they are told again with its document."""
DECIDING = OF_PROPOSALS | {
    kind.kind for kind in (HearingOpened, DocumentDestroyed, HoldLifted, DestructionContested)
}  # fmt: skip
"""Kinds of central entries after which there may be something to take over."""
LOOKED_BACK = 5_000
"""Entries of the own journal that are searched at least for decisions which the copy does not know yet."""
Open = Callable[[], UnitOfWork]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """How many entries were written, and which documents are gone here now."""

    entries: int
    destroyed: tuple[str, ...]


def take_over_decisions(own: Open, copy: Open, documents: Collection[str] | None = None) -> Decided:
    """Record in the station's journal what it must say or hear; what was recorded before is not again.

    Of destroyed documents, these are looked at, or all.
    """
    with copy() as seen, own() as unit:
        if not _events(unit, seen, documents):
            return Decided(entries=0, destroyed=())
    with copy() as seen, own() as unit:
        unit.lock()
        events = _events(unit, seen, documents)
        for event in events:
            unit.record(event)
        unit.commit()
    gone = tuple(event.document_id for event in events if isinstance(event, DestructionReceived))
    return Decided(entries=len(events), destroyed=gone)


def told_until(unit: UnitOfWork, seen: UnitOfWork) -> int:
    """An entry of the own journal up to which the copy knows all: what is on its way stands past it.

    A station's entries come back in their order, so it is enough to ask for one.
    """
    last, back = unit.records.last_sequence(), LOOKED_BACK
    while back < last and not _is_told(unit, seen, last - back):
        back *= 2
    return max(0, last - back)


def _is_told(unit: UnitOfWork, seen: UnitOfWork, sequence: int) -> bool:
    return all(seen.records.knows_entry(entry.id) for entry in unit.records.journal(after=sequence - 1, limit=1))


def decided_here(unit: UnitOfWork, seen: UnitOfWork) -> Mapping[str, Sequence[str]]:
    """By disposal about which this station has said something that has not come back from the centre, these entries."""
    decided = unit.records.disposals_decided(after=told_until(unit, seen))
    new = {
        disposal_id: [entry for entry in entries if not seen.records.knows_entry(entry)]
        for disposal_id, entries in decided.items()
    }
    return {disposal_id: entries for disposal_id, entries in new.items() if entries}


def _events(unit: UnitOfWork, seen: UnitOfWork, documents: Collection[str] | None) -> list[Event]:
    return [*_answers(unit, seen), *_proposals(unit, seen), *_destructions(unit, seen, documents)]


def _answers(unit: UnitOfWork, seen: UnitOfWork) -> Iterator[Event]:
    """All that this station wrote until now stands before the answer."""
    own = unit.records.archive().station
    asked = tuple(each.id for each in seen.retention.hearings() if own not in unit.retention.answered(each.id))
    if asked:
        yield HearingAnswered(hearing_ids=asked)


def _proposals(unit: UnitOfWork, seen: UnitOfWork) -> Iterator[Event]:
    """What became of them elsewhere, unless this station has just decided otherwise: the centre has the last word."""
    waiting = unit.retention.disposals(*WAITING)
    pending = decided_here(unit, seen) if waiting else {}
    for mine in waiting:
        try:
            theirs = seen.retention.disposal(mine.id)
        except NotFound:
            continue
        if mine.id not in pending and _outcome(mine) != _outcome(theirs):
            yield DisposalReceived(disposal_id=mine.id, **_outcome(theirs))


def _outcome(disposal: Disposal) -> dict[str, str]:
    return {
        "state": disposal.state.value, "decided_at": iso(disposal.decided_at) if disposal.decided_at else "",
        "decided_by": disposal.decided_by, "note": disposal.note, "refusal": disposal.refusal,
    }  # fmt: skip


def _destructions(unit: UnitOfWork, seen: UnitOfWork, documents: Collection[str] | None) -> Iterator[Event]:
    """Of documents of which this station's own tables say something."""
    every = seen.retention.all_destroyed(seen.retention.count_destroyed()) if documents is None else [
        gone for document_id in sorted(documents) if (gone := seen.retention.destroyed(document_id))
    ]  # fmt: skip
    news = [gone for gone in every if unit.retention.destroyed(gone.document_id) is None]
    told = [_received(seen, gone) for gone in news]
    spoken = unit.retention.speaks_of({each for event in told for each in (event.document_id, *event.page_ids)})
    for event in told:
        if _speaks(event, spoken) and not unit.retention.holds_on(event.document_id):
            yield event


def _speaks(event: DestructionReceived, spoken: Collection[str]) -> bool:
    return event.document_id in spoken or any(page_id in spoken for page_id in event.page_ids)


def _received(seen: UnitOfWork, gone: Destroyed) -> DestructionReceived:
    """As the centre's entry says it; the pages and files of an archive that was alone then are in its own already."""
    said = seen.records.event(gone.entry)
    assert isinstance(said, DocumentDestroyed), "what destroyed a document in a copy"
    return DestructionReceived(**vars(said), entry=gone.entry, destroyed_at=iso(gone.destroyed_at))
