"""What can happen to the municipality's own order: units, places of people, delegations, grants on single files.

The rules of `events` hold. Moments are ISO texts in UTC, all of one length, so that texts compare as times do; an
empty one means no end. `reason` says why, in the words of who did it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from muni_archive.domain.event import Event


@dataclass(frozen=True, kw_only=True)
class UnitOpened(Event):
    """A unit begins: sector, department, control or section. Its id stands in records and is never used again."""

    kind = "unit-opened"
    unit_id: str
    unit_kind: str
    label: Mapping[str, str]
    """By language code: `ar`, `en`."""
    parent: str = ""
    """Empty for one that is under none."""


@dataclass(frozen=True, kw_only=True)
class UnitChanged(Event):
    """A unit is called otherwise, or stands under another: whole, as it is from now on."""

    kind = "unit-changed"
    unit_id: str
    unit_kind: str
    label: Mapping[str, str]
    parent: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitClosed(Event):
    """Nobody is placed in the unit any more; its records stay its own, and are seen from above."""

    kind = "unit-closed"
    unit_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceGiven(Event):
    """A person has a role in a unit, and in all units under it."""

    kind = "place-given"
    place_id: str
    person_id: str
    role: str
    unit_id: str = ""
    """Empty for the whole municipality."""
    since: str = ""
    until: str = ""
    record_classes: tuple[str, ...] = ()
    """Empty: all that the unit keeps."""
    highest: str = ""
    """The highest access level here; empty for the role's own."""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceEnded(Event):
    """The person has the role no more; a transfer is this and a new place in one transaction."""

    kind = "place-ended"
    place_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RolesDelegated(Event):
    """Somebody who is away hands own roles over for a time. Who gets them cannot hand them on."""

    kind = "roles-delegated"
    delegation_id: str
    from_person: str
    to_person: str
    roles: tuple[tuple[str, str], ...]
    """Role and unit of each, as the giver has them."""
    since: str
    until: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DelegationEnded(Event):
    """Taken back before its time."""

    kind = "delegation-ended"
    delegation_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FileGranted(Event):
    """A person may use one file for a time, whatever the person's roles say; or everybody who has a role."""

    kind = "file-granted"
    grant_id: str
    person_id: str
    file_reference: str
    department: str
    """That keeps the file: its supervisors see who uses it."""
    until: str
    actions: tuple[str, ...]
    reason: str
    role: str = ""
    """Instead of a person (whose id is empty then): who has this role in the unit, or under it."""
    unit_id: str = ""
    """Empty for the whole municipality."""


@dataclass(frozen=True, kw_only=True)
class GlassBroken(Event):
    """Somebody gave themselves leave to look at one file, in need; the department that keeps it is told why."""

    kind = "glass-broken"
    grant_id: str
    person_id: str
    file_reference: str
    department: str
    until: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class GrantEnded(Event):
    """Taken back before its time."""

    kind = "grant-ended"
    grant_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class GlassAcknowledged(Event):
    """A supervisor of the department has looked at why the glass was broken; `note` is what came of it."""

    kind = "glass-acknowledged"
    grant_id: str
    note: str


ORGANISATION_EVENTS: tuple[type[Event], ...] = (
    UnitOpened, UnitChanged, UnitClosed, PlaceGiven, PlaceEnded, RolesDelegated, DelegationEnded, FileGranted,
    GlassBroken, GrantEnded, GlassAcknowledged,
)  # fmt: skip
