"""Events of files closed, holds, and destruction."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.event import Event


@dataclass(frozen=True, kw_only=True)
class FileClosed(Event):
    """Nothing more is expected in the file: the years of a rule that waits for that begin."""

    kind = "file-closed"
    reference: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FileReopened(Event):
    """The file goes on; its years begin anew with the next closing."""

    kind = "file-reopened"
    reference: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(Event):
    """From now on nothing that the hold covers is destroyed. Several may rest on one record."""

    kind = "hold-placed"
    hold_id: str
    scope: str
    """`document`, `file` or `class`."""
    target: str
    """The document's id, the file's reference or the class's id."""
    reason: str
    authority: str


@dataclass(frozen=True, kw_only=True)
class HoldLifted(Event):
    """One hold ends; others stay."""

    kind = "hold-lifted"
    hold_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RetentionExtended(Event):
    """Somebody looked at a record whose years are over, and it is kept at least until this day (ISO)."""

    kind = "retention-extended"
    document_id: str
    until: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DisposalProposed(Event):
    """One person would destroy the document; `rule` and `due` say by what right."""

    kind = "disposal-proposed"
    disposal_id: str
    document_id: str
    rule: str
    due: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DisposalWithdrawn(Event):
    """The proposal was taken back, or the second person turned it down."""

    kind = "disposal-withdrawn"
    disposal_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DisposalConfirmed(Event):
    """A second person agrees."""

    kind = "disposal-confirmed"
    disposal_id: str


@dataclass(frozen=True, kw_only=True)
class DocumentDestroyed(Event):
    """The document is gone for ever; its number stays given.

    Says nothing of what stood in it: an entry is never forgotten, so what may have to be does not belong here.
    """

    kind = "document-destroyed"
    document_id: str
    number: str
    record_class: str
    department: str
    page_ids: tuple[str, ...]
    files: tuple[str, ...]
    """Every file that it consisted of, by hash. Those that another record names as well stay in the vault."""
    disposal_id: str
    rule: str
    reason: str
    proposed_by: str
    proposed_at: str
    confirmed_by: str


RETENTION_EVENTS: tuple[type[Event], ...] = (
    FileClosed,
    FileReopened,
    HoldPlaced,
    HoldLifted,
    RetentionExtended,
    DisposalProposed,
    DisposalWithdrawn,
    DisposalConfirmed,
    DocumentDestroyed,
)
