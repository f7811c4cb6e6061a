"""Events of what is laid over pages, and of what a copy for release must not show."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.event import Event
from muni_archive.domain.geometry import Box
from muni_archive.domain.redaction import HiddenArea


@dataclass(frozen=True, kw_only=True)
class MarkAdded(Event):
    """Somebody laid a mark over a page; the place is in pixels of the master as stored."""

    kind = "mark-added"
    mark_id: str
    page_id: str
    mark: str
    """A `MarkKind`."""
    box: Box
    text: str = ""
    stamp: str = ""
    corner: str = ""


@dataclass(frozen=True, kw_only=True)
class MarkChanged(Event):
    """The mark lies elsewhere, or says something else."""

    kind = "mark-changed"
    mark_id: str
    page_id: str
    box: Box
    text: str = ""
    corner: str = ""


@dataclass(frozen=True, kw_only=True)
class MarkRemoved(Event):
    """The mark is shown no more; that it was there stays in the journal."""

    kind = "mark-removed"
    mark_id: str
    page_id: str


@dataclass(frozen=True, kw_only=True)
class RedactionProposed(Event):
    """Somebody proposes what a copy for release must not show; `base` is the id of the entry that made the version."""

    kind = "redaction-proposed"
    redaction_id: str
    document_id: str
    version: int
    base: str
    areas: tuple[HiddenArea, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RedactionDecided(Event):
    """Approved or refused by another person, or withdrawn: the first decision counts.

    An approval by whoever proposed is none, and names no `copy` that anybody is given.
    """

    kind = "redaction-decided"
    redaction_id: str
    document_id: str
    decision: str
    """A `RedactionState`."""
    note: str = ""
    copy: str = ""
    """Name in the vault of the copy that was looked at and approved."""


MARK_EVENTS: tuple[type[Event], ...] = (
    MarkAdded,
    MarkChanged,
    MarkRemoved,
    RedactionProposed,
    RedactionDecided,
)
