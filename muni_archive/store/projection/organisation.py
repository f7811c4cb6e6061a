"""Events of the municipality's own order: units, places, delegations, grants on files.

Units, places and delegations are the word of the archive whose journal it is. Grants are given where people work.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, exists, insert, select, update

from muni_archive.domain.journal import JournalEntry, canonical_json
from muni_archive.domain.organisation_events import (
    DelegationEnded,
    FileGranted,
    GlassAcknowledged,
    GlassBroken,
    GrantEnded,
    PlaceEnded,
    PlaceGiven,
    RolesDelegated,
    UnitChanged,
    UnitClosed,
    UnitOpened,
)
from muni_archive.domain.people import plain_name
from muni_archive.domain.permissions import Action
from muni_archive.store.projection.origin import Apply, is_own, own_word
from muni_archive.store.tables import delegations, file_grants, org_units, people, role_places

BROKEN_GLASS = (Action.VIEW.value,)
"""What somebody may do who gave themselves leave."""


def _unit_opened(connection: Connection, event: UnitOpened, entry: JournalEntry) -> None:
    """Opened again under the same id, it is the unit that it was, as this says."""
    said = _unit(event) | {"closed": False, "note": ""}
    if not _changed(connection, org_units, event.unit_id, **said):
        connection.execute(insert(org_units).values(id=event.unit_id, place=entry.sequence, **said))


def _unit_changed(connection: Connection, event: UnitChanged, _entry: JournalEntry) -> None:
    _changed(connection, org_units, event.unit_id, **_unit(event))


def _unit(event: UnitOpened | UnitChanged) -> dict[str, Any]:
    return {"kind": event.unit_kind, "label": canonical_json(dict(event.label)), "parent": event.parent}


def _unit_closed(connection: Connection, event: UnitClosed, _entry: JournalEntry) -> None:
    _changed(connection, org_units, event.unit_id, closed=True, note=event.reason)


def _place_given(connection: Connection, event: PlaceGiven, _entry: JournalEntry) -> None:
    connection.execute(
        insert(role_places).values(
            id=event.place_id, person_id=event.person_id, role=event.role, unit_id=event.unit_id, since=event.since,
            until=event.until, record_classes=canonical_json(list(event.record_classes)), highest=event.highest,
            ended=False, note=event.reason,
        )
    )  # fmt: skip


def _place_ended(connection: Connection, event: PlaceEnded, _entry: JournalEntry) -> None:
    _changed(connection, role_places, event.place_id, ended=True, note=event.reason)


def _roles_delegated(connection: Connection, event: RolesDelegated, _entry: JournalEntry) -> None:
    connection.execute(
        insert(delegations).values(
            id=event.delegation_id, from_person=event.from_person, to_person=event.to_person,
            roles=canonical_json([list(role) for role in event.roles]), since=event.since, until=event.until,
            reason=event.reason, ended=False,
        )
    )  # fmt: skip


def _delegation_ended(connection: Connection, event: DelegationEnded, _entry: JournalEntry) -> None:
    _changed(connection, delegations, event.delegation_id, ended=True)


def _file_granted(connection: Connection, event: FileGranted, entry: JournalEntry) -> None:
    """Said elsewhere, it counts from people who are known here; the centre has asked whether they may."""
    known = _is_known(connection, people.c.plain_name == plain_name(entry.actor))
    if is_own(connection, entry) or (known and (event.role or _is_known(connection, people.c.id == event.person_id))):
        _grant(connection, event, entry, actions=event.actions, broken_glass=False)


def _glass_broken(connection: Connection, event: GlassBroken, entry: JournalEntry) -> None:
    """For oneself only."""
    themselves = (people.c.id == event.person_id) & (people.c.plain_name == plain_name(entry.actor))
    if is_own(connection, entry) or _is_known(connection, themselves):
        _grant(connection, event, entry, actions=BROKEN_GLASS, broken_glass=True)


def _is_known(connection: Connection, one: ColumnElement[bool]) -> bool:
    return bool(connection.execute(select(exists().where(one))).scalar())


def _grant(
    connection: Connection, event: FileGranted | GlassBroken, entry: JournalEntry, *, actions: tuple[str, ...],
    broken_glass: bool,
) -> None:  # fmt: skip
    connection.execute(
        insert(file_grants).values(
            id=event.grant_id, person_id=event.person_id, file_reference=event.file_reference,
            department=event.department, until=event.until, actions=canonical_json(list(actions)),
            reason=event.reason, given_at=entry.at, broken_glass=broken_glass, ended=False, acknowledged_by="", note="",
            role=getattr(event, "role", ""), unit_id=getattr(event, "unit_id", ""),
        )
    )  # fmt: skip


def _grant_ended(connection: Connection, event: GrantEnded, _entry: JournalEntry) -> None:
    _changed(connection, file_grants, event.grant_id, ended=True, note=event.reason)


def _glass_acknowledged(connection: Connection, event: GlassAcknowledged, entry: JournalEntry) -> None:
    _changed(connection, file_grants, event.grant_id, acknowledged_by=entry.actor, note=event.note)


def _changed(connection: Connection, table: Table, key: str, **values: Any) -> bool:
    """Whether there was something to change."""
    return bool(connection.execute(update(table).where(table.c.id == key).values(**values)).rowcount)


_APPLY: dict[type, Apply] = {
    UnitOpened: _unit_opened,
    UnitChanged: _unit_changed,
    UnitClosed: _unit_closed,
    PlaceGiven: _place_given,
    PlaceEnded: _place_ended,
    RolesDelegated: _roles_delegated,
    DelegationEnded: _delegation_ended,
}
APPLY = {event: own_word(apply) for event, apply in _APPLY.items()} | {
    FileGranted: _file_granted,
    GlassBroken: _glass_broken,
    GrantEnded: _grant_ended,
    GlassAcknowledged: _glass_acknowledged,
}
