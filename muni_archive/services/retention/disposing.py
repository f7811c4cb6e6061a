"""Destroying a record: one person proposes, another confirms, and no hold and no rule says otherwise.

The decision is an entry; the bytes go after it. What a kill leaves between the two is finished by `removing`.
"""

from __future__ import annotations

from datetime import date

from muni_archive.domain.disposals import Destroyed, Disposal, DisposalState
from muni_archive.domain.errors import ArchiveDamaged, WrongUse
from muni_archive.domain.events import (
    DisposalConfirmed,
    DisposalProposed,
    DisposalWithdrawn,
    DocumentDestroyed,
    RetentionExtended,
)
from muni_archive.domain.four_eyes import check_second_person
from muni_archive.domain.permissions import Action
from muni_archive.domain.retention import Term, judge
from muni_archive.domain.retention_errors import (
    DecidedAtCentre,
    DisposalSettled,
    DisposalWaiting,
    KeptForEver,
    NotBegun,
    NotDue,
    UnderHold,
)
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.ports_retention import Kept
from muni_archive.services.retention.due import about_disposal, rule_of
from muni_archive.services.retention.holding import REASON, require
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
        disposal_id = propose_in(place, unit, document_id, reason=reason)
        unit.commit()
        return unit.retention.disposal(disposal_id)


def propose_in(place: Workplace, unit: UnitOfWork, document_id: str, *, reason: str) -> str:
    """The same, as a part of something larger; returns the proposal's id."""
    _check_alone(place)
    kept = unit.retention.kept(document_id)
    if waiting := unit.retention.disposal_of(kept.document_id):
        raise DisposalWaiting(number=kept.number, name=waiting.proposed_by)
    rule, due = _check_due(place, unit, kept)
    disposal_id = place.ids.new()
    unit.record(
        DisposalProposed(
            disposal_id=disposal_id, document_id=kept.document_id, rule=rule, due=due.isoformat(),
            reason=reason.strip(),
        )
    )  # fmt: skip
    return disposal_id


def withdraw_disposal(place: Workplace, disposal_id: str, *, reason: str) -> Disposal:
    """Take a proposal back, or turn down somebody else's. Raises `DisposalSettled`, `NotFound`, `FieldsMissing`."""
    place.guard.require(Action.DISPOSE)
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        _waiting(place, unit, disposal_id)
        unit.record(DisposalWithdrawn(disposal_id=disposal_id, reason=reason.strip()))
        unit.commit()
        return unit.retention.disposal(disposal_id)


def confirm_disposal(place: Workplace, disposal_id: str) -> Destroyed:
    """The second person's part: the document is destroyed, for ever.

    The index hears of it as of everything, from the journal (`follow_journal`): a window has one thread for that.
    Everything is looked at anew, under the write lock: a hold that came after the proposal wins. Raises `SamePerson`,
    `DisposalSettled`, and a `RetentionRefused` that says what keeps the record; then nothing has changed.
    """
    with place.unit_of_work() as unit:
        unit.lock()
        gone = confirm_in(place, unit, _waiting(place, unit, disposal_id))
        unit.commit()
    remove_destroyed(place)
    return gone


def confirm_in(place: Workplace, unit: UnitOfWork, disposal: Disposal) -> Destroyed:
    """The same, as a part of something larger, which has asked whether that is allowed, and calls `remove_destroyed`
    when it is committed.
    """
    _check_alone(place)
    kept = unit.retention.kept(disposal.document_id)
    _check_due(place, unit, kept)
    confirmed = unit.record(DisposalConfirmed(disposal_id=disposal.id))
    check_second_person(disposal.proposed_by, people_acting(place, unit))
    unit.record(_destruction(unit, disposal, confirmed_by=confirmed.actor))
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


def _check_alone(place: Workplace) -> None:
    if place.copied or not place.alone():
        raise DecidedAtCentre


def _check_due(place: Workplace, unit: UnitOfWork, kept: Kept) -> tuple[str, date]:
    """The rule that allows it and the day from which it does. A hold is looked at first: it beats every rule."""
    for hold in unit.retention.holds_on(kept.document_id):
        raise UnderHold(number=kept.number, reason=hold.reason, authority=hold.authority)
    rule = rule_of(place, kept.record_class)
    verdict = judge(rule, kept.life, place.clock.now().date())
    if rule is None:
        raise KeptForEver(number=kept.number)
    if verdict.due is None:
        raise NotBegun(number=kept.number)
    if verdict.term is not Term.DUE:
        raise NotDue(number=kept.number, due=verdict.due.isoformat())
    return rule.said, verdict.due


def _require_leave(place: Workplace, unit: UnitOfWork, document_id: str) -> None:
    place.guard.require(Action.DISPOSE, about_document(unit.records.document(document_id)))


def _waiting(place: Workplace, unit: UnitOfWork, disposal_id: str) -> Disposal:
    disposal = unit.retention.disposal(disposal_id)
    place.guard.require(Action.DISPOSE, about_disposal(unit, disposal))
    if disposal.state is not DisposalState.OPEN:
        raise DisposalSettled
    return disposal


def _destruction(unit: UnitOfWork, disposal: Disposal, *, confirmed_by: str) -> DocumentDestroyed:
    document = unit.records.document(disposal.document_id)
    remains = unit.retention.remains(document.id)
    return DocumentDestroyed(
        document_id=document.id,
        number=document.number,
        record_class=document.record_class,
        department=document.department,
        page_ids=remains.page_ids,
        files=remains.files,
        disposal_id=disposal.id,
        rule=disposal.rule,
        reason=disposal.reason,
        proposed_by=disposal.proposed_by,
        proposed_at=disposal.proposed_at.isoformat(timespec="microseconds"),
        confirmed_by=confirmed_by,
    )
