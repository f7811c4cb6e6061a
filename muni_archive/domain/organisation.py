"""The municipality's own order: units, who stands where, who stands in for whom, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from muni_archive.domain.acting import RoleIn

EVERYWHERE = ""
"""In the place of a unit: the whole municipality."""
GLASS_LASTS = timedelta(hours=1)
"""How long somebody may look who broke the glass."""


class UnitKind(StrEnum):
    """Kinds of units, from the largest to the smallest; one stands only under a larger one."""

    SECTOR = "sector"
    DEPARTMENT = "department"
    CONTROL = "control"
    SECTION = "section"

    def fits_under(self, other: UnitKind) -> bool:
        order = list(UnitKind)
        return order.index(other) < order.index(self)


@dataclass(frozen=True, kw_only=True)
class OrgUnit:
    """قطاع، إدارة، مراقبة أو قسم."""

    id: str
    kind: UnitKind
    label: Mapping[str, str]
    parent: str = ""
    closed: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RolePlace:
    """A role that a person has in a unit; see `PlaceGiven`."""

    id: str
    person_id: str
    role: str
    unit_id: str
    since: str = ""
    until: str = ""
    record_classes: tuple[str, ...] = ()
    highest: str = ""
    ended: bool = False
    note: str = ""

    @property
    def role_in(self) -> RoleIn:
        return self.role, self.unit_id

    def counts(self, now: str) -> bool:
        return not self.ended and within(now, self.since, self.until)


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """Roles that somebody handed over; see `RolesDelegated`."""

    id: str
    from_person: str
    to_person: str
    roles: tuple[RoleIn, ...]
    since: str
    until: str
    reason: str
    ended: bool = False

    def counts(self, now: str) -> bool:
        return not self.ended and within(now, self.since, self.until)

    def counts_between(self, first: str, last: str) -> bool:
        """At any time from `first` to `last`."""
        return not self.ended and self.since <= last and not (self.until and self.until <= first)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Leave to use one file for a time; `broken_glass` when the person took it in need."""

    id: str
    person_id: str
    file_reference: str
    department: str
    until: str
    actions: tuple[str, ...]
    reason: str
    given_at: str
    broken_glass: bool = False
    ended: bool = False
    acknowledged_by: str = ""
    note: str = ""
    role: str = ""
    """Instead of a person: who has this role in `unit_id`, or under it."""
    unit_id: str = ""

    def counts(self, now: str) -> bool:
        return not self.ended and now < self.until


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """All of it at once; small enough to be held in the hand."""

    units: Mapping[str, OrgUnit] = field(default_factory=dict)
    places: tuple[RolePlace, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    grants: tuple[Grant, ...] = ()

    def under(self, unit_id: str) -> frozenset[str]:
        """The unit and all units under it, closed ones too."""
        children: dict[str, list[str]] = {}
        for unit in self.units.values():
            children.setdefault(unit.parent, []).append(unit.id)
        found, waiting = {unit_id}, [unit_id]
        while waiting:
            new = [child for child in children.get(waiting.pop(), ()) if child not in found]
            found |= set(new)
            waiting += new
        return frozenset(found)

    def above(self, unit_id: str) -> Iterator[OrgUnit]:
        """The units over it, the nearest first; ends even where data are wrong and go in a circle."""
        seen = {unit_id}
        unit = self.units.get(unit_id)
        while unit is not None and unit.parent not in seen and (over := self.units.get(unit.parent)) is not None:
            seen.add(over.id)
            yield over
            unit = over

    def children(self, unit_id: str) -> tuple[OrgUnit, ...]:
        return tuple(unit for unit in self.units.values() if unit.parent == unit_id)

    def places_of(self, person_id: str, now: str) -> tuple[RolePlace, ...]:
        """Those that count at the moment."""
        return tuple(place for place in self.places if place.person_id == person_id and place.counts(now))

    def with_grants(self, others: Iterable[Grant]) -> Organisation:
        """With what another journal knows of grants too: one that ended in either has ended."""
        known = {grant.id: grant for grant in self.grants}
        for grant in others:
            mine = known.get(grant.id, grant)
            known[grant.id] = replace(
                mine, ended=mine.ended or grant.ended, acknowledged_by=mine.acknowledged_by or grant.acknowledged_by,
                note=mine.note or grant.note,
            )  # fmt: skip
        return replace(self, grants=tuple(known[key] for key in sorted(known)))

    def place(self, place_id: str) -> RolePlace | None:
        return next((place for place in self.places if place.id == place_id), None)


def within(now: str, since: str, until: str) -> bool:
    """From the first moment on, up to and without the last; an empty one is no bound."""
    return since <= now and (not until or now < until)
