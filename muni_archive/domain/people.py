"""People who sign in at stations: who they are, and what they may see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from muni_archive.domain.scope import Scope

LONGEST_NAME, SHORTEST_PASSWORD, LONGEST_PASSWORD = 100, 12, 256
"""Signs."""


class Role(StrEnum):
    """What a person does, as it stands in the admission. What each role allows is data: `resources/organisation`."""

    NONE = "none"
    """All that the person does follows from places in the organisation."""
    READER = "reader"
    CLERK = "clerk"
    ENGINEER = "engineer"
    REVIEWER = "reviewer"
    ARCHIVIST = "archivist"
    SUPERVISOR = "supervisor"
    RECORDS_MANAGER = "records_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class PersonState(StrEnum):
    """Whether a person may sign in."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, kw_only=True)
class Sight:
    """The departments that somebody may see. None means all; an empty set means none, and is never mistaken for all."""

    departments: frozenset[str] | None = None

    @classmethod
    def of(cls, departments: Sequence[str]) -> Self:
        """Of a list in which nothing means all."""
        return cls(departments=frozenset(departments) or None)

    def covers(self, department: str) -> bool:
        return self.departments is None or department in self.departments

    @property
    def scope(self) -> Scope | None:
        """The same, as search asks it."""
        return None if self.departments is None else Scope.of_departments(self.departments)

    def __and__(self, other: Sight) -> Sight:
        """What both may see."""
        if self.departments is None:
            return other
        if other.departments is None:
            return self
        return Sight(departments=self.departments & other.departments)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person as the centre knows them; `departments` empty means all."""

    id: str
    name: str
    role: Role
    departments: tuple[str, ...]
    state: PersonState
    note: str
    admitted_at: str
    password_since: str = ""
    """When the password that counts was set; empty without one. Who signed in with an older one is signed out."""

    @property
    def sight(self) -> Sight:
        """By the admission alone: who is admitted without a role sees nothing by it, and nothing is not all."""
        return Sight(departments=frozenset()) if self.role is Role.NONE else Sight.of(self.departments)


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Somebody signed in, or tried to. `outcome`: `ok`, `wrong`, `locked`, `disabled`, `unknown`, `out`."""

    at: str
    name: str
    person_id: str | None
    station_id: str
    outcome: str


def plain_name(name: str) -> str:
    """The name as it is compared: two ways to type one name are one name."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip().casefold()
