"""Nobody approves what they entered or decided before. There is no setting here, and there must be none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from muni_archive.domain.people import plain_name
from muni_archive.domain.retention_errors import SamePerson


class Bar(StrEnum):
    """Why somebody may not approve."""

    ENTERED = "entered"
    STARTED = "started"
    DECIDED = "decided"


@dataclass(frozen=True, kw_only=True)
class Trail:
    """What was done so far: who entered the record, who began the case, who took which steps (by element)."""

    entered: frozenset[str]
    starter: frozenset[str]
    taken: tuple[tuple[str, frozenset[str]], ...]


def bar_to_approval(people: frozenset[str], element: str, trail: Trail, *, apart_from_starter: bool) -> Bar | None:
    """What keeps these people from approving at that step; None for nothing.

    `people` are the person who acts and, for a delegate, whom they stand in for: each of them counts. Who returned a
    case at this very step may look at it again; who took any other step of the case may not.
    """
    acting = _plain(people)
    if acting & _plain(trail.entered):
        return Bar.ENTERED
    if any(step != element and acting & _plain(by) for step, by in trail.taken):
        return Bar.DECIDED
    if apart_from_starter and acting & _plain(trail.starter):
        return Bar.STARTED
    return None


def same_person(one: str, other: str) -> bool:
    """Whether two names mean one person."""
    return plain_name(one) == plain_name(other)


def is_among(name: str, people: Iterable[str]) -> bool:
    """Whether the person is one of these: whoever acts, and everybody whom they stand in for."""
    return plain_name(name) in _plain(people)


def check_second_person(proposed_by: str, people: Iterable[str]) -> None:
    """Nobody confirms what they, or whom they stand in for, proposed. Raises `SamePerson`; for nobody at all too."""
    acting = _plain(people) - {""}
    if not acting or plain_name(proposed_by) in acting:
        raise SamePerson(name=proposed_by)


def _plain(names: Iterable[str]) -> frozenset[str]:
    """Two spellings of one name are one person."""
    return frozenset(plain_name(name) for name in names)
