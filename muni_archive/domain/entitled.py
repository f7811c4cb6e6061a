"""What a person may do at a moment, as the centre tells a station whose copy does not tell it yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muni_archive.domain.acting import Acting
from muni_archive.domain.organisation import Organisation
from muni_archive.domain.people import Person
from muni_archive.domain.permissions import AccessLevel, Action, FileGrant, Power, Rights
from muni_archive.domain.roles import RoleBook, acting_as, rights_of


@dataclass(frozen=True, kw_only=True)
class Entitled:
    """A person with every role of this moment, and all that follows from it."""

    acting: Acting
    rights: Rights


def entitled(
    person: Person, people: Mapping[str, Person], organisation: Organisation, book: RoleBook, now: str
) -> Entitled:
    """As `acting_as` and `rights_of`."""
    return Entitled(
        acting=acting_as(person, people, organisation, now), rights=rights_of(person, people, organisation, book, now)
    )


def entitled_to_wire(said: Entitled) -> Mapping[str, Any]:
    """As it travels; who it is stands beside it."""
    return {
        "roles": [list(role_in) for role_in in said.acting.roles],
        "delegated": [[*role_in, name] for role_in, name in said.acting.delegated.items()],
        "powers": [
            {
                "actions": sorted(power.actions), "highest": power.highest.value,
                "departments": _listed(power.departments), "record_classes": _listed(power.record_classes),
            }
            for power in said.rights.powers
        ],
        "grants": [
            {"file_reference": grant.file_reference, "until": grant.until, "actions": sorted(grant.actions)}
            for grant in said.rights.grants
        ],
    }  # fmt: skip


def entitled_from_wire(said: Mapping[str, Any], *, person_id: str, name: str) -> Entitled:
    """What travelled. What this program does not know allows nothing. Raises `ValueError`, `TypeError`, `KeyError`."""
    acting = Acting(
        person_id=person_id,
        name=name,
        roles=tuple((_text(role), _text(unit)) for role, unit in said["roles"]),
        delegated={(_text(role), _text(unit)): _text(lender) for role, unit, lender in said["delegated"]},
    )
    powers = tuple(
        Power(
            actions=_actions(each["actions"]),
            highest=AccessLevel(each["highest"]),
            departments=_named(each["departments"]),
            record_classes=_named(each["record_classes"]),
        )
        for each in said["powers"]
    )
    grants = tuple(
        FileGrant(
            file_reference=_text(each["file_reference"]), until=_text(each["until"]), actions=_actions(each["actions"])
        )
        for each in said["grants"]
    )
    return Entitled(acting=acting, rights=Rights(powers=powers, grants=grants))


def _listed(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _named(said: Any) -> frozenset[str] | None:
    return None if said is None else frozenset(_texts(said))


def _actions(said: Any) -> frozenset[Action]:
    return frozenset(Action(name) for name in _texts(said) if name in set(Action))


def _texts(said: Any) -> Sequence[str]:
    if not isinstance(said, list):
        raise TypeError("no list of texts")
    return [_text(each) for each in said]


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError("no text")
    return said
