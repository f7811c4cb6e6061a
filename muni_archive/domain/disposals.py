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
    DONE = "done"


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
