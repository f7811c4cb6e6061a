"""What waits to be destroyed, at a station with a centre: this station's proposals and those of others, in one list.

A person here may be the second one for a proposal of another station. What they say stands in this station's journal,
and counts when the centre has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from muni_archive.domain.cases import Case
from muni_archive.domain.disposals import UNDECIDED, WAITING, Contested, Destroyed, Disposal, DisposalState
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import DisposalConfirmed, DisposalWithdrawn
from muni_archive.domain.four_eyes import check_second_person
from muni_archive.domain.holds import Hold
from muni_archive.domain.permissions import Action
from muni_archive.domain.retention_errors import DisposalSettled, InProcedure, UnderHold
from muni_archive.domain.together import StationState
from muni_archive.ports import UnitOfWork
from muni_archive.services.retention.disposing import confirm_disposal, withdraw_disposal
from muni_archive.services.retention.due import Standing, about_disposal, standing_in, waiting_disposals
from muni_archive.services.retention.holding import REASON, require
from muni_archive.services.retention.judging import check_due
from muni_archive.services.retention.remaining import MOST_SHOWN, destroyed_and_total, destroyed_documents
from muni_archive.services.standing_in import people_acting
from muni_archive.services.subjects import is_within
from muni_archive.services.together.decided import decided_here
from muni_archive.services.together.place import Together
from muni_archive.services.workplace import Workplace

ALL = 10**9


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A proposal, where its document stands, and the stations that the centre has yet to hear about it."""

    disposal: Disposal
    standing: Standing
    awaited: tuple[str, ...] = ()
    elsewhere: bool = False
    """It is another station's."""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """What remains of a document, and what came when it was destroyed already."""

    document: Destroyed
    contested: tuple[Contested, ...] = ()
    elsewhere: bool = False
    """It is known from the copy of the centre only."""


def destroyed_everywhere(
    place: Workplace, together: Together | None, *, limit: int = MOST_SHOWN
) -> tuple[tuple[Gone, ...], int]:
    """Of this station's documents and, as far as the copy knows, of others, the latest first; and how many in all."""
    if together is None:
        shown, total = destroyed_and_total(place, limit=limit)
        return tuple(Gone(document=gone) for gone in shown), total
    own = {gone.document_id: gone for gone in destroyed_documents(place, limit=ALL)}
    every = {gone.document_id: gone for gone in destroyed_documents(together.copied, limit=ALL)} | own
    shown = tuple(sorted(every.values(), key=lambda each: each.destroyed_at, reverse=True)[:limit])
    with together.copy() as seen:
        late = seen.retention.contested()
    gone = tuple(
        Gone(
            document=each,
            contested=tuple(one for one in late if one.document_id == each.document_id),
            elsewhere=each.document_id not in own,
        )
        for each in shown
    )
    return gone, len(every)


def waiting_everywhere(place: Workplace, together: Together | None) -> tuple[Waiting, ...]:
    """Proposals of this station and, as far as the copy knows, of others, oldest first."""
    own = [Waiting(disposal=disposal, standing=standing) for disposal, standing in waiting_disposals(place)]
    if together is None:
        return tuple(own)
    with place.unit_of_work() as unit, together.copy() as seen:
        others = list(_of_others(place, together, unit, seen))
        found = [replace(each, awaited=_awaited(seen, each.disposal)) for each in (*own, *others)]
    return tuple(sorted(found, key=lambda each: (each.disposal.proposed_at, each.disposal.id)))


def confirm_anywhere(place: Workplace, together: Together | None, disposal_id: str) -> Destroyed | None:
    """The second person's part, for a proposal of whatever station. What is left of the document where that is
    destroyed at once; None where the centre is asked. Raises as `confirm_disposal`.
    """
    place.guard.require(Action.DISPOSE)
    if together is None or _is_own(place, disposal_id):
        return confirm_disposal(place, disposal_id)
    with place.unit_of_work() as unit, together.copy() as seen:
        unit.lock()
        disposal = _of_elsewhere(place, unit, seen, disposal_id, UNDECIDED)
        kept = seen.retention.kept(disposal.document_id)
        for hold in _holds_here(unit, seen, disposal):
            raise UnderHold(number=kept.number, reason=hold.reason, authority=hold.authority)
        check_due(together.copied, seen, kept)
        if case := _open_case(seen, disposal):
            raise InProcedure(number=kept.number, case=case.procedure_id, name=case.started_by)
        check_second_person(disposal.proposed_by, people_acting(place, unit))
        unit.record(DisposalConfirmed(disposal_id=disposal_id))
        unit.commit()
    return None


def withdraw_anywhere(place: Workplace, together: Together | None, disposal_id: str, *, reason: str) -> None:
    """Take back, or turn down, a proposal of whatever station. Raises as `withdraw_disposal`."""
    place.guard.require(Action.DISPOSE)
    if together is None or _is_own(place, disposal_id):
        withdraw_disposal(place, disposal_id, reason=reason)
        return
    require((reason, REASON))
    with place.unit_of_work() as unit, together.copy() as seen:
        unit.lock()
        _of_elsewhere(place, unit, seen, disposal_id, WAITING)
        unit.record(DisposalWithdrawn(disposal_id=disposal_id, reason=reason.strip()))
        unit.commit()


def _of_others(place: Workplace, together: Together, unit: UnitOfWork, seen: UnitOfWork) -> Sequence[Waiting]:
    """Those that this station did not make itself, with what was said about them here and is on its way."""
    scope, waiting = place.guard.scope(Action.DISPOSE), seen.retention.disposals(*WAITING)
    said = _said_here(unit, seen) if waiting else {}
    documents = seen.records.documents_by_id([each.document_id for each in waiting])
    return [
        Waiting(
            disposal=said.get(each.id, each),
            standing=standing_in(together.copied, seen, each.document_id),
            elsewhere=True,
        )
        for each in waiting
        if each.document_id in documents
        and is_within(scope, documents[each.document_id])
        and not _is_known(unit, each.id)
        and said.get(each.id, each).state in WAITING
    ]


def _said_here(unit: UnitOfWork, seen: UnitOfWork) -> Mapping[str, Disposal]:
    """By disposal, what becomes of it by the last thing that this station said and the copy does not know."""
    found = {}
    for disposal_id, entries in decided_here(unit, seen).items():
        try:
            known = seen.retention.disposal(disposal_id)
        except NotFound:
            continue
        said = unit.records.entry(entries[-1])
        confirms = said.kind == DisposalConfirmed.kind
        state = DisposalState.CONFIRMED if confirms else DisposalState.WITHDRAWN
        found[disposal_id] = replace(known, state=state, decided_by=said.actor)
    return found


def _awaited(seen: UnitOfWork, disposal: Disposal) -> tuple[str, ...]:
    hearing = seen.retention.hearing_of(disposal.id)
    if disposal.state is not DisposalState.CONFIRMED or hearing is None or hearing.ended_by:
        return ()
    heard = seen.retention.answered(hearing.id)
    stations = seen.records.stations()
    return tuple(each.name for each in stations if each.state is not StationState.REVOKED and each.name not in heard)


def _is_own(place: Workplace, disposal_id: str) -> bool:
    with place.unit_of_work() as unit:
        return _is_known(unit, disposal_id)


def _is_known(unit: UnitOfWork, disposal_id: str) -> bool:
    try:
        unit.retention.disposal(disposal_id)
    except NotFound:
        return False
    return True


def _of_elsewhere(
    place: Workplace, unit: UnitOfWork, seen: UnitOfWork, disposal_id: str, states: Sequence[DisposalState]
) -> Disposal:
    """Raises `NotFound`, `NotPermitted`, `DisposalSettled`."""
    disposal = _said_here(unit, seen).get(disposal_id) or seen.retention.disposal(disposal_id)
    place.guard.require(Action.DISPOSE, about_disposal(seen, disposal))
    if disposal.state not in states:
        raise DisposalSettled
    return disposal


def _holds_here(unit: UnitOfWork, seen: UnitOfWork, disposal: Disposal) -> Sequence[Hold]:
    """Placed at this station, and perhaps on their way."""
    places = seen.retention.places(disposal.document_id)
    return [hold for hold in unit.retention.holds() if places.covered_by(hold)]


def _open_case(seen: UnitOfWork, disposal: Disposal) -> Case | None:
    """The case that made the proposal, while it goes on: it decides by its own steps."""
    cases = seen.cases.cases(document_id=disposal.document_id, open_only=True)
    return next((case for case in cases if case.id == disposal.case_id), None)
