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
    case_id: str = ""
    """The case of the disposal procedure that proposes it; empty where somebody did so directly."""


@dataclass(frozen=True, kw_only=True)
class DisposalWithdrawn(Event):
    """The proposal was taken back, or the second person turned it down."""

    kind = "disposal-withdrawn"
    disposal_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DisposalConfirmed(Event):
    """A second person agrees. At a station with a centre that is a request: the centre decides."""

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


@dataclass(frozen=True, kw_only=True)
class DisposalRefused(Event):
    """The centre looked and keeps the document, though two people agreed; the proposal waits for a second person again.

    `code` is a stable word for why (`services.retention.wording.REFUSALS`), `detail` what belongs to it.
    """

    kind = "disposal-refused"
    disposal_id: str
    document_id: str
    department: str
    code: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class HearingOpened(Event):
    """The centre would destroy something, and every station says first what it has written until now. Says nothing of
    the document: stations hear it that may not know of that.
    """

    kind = "hearing-opened"
    hearing_id: str
    disposal_id: str


@dataclass(frozen=True, kw_only=True)
class HearingAnswered(Event):
    """A station has heard of these hearings: what it wrote before stands before this entry, and arrives before it."""

    kind = "hearing-answered"
    hearing_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HearingEnded(Event):
    """An administrator of the centre waits for no more stations."""

    kind = "hearing-ended"
    disposal_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DisposalReceived(Event):
    """What became elsewhere of a proposal that stands in this journal: news for who wrote it, and for nobody else.

    Fields as of a disposal.
    """

    kind = "disposal-received"
    disposal_id: str
    state: str
    decided_at: str
    decided_by: str
    note: str = ""
    refusal: str = ""


@dataclass(frozen=True, kw_only=True)
class DestructionReceived(DocumentDestroyed):
    """The centre destroyed the document (with that `entry`, at that time), and this station forgets it too: news for
    who wrote it, and for nobody else.
    """

    kind = "destruction-received"
    entry: str
    destroyed_at: str


@dataclass(frozen=True, kw_only=True)
class DestructionContested(Event):
    """Something that would have kept the document, or went on with it, came when it was destroyed: people are told.

    `what` is hold, keep, withdrawal or edit; `entry` says it, and was written by `said_by` at `station`.
    """

    kind = "destruction-contested"
    document_id: str
    number: str
    department: str
    entry: str
    what: str
    station: str
    said_by: str
    said_at: str
    detail: str = ""


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
    DisposalRefused,
    HearingOpened,
    HearingAnswered,
    HearingEnded,
    DisposalReceived,
    DestructionReceived,
    DestructionContested,
)
