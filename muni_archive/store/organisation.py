"""The municipality's own order, read from the tables that the journal gives."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from muni_archive.domain.events import PersonAdmitted, PersonDisabled
from muni_archive.domain.organisation import (
    GLASS_LASTS,
    Delegation,
    Grant,
    Organisation,
    OrgUnit,
    RolePlace,
    UnitKind,
)
from muni_archive.domain.organisation_events import ORGANISATION_EVENTS
from muni_archive.domain.together import BEGINNING, Standing
from muni_archive.store.tables import arrived, delegations, file_grants, journal, org_units, role_places

_KINDS = (PersonAdmitted.kind, PersonDisabled.kind, *(cls.kind for cls in ORGANISATION_EVENTS))

_GRANTS = (
    select(file_grants, arrived.c.at.label("came"))
    .outerjoin(arrived, file_grants.c.broken_glass & (arrived.c.subject == file_grants.c.id))
    .order_by(file_grants.c.id)
)


class SqlOrganisation:
    """Implements `ports.OrganisationRecords` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Organisation:
        run = self._connection.execute
        return Organisation(
            units={row.id: _unit(row) for row in run(select(org_units).order_by(org_units.c.place, org_units.c.id))},
            places=tuple(_place(row) for row in run(select(role_places).order_by(role_places.c.id))),
            delegations=tuple(_delegation(row) for row in run(select(delegations).order_by(delegations.c.id))),
            grants=tuple(_grant(row) for row in run(_GRANTS)),
        )

    def changed_after(self, end: Standing) -> tuple[Standing, bool]:
        standing = select(journal.c.sequence, journal.c.hash)
        last = self._connection.execute(standing.order_by(journal.c.sequence.desc()).limit(1)).first()
        now = Standing(sequence=last.sequence, hash=last.hash) if last else BEGINNING
        if now == end:
            return now, False
        there = self._connection.execute(standing.where(journal.c.sequence == end.sequence)).first()
        if end != BEGINNING and (there is None or there.hash != end.hash):
            return now, True
        told = select(journal.c.sequence).where(journal.c.sequence > end.sequence, journal.c.kind.in_(_KINDS))
        return now, self._connection.execute(told.limit(1)).first() is not None


def _unit(row: Row[Any]) -> OrgUnit:
    return OrgUnit(
        id=row.id, kind=UnitKind(row.kind), label=json.loads(row.label), parent=row.parent, closed=row.closed,
        note=row.note,
    )  # fmt: skip


def _place(row: Row[Any]) -> RolePlace:
    values = dict(row._mapping)
    return RolePlace(**{**values, "record_classes": tuple(json.loads(row.record_classes))})


def _delegation(row: Row[Any]) -> Delegation:
    values = dict(row._mapping)
    return Delegation(**{**values, "roles": tuple((role, unit) for role, unit in json.loads(row.roles))})


def _grant(row: Row[Any]) -> Grant:
    """Broken glass is whole again an hour after the centre heard of it, whatever the station's clock said."""
    said = {**row._mapping, "actions": tuple(json.loads(row.actions))}
    if came := said.pop("came"):
        said["until"] = min(row.until, (datetime.fromisoformat(came) + GLASS_LASTS).isoformat(timespec="microseconds"))
    return Grant(**said)
