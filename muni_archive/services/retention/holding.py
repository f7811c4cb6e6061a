"""Placing and lifting legal holds."""

from __future__ import annotations

from muni_archive.domain.errors import FieldsMissing, NotFound
from muni_archive.domain.events import HoldLifted, HoldPlaced
from muni_archive.domain.holds import Hold, HoldScope
from muni_archive.domain.retention_errors import HoldOver
from muni_archive.messages import N_, _
from muni_archive.ports import UnitOfWork
from muni_archive.services.retention.remaining import document_id_of
from muni_archive.services.workplace import Workplace

REASON, AUTHORITY = N_("the reason"), N_("who ordered it")


def place_hold(place: Workplace, scope: HoldScope, target: str, *, reason: str, authority: str) -> Hold:
    """From now on nothing that the hold covers is destroyed. `target`: a document's number or id, a file's reference
    or a class's id or name.

    Raises `NotFound`, `DocumentGone`, `FieldsMissing`.
    """
    require((reason, REASON), (authority, AUTHORITY))
    with place.unit_of_work() as unit:
        unit.lock()
        hold_id = place.ids.new()
        unit.record(
            HoldPlaced(
                hold_id=hold_id,
                scope=scope,
                target=_known(place, unit, scope, target.strip()),
                reason=reason.strip(),
                authority=authority.strip(),
            )
        )
        unit.commit()
        return unit.retention.hold(hold_id)


def lift_hold(place: Workplace, hold_id: str, *, reason: str) -> Hold:
    """End one hold; others stay. Raises `NotFound`, `HoldOver`, `FieldsMissing`."""
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        if not unit.retention.hold(hold_id).rests:
            raise HoldOver
        unit.record(HoldLifted(hold_id=hold_id, reason=reason.strip()))
        unit.commit()
        return unit.retention.hold(hold_id)


def resting_holds(place: Workplace) -> tuple[Hold, ...]:
    """Every hold that rests, the latest first."""
    with place.unit_of_work() as unit:
        return tuple(unit.retention.holds())


def require(*said: tuple[str, str]) -> None:
    """Each text must say something. Raises `FieldsMissing` with the names of those that do not."""
    missing = [_(name) for text, name in said if not text.strip()]
    if missing:
        raise FieldsMissing(fields=", ".join(missing))


def _known(place: Workplace, unit: UnitOfWork, scope: HoldScope, target: str) -> str:
    """The target by its id. With a centre, a file may be known elsewhere only; alone, an unknown one is a slip, and
    the hold would rest on nothing.
    """
    if scope is HoldScope.DOCUMENT:
        return document_id_of(unit, target)
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
