"""Record classes: what is kept about a kind of document. All of it is data in `resources/record_classes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from muni_archive.domain.retention import RetentionRule


class FieldKind(StrEnum):
    """What a field holds, and so how it is entered and checked."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    NUMBER = "number"
    DATE = "date"
    CIVIL_ID = "civil-id"
    CHOICE = "choice"
    AREA = "area"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value of a field that offers choices."""

    value: str
    label: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One field of the form. `proposal` names the kind of proposal that fills it (empty: none)."""

    name: str
    label: Mapping[str, str]
    """By language code: `ar`, `en`."""
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: tuple[Choice, ...] = ()
    proposal: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordClass:
    """A class with its form, retention rule, access level and checklist."""

    id: str
    label: Mapping[str, str]
    department: str
    department_label: Mapping[str, str]
    fields: tuple[FieldSpec, ...]
    checklist: tuple[Mapping[str, str], ...] = ()
    retention: RetentionRule | None = None
    """None: kept for ever."""
    access_level: str = "internal"
    reading: str = "page"
    """How its pages are read: `page`, or `drawing` for sheets whose text stands in all directions."""
    profile: str = "text-300"
    """Name of the scan profile that a new clerk starts with."""

    def field(self, name: str) -> FieldSpec | None:
        return next((spec for spec in self.fields if spec.name == name), None)
