"""Cases: documents and files on their way through a procedure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CaseState(StrEnum):
    """A case goes on until it ends where its procedure ends, or is withdrawn."""

    OPEN = "open"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class StepState(StrEnum):
    """Waiting, taken by somebody, or gone without anybody taking it (a timer passed, the case ended)."""

    OPEN = "open"
    TAKEN = "taken"
    LAPSED = "lapsed"


@dataclass(frozen=True, kw_only=True)
class StepOpened:
    """Plain values, part of events: a step (or a timer) that began to wait.

    Steps of a case are counted from 1. `due` is ISO 8601 in UTC or empty. For a step that draws a sample, `seed` and
    `pages` say which pages were drawn, see `domain.sampling`.
    """

    number: int
    element: str
    role: str = ""
    due: str = ""
    timer: bool = False
    seed: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RoleHeld:
    """A role as it counts in some departments (None: in all); `by` is whom the actor stands in for in it."""

    role: str
    departments: frozenset[str] | None = None
    by: str = ""

    def counts_in(self, department: str) -> bool:
        return self.departments is None or department in self.departments


@dataclass(frozen=True, kw_only=True)
class CaseActor:
    """Who acts: the name under which the journal keeps them, their own roles, and roles of others that they hold.

    `departments` None means all. `delegated` tells by role for whom they stand in; a role of their own comes first.
    Where `held` says in which departments each role counts, it alone decides.
    """

    name: str
    roles: frozenset[str]
    departments: frozenset[str] | None = None
    delegated: Mapping[str, str] = field(default_factory=dict)
    held: tuple[RoleHeld, ...] = ()

    def has(self, role: str) -> bool:
        """In whatever department."""
        return any(each.role == role for each in self._all())

    def may_act_as(self, role: str, department: str) -> bool:
        return bool(self._ways(role, department))

    def covers(self, department: str) -> bool:
        if self.held:
            return any(each.counts_in(department) for each in self.held)
        return self.departments is None or department in self.departments

    def stands_in_for(self, role: str, department: str) -> str:
        """Whose place they take when acting in the role there; empty for their own."""
        return min(self._ways(role, department), default="")

    def people(self, role: str, department: str) -> frozenset[str]:
        """Who acts, counted for four eyes: a delegate is also everybody for whom they stand in."""
        ways = self._ways(role, department)
        return frozenset({self.name}) if "" in ways else ways | {self.name}

    def _ways(self, role: str, department: str) -> frozenset[str]:
        """In whose place they have the role there, each way; empty for their own."""
        return frozenset(each.by for each in self._all() if each.role == role and each.counts_in(department))

    def _all(self) -> Iterator[RoleHeld]:
        if self.held:
            yield from self.held
            return
        yield from (RoleHeld(role=role, departments=self.departments) for role in self.roles)
        for role, by in self.delegated.items():
            yield RoleHeld(role=role, departments=self.departments, by=by)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One matter. It keeps the version of the procedure (SHA-256 of its file) under which it began."""

    id: str
    procedure_id: str
    version: str
    document_id: str | None
    file_reference: str | None
    title: str
    department: str
    record_class: str
    state: CaseState
    started_at: datetime
    started_by: str
    end: str = ""
    """The element at which it ended."""
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CaseStep:
    """A step of a case, or a timer that it waits for."""

    case_id: str
    number: int
    element: str
    role: str
    state: StepState
    opened_at: datetime
    due: datetime | None
    timer: bool
    assigned_to: str = ""
    """Named by a reassignment: only they take it. Empty: whoever has the role."""
    seed: str = ""
    pages: tuple[str, ...] = ()
    closed_at: datetime | None = None
    closed_by: str = ""

    def is_overdue(self, now: datetime) -> bool:
        return self.state is StepState.OPEN and self.due is not None and self.due < now


class MoveKind(StrEnum):
    """What happened in a case."""

    STARTED = "started"
    TAKEN = "taken"
    TIMER = "timer"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"


class Refusal(StrEnum):
    """Why the centre lets a move not count, though it keeps it."""

    FOUR_EYES = "four-eyes"
    ROLE = "role"
    SIGNATURE = "signature"
    STEP = "step"
    """It is no step of the case's procedure, not one that waited, or it does not lead where it says."""
    CASE = "case"
    """It says another department, document or procedure than the case has."""
    PROCEDURE = "procedure"
    """The procedure's file cannot be read there."""
    RESTS = "rests"
    """It rests on a decision that does not count."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that happened in a case, in the order in which they count: `sequence` is that of its entry, or of the
    centre's word that it counts, where others had led the case on meanwhile.

    One that does not stand came too late: two stations decided one step, and the first counts.
    """

    sequence: int
    case_id: str
    kind: MoveKind
    number: int
    element: str
    outcome: str
    note: str
    fields: Mapping[str, str]
    ticked: tuple[str, ...]
    role: str
    stands_in_for: str
    at: datetime
    by: str
    stands: bool
    document_entry: str = ""
    key: str = ""
    signature: str = ""
    entry: str = ""
    """Id of the journal's entry."""
    refused: str = ""
    """Why it never counts, see `Refusal`."""

    @property
    def leads(self) -> bool:
        """Whether it is of the kind that leads a case on, and does."""
        return self.stands and self.kind in (MoveKind.STARTED, MoveKind.TAKEN, MoveKind.TIMER)

    @property
    def people(self) -> frozenset[str]:
        """Who moved, a delegate with whom they stood in for."""
        return frozenset({self.by, self.stands_in_for} - {""})


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """One step that two people decided; `counted` and `late` are their entries. `resolution` is None while it waits."""

    id: str
    case_id: str
    department: str
    document_id: str | None
    number: int
    element: str
    counted: str
    late: str
    found_at: datetime
    resolution: str | None = None
    """Id of the entry that settled it."""
    chosen: str = ""
    resolved_at: datetime | None = None
    resolved_by: str = ""


@dataclass(frozen=True, kw_only=True)
class LoadedProcedure:
    """A procedure that an administrator brought in; `version` names its file in the vault."""

    id: str
    version: str
    sequence: int
    loaded_at: datetime
    loaded_by: str


@dataclass(frozen=True, kw_only=True)
class PersonKey:
    """The public half of a person's key; it counts for entries behind `sequence`."""

    public_key: str
    name: str
    sequence: int
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Pages of one clerk that were drawn, of those that came in from the entry `first` to the entry `last`."""

    id: str
    clerk: str
    percent: int
    seed: str
    first: str
    last: str
    pages: tuple[str, ...]
    drawn_at: datetime
    drawn_by: str
