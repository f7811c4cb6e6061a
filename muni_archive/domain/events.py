"""Everything that can happen in an archive: one frozen dataclass a fact.

An event holds plain values only (text, numbers, booleans, tuples, mappings, `Box`), so that its JSON is
canonical. Who, when and where stand in the journal entry around it. A `kind` is never reused or
renamed: journals live longer than programs. New fields need a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muni_archive.domain.account_events import ACCOUNT_EVENTS
from muni_archive.domain.account_events import AccountLinked as AccountLinked
from muni_archive.domain.account_events import AccountUnlinked as AccountUnlinked
from muni_archive.domain.account_events import ProviderRemoved as ProviderRemoved
from muni_archive.domain.account_events import ProviderSet as ProviderSet
from muni_archive.domain.audit_events import AUDIT_EVENTS
from muni_archive.domain.audit_events import CheckpointSigned as CheckpointSigned
from muni_archive.domain.audit_events import DataExported as DataExported
from muni_archive.domain.audit_events import DocumentExported as DocumentExported
from muni_archive.domain.audit_events import DocumentPrinted as DocumentPrinted
from muni_archive.domain.audit_events import DocumentSeen as DocumentSeen
from muni_archive.domain.audit_events import PagesSearched as PagesSearched
from muni_archive.domain.audit_events import SignedIn as SignedIn
from muni_archive.domain.audit_events import SignedOut as SignedOut
from muni_archive.domain.audit_events import SignInFailed as SignInFailed
from muni_archive.domain.case_events import CASE_EVENTS
from muni_archive.domain.case_events import CaseCorrected as CaseCorrected
from muni_archive.domain.case_events import CaseReassigned as CaseReassigned
from muni_archive.domain.case_events import CaseStarted as CaseStarted
from muni_archive.domain.case_events import CaseWithdrawn as CaseWithdrawn
from muni_archive.domain.case_events import PersonKeyMade as PersonKeyMade
from muni_archive.domain.case_events import ProcedureLoaded as ProcedureLoaded
from muni_archive.domain.case_events import SampleDrawn as SampleDrawn
from muni_archive.domain.case_events import StepDisputed as StepDisputed
from muni_archive.domain.case_events import StepSettled as StepSettled
from muni_archive.domain.case_events import StepTaken as StepTaken
from muni_archive.domain.case_events import TimerPassed as TimerPassed
from muni_archive.domain.event import Event as Event
from muni_archive.domain.geometry import Box
from muni_archive.domain.level_events import LEVEL_EVENTS
from muni_archive.domain.level_events import LevelReceived as LevelReceived
from muni_archive.domain.level_events import LevelSet as LevelSet
from muni_archive.domain.mark_events import MARK_EVENTS
from muni_archive.domain.mark_events import MarkAdded as MarkAdded
from muni_archive.domain.mark_events import MarkChanged as MarkChanged
from muni_archive.domain.mark_events import MarkRemoved as MarkRemoved
from muni_archive.domain.mark_events import RedactionDecided as RedactionDecided
from muni_archive.domain.mark_events import RedactionProposed as RedactionProposed
from muni_archive.domain.organisation_events import ORGANISATION_EVENTS
from muni_archive.domain.retention_events import RETENTION_EVENTS
from muni_archive.domain.retention_events import DestructionContested as DestructionContested
from muni_archive.domain.retention_events import DestructionReceived as DestructionReceived
from muni_archive.domain.retention_events import DisposalConfirmed as DisposalConfirmed
from muni_archive.domain.retention_events import DisposalProposed as DisposalProposed
from muni_archive.domain.retention_events import DisposalReceived as DisposalReceived
from muni_archive.domain.retention_events import DisposalRefused as DisposalRefused
from muni_archive.domain.retention_events import DisposalWithdrawn as DisposalWithdrawn
from muni_archive.domain.retention_events import DocumentDestroyed as DocumentDestroyed
from muni_archive.domain.retention_events import FileClosed as FileClosed
from muni_archive.domain.retention_events import FileReopened as FileReopened
from muni_archive.domain.retention_events import HearingAnswered as HearingAnswered
from muni_archive.domain.retention_events import HearingEnded as HearingEnded
from muni_archive.domain.retention_events import HearingOpened as HearingOpened
from muni_archive.domain.retention_events import HoldLifted as HoldLifted
from muni_archive.domain.retention_events import HoldPlaced as HoldPlaced
from muni_archive.domain.retention_events import RetentionExtended as RetentionExtended


@dataclass(frozen=True, kw_only=True)
class ArchiveCreated(Event):
    """The first entry of every journal."""

    kind = "archive-created"
    archive_id: str
    station: str


@dataclass(frozen=True, kw_only=True)
class BatchOpened(Event):
    """Pages begin to come in from one device or one import."""

    kind = "batch-opened"
    batch_id: str
    device: str
    profile: str
    record_class: str
    file_reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class PageCaptured(Event):
    """A page arrived; it stands at `position` (0-based) and later pages move one down."""

    kind = "page-captured"
    page_id: str
    batch_id: str
    position: int
    blob: str
    media_type: str
    width: int
    height: int
    dpi: int
    state: str = "kept"
    side: str = "front"
    fingerprint: str = ""
    origin: str = ""
    separator: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PageExamined(Event):
    """What a look at the picture found: blank, separator sheet or an ordinary page, and its fingerprint."""

    kind = "page-examined"
    page_id: str
    state: str
    fingerprint: str = ""
    separator: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FeedCounted(Event):
    """A feed ended, or a clerk corrected the count: `pages` is added to what the batch was fed."""

    kind = "feed-counted"
    batch_id: str
    pages: int
    outcome: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PageStateChanged(Event):
    """Set aside (blank, separator, rejected) or brought back (kept)."""

    kind = "page-state-changed"
    page_id: str
    state: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PageRotated(Event):
    """A clerk turned a page for viewing; the master stays as it is."""

    kind = "page-rotated"
    page_id: str
    rotation: int


@dataclass(frozen=True, kw_only=True)
class PagesOrdered(Event):
    """The batch's pages, all of them, in their new order."""

    kind = "pages-ordered"
    batch_id: str
    page_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BatchClosed(Event):
    """The ledger added up, and these were its figures."""

    kind = "batch-closed"
    batch_id: str
    fed: int
    kept: int
    blank: int
    separator: int
    rejected: int


@dataclass(frozen=True, kw_only=True)
class FileOpened(Event):
    """A file ملف was opened under its reference."""

    kind = "file-opened"
    file_id: str
    reference: str
    record_class: str
    department: str


@dataclass(frozen=True, kw_only=True)
class DocumentCreated(Event):
    """A number was given (`station-year-serial`); it is never used again."""

    kind = "document-created"
    document_id: str
    number: str
    year: int
    serial: int
    record_class: str
    department: str
    title: str
    page_ids: tuple[str, ...]
    file_reference: str | None = None
    batch_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DocumentRevised(Event):
    """A new version, whole: nothing of the earlier one is overwritten."""

    kind = "document-revised"
    document_id: str
    version: int
    record_class: str
    department: str
    title: str
    page_ids: tuple[str, ...]
    file_reference: str | None = None
    date: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    registered: bool = False
    base: str = ""
    """Id of the journal entry that made the version which this one revises; empty in journals from before stations
    worked together, where it is the version before."""


@dataclass(frozen=True, kw_only=True)
class RevisionMerged(Event):
    """The centre put two revisions of one version together: they had changed different fields.

    `base`, `ours` and `theirs` are ids of the entries that made the common version, the one that stood and the one
    that came.
    """

    kind = "revision-merged"
    document_id: str
    version: int
    base: str
    ours: str
    theirs: str
    record_class: str
    department: str
    title: str
    page_ids: tuple[str, ...]
    file_reference: str | None = None
    date: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    registered: bool = False


@dataclass(frozen=True, kw_only=True)
class VersionReceived(Event):
    """A station learned from the centre what a document of its own has become; `entry` made that version there.

    `base` is the id of the entry that made the version which the station had until then.
    """

    kind = "version-received"
    document_id: str
    version: int
    entry: str
    changed_at: str
    changed_by: str
    record_class: str
    department: str
    title: str
    page_ids: tuple[str, ...]
    file_reference: str | None = None
    date: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    registered: bool = False
    base: str = ""


@dataclass(frozen=True, kw_only=True)
class ConflictFound(Event):
    """Two revisions cannot both stand: a person must decide. Found again, it carries the newer side.

    `ours` and `theirs` are ids of journal entries: the version that stands, and the revision that waits.
    """

    kind = "conflict-found"
    conflict_id: str
    document_id: str
    reason: str
    """`same-field`, or `decided`: somebody had resolved the conflict already, otherwise."""
    base: str
    ours: str
    theirs: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConflictResolved(Event):
    """A person decided what the document is; a new version."""

    kind = "conflict-resolved"
    conflict_id: str
    document_id: str
    version: int
    base: str
    record_class: str
    department: str
    title: str
    page_ids: tuple[str, ...]
    file_reference: str | None = None
    date: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    registered: bool = False
    note: str = ""
    """Why it was decided so."""
    theirs: str = ""
    """The entry that waited when it was decided; empty by older programs, and where the centre closes a conflict."""


@dataclass(frozen=True, kw_only=True)
class StationInvited(Event):
    """An administrator made a code with which one station may enrol; only its hash is kept."""

    kind = "station-invited"
    code_hash: str
    departments: tuple[str, ...] = ()
    """Departments whose records the station may see and add to; empty for all."""


@dataclass(frozen=True, kw_only=True)
class StationEnrolled(Event):
    """A station used its code: from now on its key (Ed25519, hex) speaks for it."""

    kind = "station-enrolled"
    station_id: str
    """The id of the station's own archive."""
    name: str
    public_key: str
    code_hash: str
    departments: tuple[str, ...] = ()
    alone_until: int = 0
    """Up to this entry of its journal it had no centre, and destroyed records by itself; 0 where it never did."""


@dataclass(frozen=True, kw_only=True)
class StationRevoked(Event):
    """The station's key counts no more."""

    kind = "station-revoked"
    station_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StationFenced(Event):
    """The station's journal and what the centre has of it part: it was restored from an old copy, or cloned."""

    kind = "station-fenced"
    station_id: str
    sequence: int
    """Of the station's journal: the first that differs."""


@dataclass(frozen=True, kw_only=True)
class FileReturned(Event):
    """The centre has a file again that it lacked: what was made without it is made anew (the index, here and there)."""

    kind = "file-returned"
    sha: str


@dataclass(frozen=True, kw_only=True)
class StationReadmitted(Event):
    """The station took over what the centre has of it and goes on from there."""

    kind = "station-readmitted"
    station_id: str


@dataclass(frozen=True, kw_only=True)
class PersonAdmitted(Event):
    """Somebody may sign in at stations; again for the same person: role and departments as they are from now on.

    The password is no history: its hash stands in a table of its own, outside the journal.
    """

    kind = "person-admitted"
    person_id: str
    name: str
    role: str
    departments: tuple[str, ...] = ()
    """Empty: all."""


@dataclass(frozen=True, kw_only=True)
class PersonDisabled(Event):
    """The person signs in no more; what was done stays under the name."""

    kind = "person-disabled"
    person_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class BranchPlanted(Event):
    """A station that had parted from the centre goes on; what it had done alone follows, written again.

    `old_station` and `head` name the journal and the last entry (hash) of the branch, which is kept beside the archive.
    """

    kind = "branch-planted"
    old_station: str
    head: str
    entries: int


@dataclass(frozen=True, kw_only=True)
class Withheld(Event):
    """In a station's copy of the central journal: an entry that it may not see.

    `document_id` names a document that the station saw until then and that the entry took out of its sight, `page_ids`
    the pages that this document had.
    """

    kind = "withheld"
    document_id: str = ""
    page_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PageRead(Event):
    """An engine read the page; `reading` names the JSON of the reading in the vault."""

    kind = "page-read"
    page_id: str
    reading: str
    engine: str
    confidence: float
    unreadable: bool = False
    note: str = ""
    doubtful: int = 0
    """Words that a clerk should look at."""


@dataclass(frozen=True, kw_only=True)
class WordReviewed(Event):
    """A clerk looked at a word: `decided` is what stands there, the same as `read` if that was right, empty if no text.

    `reading` names the reading that was looked at, `line` and `word` count from 0 in it.
    """

    kind = "word-reviewed"
    page_id: str
    reading: str
    line: int
    word: int
    box: Box
    read: str
    decided: str


@dataclass(frozen=True, kw_only=True)
class FieldDecided(Event):
    """A clerk decided a field, beside what the machine had read."""

    kind = "field-decided"
    document_id: str
    field: str
    proposed: str | None
    decided: str
    page_id: str | None = None
    box: Box | None = None


@dataclass(frozen=True, kw_only=True)
class RenditionMade(Event):
    """A derived copy was made, or refused (`problem` says why, `blob` is empty)."""

    kind = "rendition-made"
    document_id: str
    rendition: str
    version: int
    blob: str
    made_with: str
    problem: str = ""


EVENT_TYPES: dict[str, type[Event]] = {
    cls.kind: cls
    for cls in (
        ArchiveCreated,
        BatchOpened,
        PageCaptured,
        PageExamined,
        FeedCounted,
        PageStateChanged,
        PageRotated,
        PagesOrdered,
        BatchClosed,
        FileOpened,
        DocumentCreated,
        DocumentRevised,
        PageRead,
        WordReviewed,
        FieldDecided,
        RenditionMade,
        RevisionMerged,
        VersionReceived,
        ConflictFound,
        ConflictResolved,
        StationInvited,
        StationEnrolled,
        StationRevoked,
        StationFenced,
        StationReadmitted,
        FileReturned,
        PersonAdmitted,
        PersonDisabled,
        BranchPlanted,
        Withheld,
    )
} | {
    cls.kind: cls
    for part in (
        ORGANISATION_EVENTS, CASE_EVENTS, AUDIT_EVENTS, RETENTION_EVENTS, MARK_EVENTS, ACCOUNT_EVENTS, LEVEL_EVENTS,
    )
    for cls in part
}  # fmt: skip

Revision = DocumentRevised | RevisionMerged | VersionReceived | ConflictResolved
"""Events that make a new version of a document."""
