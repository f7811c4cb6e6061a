"""Units are opened, called otherwise, moved under another, and closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from muni_archive.domain.errors import FieldsMissing, NotFound
from muni_archive.domain.organisation import Organisation, OrgUnit, UnitKind
from muni_archive.domain.organisation_errors import OrganisationBegun, UnitInUse, UnitKnown, UnitMisplaced
from muni_archive.domain.organisation_events import UnitChanged, UnitClosed, UnitOpened
from muni_archive.domain.permissions import Action
from muni_archive.messages import _, ngettext
from muni_archive.services.organisation.changing import now_of, open_unit_of, reason_given
from muni_archive.services.workplace import Workplace


def begin_organisation(place: Workplace, units: Sequence[OrgUnit]) -> int:
    """Open all these units, each after the one that it is under; returns how many. Raises `OrganisationBegun`."""
    place.guard.require(Action.ADMINISTER)
    with place.unit_of_work() as unit:
        unit.lock()
        if unit.organisation.all().units:
            raise OrganisationBegun
        for each in units:
            unit.record(_opened(each))
        unit.commit()
    return len(units)


def open_unit(
    place: Workplace, *, kind: UnitKind, label: Mapping[str, str], parent: str = "", unit_id: str = ""
) -> str:
    """A new unit; returns its id, which is made when none is named. Raises `UnitKnown`, `UnitMisplaced`."""
    place.guard.require(Action.ADMINISTER)
    _check_label(label)
    made = OrgUnit(id=unit_id or place.ids.new(), kind=kind, label=dict(label), parent=parent)
    with place.unit_of_work() as unit:
        unit.lock()
        organisation = unit.organisation.all()
        if made.id in organisation.units:
            raise UnitKnown(unit=made.id)
        _check_place(organisation, made)
        unit.record(_opened(made))
        unit.commit()
    return made.id


def change_unit(place: Workplace, unit_id: str, *, label: Mapping[str, str], parent: str, reason: str = "") -> OrgUnit:
    """Another name, another place. Raises `NotFound`, `UnitIsClosed`, `UnitMisplaced`."""
    place.guard.require(Action.ADMINISTER)
    _check_label(label)
    with place.unit_of_work() as unit:
        unit.lock()
        organisation = unit.organisation.all()
        known = open_unit_of(organisation, unit_id)
        if known is None:
            raise NotFound(key=unit_id)
        changed = OrgUnit(id=known.id, kind=known.kind, label=dict(label), parent=parent)
        _check_place(organisation, changed)
        unit.record(
            UnitChanged(
                unit_id=changed.id, unit_kind=changed.kind.value, label=changed.label, parent=parent,
                reason=reason.strip(),
            )
        )  # fmt: skip
        unit.commit()
        return unit.organisation.all().units[unit_id]


def close_unit(place: Workplace, unit_id: str, *, reason: str) -> OrgUnit:
    """Nobody is placed in it any more. Raises `UnitInUse` while somebody is, or a unit under it is open."""
    place.guard.require(Action.ADMINISTER)
    why = reason_given(reason)
    with place.unit_of_work() as unit:
        unit.lock()
        organisation = unit.organisation.all()
        if open_unit_of(organisation, unit_id) is None:
            raise NotFound(key=unit_id)
        _check_unused(organisation, unit_id, now_of(place))
        unit.record(UnitClosed(unit_id=unit_id, reason=why))
        unit.commit()
        return unit.organisation.all().units[unit_id]


def _opened(unit: OrgUnit) -> UnitOpened:
    return UnitOpened(unit_id=unit.id, unit_kind=unit.kind.value, label=unit.label, parent=unit.parent)


def _check_label(label: Mapping[str, str]) -> None:
    """People read one of the two; a unit without a name in it would be nameless for them."""
    if not all(label.get(language, "").strip() for language in ("ar", "en")):
        raise FieldsMissing(fields=_("the name in Arabic and in English"))


def _check_place(organisation: Organisation, unit: OrgUnit) -> None:
    """Under an open, larger unit that is not under it itself; and what is under it still fits."""
    if not unit.parent:
        return
    over = open_unit_of(organisation, unit.parent)
    if over is None or not unit.kind.fits_under(over.kind) or unit.parent in organisation.under(unit.id):
        raise UnitMisplaced


def _check_unused(organisation: Organisation, unit_id: str, now: str) -> None:
    open_children = [child for child in organisation.children(unit_id) if not child.closed]
    if open_children:
        count = len(open_children)
        text = ngettext("{count} unit stands under it", "{count} units stand under it", count)
        raise UnitInUse(detail=text.format(count=count))
    placed = [
        place
        for place in organisation.places
        if place.unit_id == unit_id and not place.ended and (not place.until or place.until > now)
    ]
    if placed:
        count = len(placed)
        text = ngettext("{count} person has a role in it", "{count} people have roles in it", count)
        raise UnitInUse(detail=text.format(count=count))
