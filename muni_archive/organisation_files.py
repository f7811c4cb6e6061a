"""Roles, and the units that an archive can begin with, read from `resources/organisation`."""

from __future__ import annotations

from pathlib import Path

from muni_archive.data_file import DataTable
from muni_archive.domain.organisation import OrgUnit, UnitKind
from muni_archive.domain.permissions import AccessLevel, Action
from muni_archive.domain.roles import RoleBook, RoleRule
from muni_archive.paths import resource_path


def read_roles(path: Path | None = None) -> RoleBook:
    """The roles by their id, in the order of the file. Raises `DataFileInvalid`."""
    data = DataTable.load(path or resource_path("organisation", "roles.toml"))
    roles: dict[str, RoleRule] = {}
    for table in data.tables("roles"):
        role = _role(table)
        if role.id in roles:
            raise table.invalid(f"the id {role.id} is used twice")
        roles[role.id] = role
    data.finish()
    return roles


def read_units(path: Path | None = None) -> tuple[OrgUnit, ...]:
    """Units in the order of the file: each after the one that it is under. Raises `DataFileInvalid`."""
    data = DataTable.load(path or resource_path("organisation", "municipality.toml"))
    units: dict[str, OrgUnit] = {}
    for table in data.tables("units"):
        unit = _unit(table)
        over = units.get(unit.parent)
        if unit.id in units:
            raise table.invalid(f"the id {unit.id} is used twice")
        if unit.parent and (over is None or not unit.kind.fits_under(over.kind)):
            raise table.invalid(f"{unit.id} cannot stand under {unit.parent}")
        units[unit.id] = unit
    data.finish()
    return tuple(units.values())


def _role(data: DataTable) -> RoleRule:
    role = RoleRule(
        id=data.text("id"),
        label=data.label("label"),
        actions=frozenset(data.members("actions", Action)),
        highest=data.member("highest", AccessLevel, AccessLevel.INTERNAL),
    )
    data.finish()
    return role


def _unit(data: DataTable) -> OrgUnit:
    unit = OrgUnit(
        id=data.text("id"),
        kind=data.member("kind", UnitKind, UnitKind.SECTION),
        label=data.label("label"),
        parent=data.text("parent", ""),
    )
    data.finish()
    return unit
