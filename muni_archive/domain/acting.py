"""Who acts now, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RoleIn = tuple[str, str]
"""A role's id and the id of the unit in which somebody has it; the unit is empty for the whole municipality."""


@dataclass(frozen=True, kw_only=True)
class Acting:
    """A person who has signed in, with every role that counts at this moment, delegated ones included."""

    person_id: str
    name: str
    roles: tuple[RoleIn, ...] = ()
    delegated: Mapping[RoleIn, str] = field(default_factory=dict)
    """Of the roles that are not the person's own: the name of who handed them over while away."""

    @property
    def role_ids(self) -> frozenset[str]:
        return frozenset(role for role, _ in self.roles)

    def has(self, *roles: str) -> bool:
        """Whether one of these is among the person's roles, in whatever unit."""
        return not self.role_ids.isdisjoint(roles)
