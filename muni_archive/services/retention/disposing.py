"""Destroying a record: one person proposes, another confirms, and no hold and no rule says otherwise.

The decision is an entry; the bytes go after it. What a kill leaves between the two is finished by `removing`. Where
there is a centre, the confirmation is a request: `services.centre.destroying` decides about it.
"""

from __future__ import annotations

from datetime import date

from muni_archive.domain.disposals import UNDECIDED, WAITING, Destroyed, Disposal, DisposalState
from muni_archive.domain.errors import ArchiveDamaged, WrongUse
from muni_archive.domain.events import (
    DisposalConfirmed,
    DisposalProposed,
    DisposalWithdrawn,
    RetentionExtended,
)
from muni_archive.domain.four_eyes import check_second_person
from muni_archive.domain.permissions import Action
from muni_archive.domain.retention_errors import DecidedAtCentre, DisposalSettled, DisposalWaiting
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.retention_ports import Kept
from muni_archive.services.retention.direct_way import require_direct_way
from muni_archive.services.retention.due import about_disposal
from muni_archive.services.retention.holding import REASON, require
from muni_archive.services.retention.judging import check_due, destruction_of
from muni_archive.services.retention.remaining import document_id_of
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.standing_in import people_acting
from muni_archive.services.subjects import about_document
from muni_archive.services.workplace import Workplace


def propose_disposal(place: Workplace, number_or_id: str, *, reason: str) -> Disposal:
    """The first person's part. Raises a `RetentionRefused` that says what keeps the record; `NotFound`, `DocumentGone`,
    `FieldsMissing`.
    """
    place.guard.require(Action.DISPOSE)
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        document_id = document_id_of(place, unit, number_or_id)
        _require_leave(place, unit, document_id)
        require_direct_way(place, unit, unit.retention.kept(document_id))
        disposal_id = propose_in(place, unit, document_id, reason=reason)
        unit.commit()
        return unit.retention.disposal(disposal_id)


def propose_in(place: Workplace, unit: UnitOfWork, document_id: str, *, reason: str, case_id: str = "") -> str:
    """The same, as a part of something larger; returns the proposal's id."""
    _check_own(place)
    kept = unit.retention.kept(document_id)
    if waiting := unit.retention.disposal_of(kept.document_id):
        raise DisposalWaiting(number=kept.number, name=waiting.proposed_by)
    rule, due = check_due(place, unit, kept)
    disposal_id = place.ids.new()
    unit.record(
        DisposalProposed(
            disposal_id=disposal_id, document_id=kept.document_id, rule=rule, due=due.isoformat(),
            reason=reason.strip(), case_id=case_id,
        )
    )  # fmt: skip
    return disposal_id


def withdraw_disposal(place: Workplace, disposal_id: str, *, reason: str) -> Disposal:
    """Take a proposal back, or turn down somebody else's. Raises `DisposalSettled`, `NotFound`, `FieldsMissing`."""
    place.guard.require(Action.DISPOSE)
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        _waiting(place, unit, disposal_id, *WAITING)
        unit.record(DisposalWithdrawn(disposal_id=disposal_id, reason=reason.strip()))
        unit.commit()
        return unit.retention.disposal(disposal_id)


def confirm_disposal(place: Workplace, disposal_id: str) -> Destroyed | None:
    """The second person's part: the document is destroyed, for ever. Where there is a centre, that is asked to do it,
    and nothing is destroyed yet: None.

    The index hears of it as of everything, from the journal (`follow_journal`): a window has one thread for that.
    Everything is looked at anew, under the write lock: a hold that came after the proposal wins. Raises `SamePerson`,
    `DisposalSettled`, and a `RetentionRefused` that says what keeps the record; then nothing has changed.
    """
    with place.unit_of_work() as unit:
        unit.lock()
        disposal = _waiting(place, unit, disposal_id, *UNDECIDED)
        require_direct_way(place, unit, unit.retention.kept(disposal.document_id))
        gone = confirm_in(place, unit, disposal)
        unit.commit()
    remove_destroyed(place)
    return gone


def confirm_in(place: Workplace, unit: UnitOfWork, disposal: Disposal) -> Destroyed | None:
    """The same, as a part of something larger, which has asked whether that is allowed, and calls `remove_destroyed`
    when it is committed.
    """
    _check_own(place)
    kept = unit.retention.kept(disposal.document_id)
    check_due(place, unit, kept)
    confirmed = unit.record(DisposalConfirmed(disposal_id=disposal.id))
    check_second_person(disposal.proposed_by, people_acting(place, unit))
    if not place.alone():
        return None
    unit.record(destruction_of(unit, disposal, confirmed_by=confirmed.actor))
    gone = unit.retention.destroyed(kept.document_id)
    if gone is None:
        raise ArchiveDamaged(detail=f"nothing remains of {kept.number}")
    return gone


def keep_longer(place: Workplace, number_or_id: str, *, until: date, reason: str) -> Kept:
    """A person looked at the record and keeps it at least until that day. Raises `WrongUse` for a day that has been,
    `NotFound`, `FieldsMissing`.
    """
    place.guard.require(Action.DISPOSE)
    require((reason, REASON))
    if until <= place.clock.now().date():
        raise WrongUse(detail=_("{day} is no day in the future.").format(day=until.isoformat()))
    with place.unit_of_work() as unit:
        unit.lock()
        document_id = document_id_of(place, unit, number_or_id)
        _require_leave(place, unit, document_id)
        unit.record(RetentionExtended(document_id=document_id, until=until.isoformat(), reason=reason.strip()))
        unit.commit()
        return unit.retention.kept(document_id)


def _check_own(place: Workplace) -> None:
    """People decide at stations; the centre only says whether that may be done. Raises `DecidedAtCentre`."""
    if place.copied or place.central:
        raise DecidedAtCentre


def _require_leave(place: Workplace, unit: UnitOfWork, document_id: str) -> None:
    place.guard.require(Action.DISPOSE, about_document(unit.records.document(document_id)))


def _waiting(place: Workplace, unit: UnitOfWork, disposal_id: str, *states: DisposalState) -> Disposal:
    disposal = unit.retention.disposal(disposal_id)
    place.guard.require(Action.DISPOSE, about_disposal(unit, disposal))
    if disposal.state not in states:
        raise DisposalSettled
    return disposal
