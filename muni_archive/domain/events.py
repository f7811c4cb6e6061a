"""Everything that can happen in an archive: one frozen dataclass a fact.

An event holds plain values only (text, numbers, booleans, tuples, mappings, `Box`), so that its JSON is
canonical. Who, when and where stand in the journal entry around it. A `kind` is never reused or
renamed: journals live longer than programs. New fields need a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.event import Event as Event  # noqa: PLC0414  # told on to who speaks of events
from muni_archive.domain.geometry import Box
from muni_archive.domain.organisation_events import ORGANISATION_EVENTS
from muni_archive.domain.redaction import HiddenArea


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


@dataclass(frozen=True, kw_only=True)
class ProcedureLoaded(Event):
    """An administrator brought a procedure in; from now on cases of that id begin under this version.

    `version` is the SHA-256 of its file, which lies in the vault.
    """

    kind = "procedure-loaded"
    procedure_id: str
    version: str


@dataclass(frozen=True, kw_only=True)
class CaseStarted(Event):
    """A document or a file began its way through a procedure, whose file (`version`) lies in the vault."""

    kind = "case-started"
    case_id: str
    procedure_id: str
    version: str
    title: str
    department: str
    record_class: str
    document_id: str | None = None
    file_reference: str | None = None
    note: str = ""
    opened: tuple[StepOpened, ...] = ()
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class StepTaken(Event):
    """A person took a step of a case: a decision, signed with their key.

    What followed from it stands here too (`opened`, `lapsed`, `end`), though the procedure gives it: so tables need no
    engine, and the engine can be held against the journal.
    """

    kind = "step-taken"
    case_id: str
    number: int
    element: str
    outcome: str
    version: str
    """Of the procedure."""
    department: str
    """Of the case: who may not see the one does not hear of the other."""
    role: str
    decided_at: str
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()
    stands_in_for: str = ""
    document_id: str | None = None
    document_entry: str = ""
    """Id of the entry that made the version of the document which was looked at."""
    key: str = ""
    """The public half of the key that signed."""
    signature: str = ""
    opened: tuple[StepOpened, ...] = ()
    lapsed: tuple[int, ...] = ()
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class TimerPassed(Event):
    """A case waited long enough."""

    kind = "timer-passed"
    case_id: str
    department: str
    number: int
    element: str
    document_id: str | None = None
    opened: tuple[StepOpened, ...] = ()
    lapsed: tuple[int, ...] = ()
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseReassigned(Event):
    """A step waits for this person from now on; for whoever has the role when `to` is empty."""

    kind = "case-reassigned"
    case_id: str
    department: str
    number: int
    to: str
    note: str
    document_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(Event):
    """Whoever began the case took it back."""

    kind = "case-withdrawn"
    case_id: str
    department: str
    note: str
    document_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersonKeyMade(Event):
    """The person who wrote this entry signs with this key (public half, Ed25519, hex) from now on."""

    kind = "person-key-made"
    public_key: str


@dataclass(frozen=True, kw_only=True)
class SampleDrawn(Event):
    """Pages of a clerk were drawn for a look: see `domain.sampling`.

    `first` and `last` are ids of entries of this station's journal, between which the pages came in: ids, because an
    entry has another number at the centre.
    """

    kind = "sample-drawn"
    sample_id: str
    clerk: str
    percent: int
    seed: str
    first: str
    last: str
    page_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DocumentSeen(Event):
    """A person opened a document and looked at it; once a person, document and hour."""

    kind = "document-seen"
    document_id: str
    number: str


@dataclass(frozen=True, kw_only=True)
class PagesSearched(Event):
    """A person asked for pages. `filters` are those that were set, `found` is how many pages there were."""

    kind = "pages-searched"
    query: str
    found: int
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DocumentPrinted(Event):
    """A person sent pages of a document to a printer."""

    kind = "document-printed"
    document_id: str
    number: str
    pages: int


@dataclass(frozen=True, kw_only=True)
class DocumentExported(Event):
    """A person took a copy of a document out of the archive: `access-pdf`, or `page-text` by way of the clipboard."""

    kind = "document-exported"
    document_id: str
    number: str
    form: str


@dataclass(frozen=True, kw_only=True)
class DataExported(Event):
    """A person took something else out: `corrections`, `journal`, `audit`, `dashboard`. `count` is of its parts."""

    kind = "data-exported"
    what: str
    count: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """A person signed in at this station; `method` says how they proved who they are."""

    kind = "signed-in"
    person_id: str
    name: str
    method: str = "password"


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """Somebody tried to sign in as `name`, known or not; `reason` is `wrong`, `locked` or `disabled`."""

    kind = "sign-in-failed"
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """The person's work here ended: `asked`, `idle` or `closed`."""

    kind = "signed-out"
    person_id: str
    name: str
    reason: str = "asked"


@dataclass(frozen=True, kw_only=True)
class CheckpointSigned(Event):
    """The archive's own key (Ed25519, hex) signed how its journal stood: the entry before this one.

    Whoever knows the public key sees by it whether anything up to there was written anew. In a journal that was planted
    again (`branch-planted`) the entries have other places, and the checkpoints among them vouch for nothing any more.
    """

    kind = "checkpoint-signed"
    archive_id: str
    sequence: int
    head: str
    """Hash of the entry `sequence`."""
    public_key: str
    signature: str


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
        PersonAdmitted,
        PersonDisabled,
        BranchPlanted,
        Withheld,
        ProcedureLoaded,
        CaseStarted,
        StepTaken,
        TimerPassed,
        CaseReassigned,
        CaseWithdrawn,
        PersonKeyMade,
        SampleDrawn,
        DocumentSeen,
        PagesSearched,
        DocumentPrinted,
        DocumentExported,
        DataExported,
        SignedIn,
        SignInFailed,
        SignedOut,
        CheckpointSigned,
        FileClosed,
        FileReopened,
        HoldPlaced,
        HoldLifted,
        RetentionExtended,
        DisposalProposed,
        DisposalWithdrawn,
        DisposalConfirmed,
        DocumentDestroyed,
        MarkAdded,
        MarkChanged,
        MarkRemoved,
        RedactionProposed,
        RedactionDecided,
    )
} | {cls.kind: cls for cls in ORGANISATION_EVENTS}

Revision = DocumentRevised | RevisionMerged | VersionReceived | ConflictResolved
"""Events that make a new version of a document."""
