"""Figures of the work, as they are counted: how much was done, what waits, how long steps take, how well pages read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class PageCount:
    """Kept pages of the batches that one clerk opened under one profile within one hour (`2026-11-25T08`, UTC)."""

    hour: str
    clerk: str
    profile: str
    pages: int
    read: int
    unreadable: int
    doubtful: int
    """Pages with words that a clerk should look at."""
    words: int
    """Such words."""
    confidence: float
    """Summed over the pages that were read."""


@dataclass(frozen=True, kw_only=True)
class DocumentCount:
    """Documents that were created within one hour by one clerk and are in one department now."""

    hour: str
    clerk: str
    department: str
    documents: int
    registered: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits for somebody: `what` is a short name, `oldest` since when the first of it waits."""

    what: str
    count: int
    oldest: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Course:
    """When one document was scanned, read to its end and registered; None for what is still to come."""

    scanned: datetime
    read: datetime | None
    registered: datetime | None


@dataclass(frozen=True, kw_only=True)
class TakenStep:
    """A step of a case that somebody took: `element` of the procedure's version under which the case runs."""

    procedure_id: str
    version: str
    element: str
    opened_at: datetime
    closed_at: datetime
    due: datetime | None


@dataclass(frozen=True, kw_only=True)
class WorkCounts:
    """All that the tables say about one stretch of time."""

    pages: Sequence[PageCount]
    documents: Sequence[DocumentCount]
    courses: Sequence[Course]
