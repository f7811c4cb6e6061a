"""Disposal: one person proposes to destroy a record, another confirms; and what stays of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DisposalState(StrEnum):
    """How far a proposal has come."""

    OPEN = "open"
    """It waits for the second person."""
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"
    """Two people agree; it is destroyed in the same step, or by the centre when that has heard everybody."""
    REFUSED = "refused"
    """The centre keeps the document; a second person may confirm it again when the reason is over."""
    DONE = "done"


UNDECIDED = (DisposalState.OPEN, DisposalState.REFUSED)
"""A second person may still confirm it."""
WAITING = (*UNDECIDED, DisposalState.CONFIRMED)
"""The document is there, and somebody would destroy it."""


@dataclass(frozen=True, kw_only=True)
class Disposal:
    """A proposal to destroy a document. `decided_…` tells who confirmed it or turned it down."""

    id: str
    document_id: str
    rule: str
    due: str
    """ISO date from which on the rule allowed it."""
    reason: str
    state: DisposalState
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None = None
    decided_by: str = ""
    note: str = ""
    case_id: str = ""
    """The case of the disposal procedure that proposed it; empty for a person who did so directly."""
    refusal: str = ""
    """Why the centre keeps the document, as a code; `note` tells what belongs to it."""


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """The centre asks every station what it has written, before it destroys."""

    id: str
    disposal_id: str
    ended_by: str
    reason: str
    """Of an administrator who waits no more; empty as long as everybody is waited for."""
    opened: int = 0
    """Sequence of the entry that opened it."""


@dataclass(frozen=True, kw_only=True)
class Contested:
    """Something came when the document was destroyed already: what (hold, keep, withdrawal, edit), whose, and what it
    says.
    """

    entry: str
    document_id: str
    number: str
    department: str
    what: str
    station: str
    said_by: str
    said_at: datetime
    detail: str


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """All that is left of a destroyed document. Its title and its fields are forgotten: they name people."""

    document_id: str
    number: str
    record_class: str
    department: str
    file_reference: str | None
    date: str | None
    """On the document itself."""
    archived_at: datetime | None
    pages: int
    files: int
    """Files that it consisted of, each proven by its hash."""
    rule: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    destroyed_at: datetime
    entry: str
    level: str = ""
    """The access level that the document had of its own."""
