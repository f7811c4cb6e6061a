"""What of an archive somebody may see, as a search engine can ask it: areas and files, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Area:
    """Records of these departments and of these classes. None means all; an empty set means none.

    Not those among them whose own access level is `closed`.
    """

    departments: frozenset[str] | None = None
    record_classes: frozenset[str] | None = None
    closed: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether it holds nothing, whatever is in the archive."""
        return self.departments == frozenset() or self.record_classes == frozenset()

    def covers(self, department: str, record_class: str, own_level: str = "") -> bool:
        known = _within(self.departments, department) and _within(self.record_classes, record_class)
        return known and own_level not in self.closed

    def __and__(self, other: Area) -> Area:
        return Area(
            departments=_both(self.departments, other.departments),
            record_classes=_both(self.record_classes, other.record_classes),
            closed=self.closed | other.closed,
        )


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The union of areas, and of single files by their reference. Nothing in it means that nothing may be seen.

    Of single files, documents with an access level of their own are not seen.
    """

    areas: tuple[Area, ...] = ()
    files: frozenset[str] = frozenset()

    @classmethod
    def of_departments(cls, departments: Iterable[str]) -> Self:
        """Whole departments; a record without one is never among them."""
        return cls(areas=(Area(departments=frozenset(departments) - {""}),))

    @property
    def empty(self) -> bool:
        return not self.files and all(area.empty for area in self.areas)

    def covers(
        self, department: str, record_class: str, file_reference: str | None = None, own_level: str = ""
    ) -> bool:
        """Whether a record may be seen; one without a department only by who may see all."""
        if file_reference and file_reference in self.files and not own_level:
            return True
        return any(area.covers(department, record_class, own_level) for area in self.areas)

    def __and__(self, other: Scope) -> Scope:
        """What is in both; of single files only those that both name."""
        areas = (one & another for one in self.areas for another in other.areas)
        return Scope(areas=tuple(area for area in areas if not area.empty), files=self.files & other.files)

    def within(self, departments: frozenset[str] | None) -> Scope:
        """What is left of it where these departments alone are known (None: all).

        Of files nobody can say here whose they are: where not all departments are known, none is left.
        """
        if departments is None:
            return self
        here = Area(departments=departments)
        return Scope(areas=tuple(area & here for area in self.areas))


def _within(allowed: frozenset[str] | None, name: str) -> bool:
    return allowed is None or (bool(name) and name in allowed)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other
