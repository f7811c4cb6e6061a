"""Records whose years are over, and where a single one stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.disposals import UNDECIDED, WAITING, Disposal, DisposalState
from muni_archive.domain.holds import Hold
from muni_archive.domain.permissions import Action, Subject
from muni_archive.domain.retention import RetentionRule, Term, Verdict, judge, latest_beginning
from muni_archive.ports import UnitOfWork
from muni_archive.retention_ports import FileState, Kept
from muni_archive.services.subjects import NOBODYS, about_destroyed, about_document, is_allowed, is_within
from muni_archive.services.workplace import Workplace

MOST_SHOWN = 1000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A document, what its class's rule says of it today, and what keeps it or is under way."""

    kept: Kept
    rule: RetentionRule | None
    verdict: Verdict
    holds: tuple[Hold, ...]
    disposal: Disposal | None
    closed: FileState | None
    """Its file ملف, when that is closed."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """The first of the documents that are due, and how many there are in all."""

    shown: tuple[Standing, ...] = ()
    total: int = 0


def due_documents(place: Workplace, *, cancel: CancelToken, limit: int = MOST_SHOWN) -> Due:
    """Documents that are due, those under a hold too, in the order of their classes. Raises `Cancelled`.

    All are counted, `limit` of them are told. What is proposed already stands in its own list (`waiting_disposals`).
    """
    place.guard.require(Action.DISPOSE)
    found, total = list[Standing](), 0
    with place.unit_of_work() as unit:
        for kept, rule in _due(place, unit, cancel):
            total += 1
            if len(found) < limit:
                found.append(_standing(place, unit, kept, rule))
    return Due(shown=tuple(found), total=total)


def standing_of(place: Workplace, document_id: str) -> Standing:
    """Where one document stands. Raises `NotFound`."""
    with place.unit_of_work() as unit:
        place.guard.require(Action.VIEW, about_document(unit.records.document(document_id)))
        return standing_in(place, unit, document_id)


def standing_in(place: Workplace, unit: UnitOfWork, document_id: str) -> Standing:
    """The same for who has looked whether that may be seen. Raises `NotFound`."""
    kept = unit.retention.kept(document_id)
    return _standing(place, unit, kept, rule_of(place, kept.record_class))


def waiting_disposals(place: Workplace) -> tuple[tuple[Disposal, Standing], ...]:
    """Proposals that wait for the second person, or for the centre, oldest first."""
    place.guard.require(Action.DISPOSE)
    with place.unit_of_work() as unit:
        waiting = open_disposals(place, unit, Action.DISPOSE, *WAITING)
        known = unit.records.documents_by_id([disposal.document_id for disposal in waiting])
        return tuple(
            (disposal, standing_in(place, unit, disposal.document_id))
            for disposal in waiting
            if disposal.document_id in known
        )


def open_disposals(place: Workplace, unit: UnitOfWork, action: Action, *states: DisposalState) -> Sequence[Disposal]:
    """Proposals in these states (those that wait for a second person) about records with which who asks may do this."""
    scope = place.guard.scope(action)
    waiting = unit.retention.disposals(*(states or UNDECIDED))
    if scope is None:
        return waiting
    return [disposal for disposal in waiting if is_allowed(scope, about_disposal(unit, disposal))]


def about_disposal(unit: UnitOfWork, disposal: Disposal) -> Subject:
    """The record, or what is left of it."""
    if document := unit.records.documents_by_id([disposal.document_id]).get(disposal.document_id):
        return about_document(document)
    gone = unit.retention.destroyed(disposal.document_id)
    return about_destroyed(gone) if gone else NOBODYS


def rule_of(place: Workplace, record_class: str) -> RetentionRule | None:
    """A class that this installation does not know has no rule: it is kept."""
    known = {each.id: each.retention for each in place.record_classes.all()}
    return known.get(record_class)


def _candidates(place: Workplace, unit: UnitOfWork) -> Iterator[tuple[Kept, RetentionRule]]:
    today = place.clock.now().date()
    for record_class in place.record_classes.all():
        if rule := record_class.retention:
            for kept in unit.retention.kept_of_class(record_class.id, rule, latest_beginning(rule, today)):
                yield kept, rule


def _due(place: Workplace, unit: UnitOfWork, cancel: CancelToken) -> Iterator[tuple[Kept, RetentionRule]]:
    """Of those, the ones that are due and that nobody has proposed, as far as whoever asks may see them."""
    today, scope = place.clock.now().date(), place.guard.scope(Action.DISPOSE)
    proposed = {disposal.document_id for disposal in unit.retention.disposals(*WAITING)}
    for kept, rule in _candidates(place, unit):
        cancel.raise_if_cancelled()
        if kept.document_id in proposed or judge(rule, kept.life, today).term is not Term.DUE:
            continue
        if scope is None or is_within(scope, unit.records.document(kept.document_id)):
            yield kept, rule


def _standing(place: Workplace, unit: UnitOfWork, kept: Kept, rule: RetentionRule | None) -> Standing:
    return Standing(
        kept=kept,
        rule=rule,
        verdict=judge(rule, kept.life, place.clock.now().date()),
        holds=tuple(unit.retention.holds_on(kept.document_id)),
        disposal=unit.retention.disposal_of(kept.document_id),
        closed=unit.retention.closed_file(kept.file_reference) if kept.file_reference else None,
    )
