"""Placing and lifting legal holds."""

from __future__ import annotations

from muni_archive.domain.errors import FieldsMissing, NotFound
from muni_archive.domain.events import HoldLifted, HoldPlaced
from muni_archive.domain.holds import Hold, HoldScope
from muni_archive.domain.permissions import Action, Subject
from muni_archive.domain.retention_errors import HoldOver
from muni_archive.messages import N_, _
from muni_archive.ports import UnitOfWork
from muni_archive.services.retention.remaining import document_id_of
from muni_archive.services.subjects import NOBODYS, about_class, about_destroyed, about_document, about_file, is_allowed
from muni_archive.services.workplace import Workplace

REASON, AUTHORITY = N_("the reason"), N_("who ordered it")


def place_hold(
    place: Workplace,
    scope: HoldScope,
    target: str,
    *,
    reason: str,
    authority: str,
    elsewhere: Workplace | None = None,
) -> Hold:
    """From now on nothing that the hold covers is destroyed. `target`: a document's number or id, a file's reference
    or a class's id or name; a document of another station is looked for in the copy of the centre (`elsewhere`).

    Raises `NotFound`, `DocumentGone`, `FieldsMissing`.
    """
    place.guard.require(Action.HOLD)
    require((reason, REASON), (authority, AUTHORITY))
    with place.unit_of_work() as unit:
        unit.lock()
        hold_id = place.ids.new()
        known, subject = _found(place, unit, scope, target.strip(), elsewhere)
        place.guard.require(Action.HOLD, subject)
        unit.record(
            HoldPlaced(
                hold_id=hold_id,
                scope=scope,
                target=known,
                reason=reason.strip(),
                authority=authority.strip(),
            )
        )
        unit.commit()
        return unit.retention.hold(hold_id)


def lift_hold(place: Workplace, hold_id: str, *, reason: str) -> Hold:
    """End one hold; others stay. Raises `NotFound`, `HoldOver`, `FieldsMissing`."""
    place.guard.require(Action.HOLD)
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        hold = unit.retention.hold(hold_id)
        place.guard.require(Action.HOLD, about_held(place, unit, hold.scope, hold.target))
        if not hold.rests:
            raise HoldOver
        unit.record(HoldLifted(hold_id=hold_id, reason=reason.strip()))
        unit.commit()
        return unit.retention.hold(hold_id)


def resting_holds(place: Workplace) -> tuple[Hold, ...]:
    """Every hold that rests on what may be seen, the latest first."""
    place.guard.require(Action.VIEW)
    with place.unit_of_work() as unit:
        return holds_seen(place, unit)


def holds_seen(place: Workplace, unit: UnitOfWork) -> tuple[Hold, ...]:
    """Those that rest; of records that may not be seen nobody hears that they are held."""
    scope = place.guard.scope(Action.VIEW)
    return tuple(
        hold
        for hold in unit.retention.holds()
        if scope is None or is_allowed(scope, about_held(place, unit, hold.scope, hold.target))
    )


def about_held(place: Workplace, unit: UnitOfWork, scope: HoldScope, target: str) -> Subject:
    """What a hold rests on."""
    if scope is HoldScope.RECORD_CLASS:
        known = target in {each.id for each in place.record_classes.all()}
        return about_class(place, target) if known else NOBODYS
    if scope is HoldScope.FILE:
        file = unit.records.file(target)
        return about_file(file) if file else NOBODYS
    if document := unit.records.documents_by_id([target]).get(target):
        return about_document(document)
    gone = unit.retention.destroyed(target)
    return about_destroyed(gone) if gone else NOBODYS


def require(*said: tuple[str, str]) -> None:
    """Each text must say something. Raises `FieldsMissing` with the names of those that do not."""
    missing = [_(name) for text, name in said if not text.strip()]
    if missing:
        raise FieldsMissing(fields=", ".join(missing))


def _found(
    place: Workplace, unit: UnitOfWork, scope: HoldScope, target: str, elsewhere: Workplace | None
) -> tuple[str, Subject]:
    """The target by its id, and what it is for the guard. Raises `NotFound`, `DocumentGone`."""
    try:
        known = _known(place, unit, scope, target)
    except NotFound:
        if elsewhere is None or scope is not HoldScope.DOCUMENT:
            raise
        with elsewhere.unit_of_work() as seen:
            known = document_id_of(elsewhere, seen, target)
            return known, about_held(elsewhere, seen, scope, known)
    return known, about_held(place, unit, scope, known)


def _known(place: Workplace, unit: UnitOfWork, scope: HoldScope, target: str) -> str:
    """The target by its id. With a centre, a file may be known elsewhere only; alone, an unknown one is a slip, and
    the hold would rest on nothing.
    """
    if scope is HoldScope.DOCUMENT:
        return document_id_of(place, unit, target)
    if scope is HoldScope.RECORD_CLASS:
        return _class_named(place, target)
    if not target or (place.alone() and unit.records.file(target) is None):
        raise NotFound(key=target)
    return target


def _class_named(place: Workplace, name: str) -> str:
    """The class's id, by that or by its name in any language. Raises `NotFound`."""
    for record_class in place.record_classes.all():
        if name in (record_class.id, *record_class.label.values()):
            return record_class.id
    raise NotFound(key=name)
