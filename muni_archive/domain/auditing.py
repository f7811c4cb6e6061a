"""What is asked of the journal as an audit trail, and what the archive signs so that it can be proven later."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.scope import Scope

PART = 200
"""Entries that are fetched together."""


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which entries are asked for; what is left out narrows nothing.

    `documents` are ids: entries that speak of one of them or of a page in it. An empty list is none, and finds nothing.
    `since` and `until` are moments in UTC (ISO 8601, as the journal writes them), `until` itself not included.
    """

    person: str = ""
    kinds: tuple[str, ...] = ()
    documents: tuple[str, ...] | None = None
    since: str = ""
    until: str = ""
    scope: Scope | None = None
    """Only entries that speak of a record in it; the use cases say it, whoever asks does not."""
    last: int = 0
    """No entry after this one, so that what is added while somebody scrolls moves nothing; 0 for all."""


@dataclass(frozen=True, kw_only=True)
class AuditTrail:
    """The entries that a filter finds, newest first: how many there are. They are fetched in parts of `PART`."""

    filter: AuditFilter
    total: int


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How a journal stood: the hash of its entry `sequence`. Known elsewhere, it proves that nothing was cut off."""

    sequence: int
    head: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.head}"


def checkpoint_text(archive_id: str, sequence: int, head: str) -> bytes:
    """What the archive's key signs."""
    return f"muni-archive checkpoint\n{archive_id}\n{sequence}\n{head}".encode()
