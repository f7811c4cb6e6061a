"""The seams of the archive: what the services need, and adapters provide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from muni_archive.audit_ports import AuditReader as AuditReader
from muni_archive.audit_ports import FiguresReader as FiguresReader
from muni_archive.audit_ports import Signer as Signer
from muni_archive.case_ports import Cases as Cases
from muni_archive.case_ports import PersonKeys as PersonKeys
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.disposals import Destroyed
from muni_archive.domain.events import Event
from muni_archive.domain.finding import PageFound
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.permissions import Subject
from muni_archive.domain.record_class import RecordClass
from muni_archive.domain.records import (
    ArchiveInfo,
    Batch,
    BatchState,
    Document,
    FieldDecision,
    File,
    LevelGiven,
    Page,
    Rendition,
    RenditionKind,
    WordReview,
)
from muni_archive.domain.scope import Scope
from muni_archive.domain.together import Conflict, Left, Standing, Station, VersionPlace
from muni_archive.line_ports import SyncTransport as SyncTransport
from muni_archive.mark_ports import Marks, Redactions
from muni_archive.paper_ports import ReadingPool as ReadingPool
from muni_archive.paper_ports import ReadRequest as ReadRequest
from muni_archive.paper_ports import Recognizer as Recognizer
from muni_archive.paper_ports import ScanDriver as ScanDriver
from muni_archive.paper_ports import ScanFeed as ScanFeed
from muni_archive.paper_ports import SearchIndex as SearchIndex
from muni_archive.people_ports import AccountDesk as AccountDesk
from muni_archive.people_ports import Guard as Guard
from muni_archive.people_ports import OrganisationRecords as OrganisationRecords
from muni_archive.people_ports import People as People
from muni_archive.retention_ports import RetentionRecords
from muni_archive.vault_ports import CentralDesk as CentralDesk
from muni_archive.vault_ports import UploadDesk as UploadDesk
from muni_archive.vault_ports import Vault as Vault


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        ...


class Ids(Protocol):
    """Where new ids come from."""

    def new(self) -> str:
        """A new UUIDv7 in its usual text form; later ones sort later."""
        ...


class Records(Protocol):
    """Reading the tables. Lists are ordered as their docstrings say; unknown ids raise `NotFound`."""

    def archive(self) -> ArchiveInfo: ...

    def batch(self, batch_id: str) -> Batch: ...

    def batches(self, state: BatchState | None = None) -> Sequence[Batch]:
        """Oldest first."""
        ...

    def page(self, page_id: str) -> Page: ...

    def pages(self, page_ids: Sequence[str]) -> Sequence[Page]:
        """In the order asked; unknown ids are left out."""
        ...

    def pages_found(self, page_ids: Sequence[str]) -> Mapping[str, PageFound]:
        """What an answer shows of them, by id; those that are unknown or in no document are left out."""
        ...

    def pages_of_batch(self, batch_id: str) -> Sequence[Page]:
        """All states, in their order in the batch."""
        ...

    def pages_of_document(self, document_id: str) -> Sequence[Page]: ...

    def pages_to_read(self, limit: int) -> Sequence[Page]:
        """Kept pages without a reading, oldest first; pages still in an open batch too."""
        ...

    def count_to_read(self) -> int: ...

    def pages_to_review(self, limit: int, *, scope: Scope | None = None) -> Sequence[Page]:
        """Kept pages with words that a clerk should look at, oldest first; with a scope, of documents within it."""
        ...

    def count_to_review(self, *, scope: Scope | None = None) -> int: ...

    def word_reviews(self, page_id: str) -> Sequence[WordReview]:
        """What clerks found on the page, oldest first; a later one of a word outranks an earlier."""
        ...

    def word_reviews_of(self, page_ids: Sequence[str]) -> Mapping[str, Sequence[WordReview]]:
        """As `word_reviews`, of many pages; those that nobody has looked at are left out."""
        ...

    def reviewed_pages(self) -> Sequence[str]:
        """Ids of the pages with reviews, in order."""
        ...

    def pages_with_blob(self, blob: str) -> Sequence[Page]:
        """Kept pages with exactly these bytes."""
        ...

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        """(page id, fingerprint) of every kept page that has one, in order of id."""
        ...

    def pages_with_reading(self, reading: str) -> Sequence[str]:
        """Ids of the pages of which this file is a reading, the latest or one before."""
        ...

    def reading_blob(self, page_id: str) -> str | None:
        """Name in the vault of the page's latest reading."""
        ...

    def reading_blobs(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        """As `reading_blob`, of many pages; those that wait to be read are left out."""
        ...

    def file(self, reference: str) -> File | None: ...

    def document(self, document_id: str) -> Document: ...

    def documents_by_id(self, document_ids: Sequence[str]) -> Mapping[str, Document]: ...

    def document_by_number(self, number: str) -> Document:
        """Digits of any set; raises `NotFound`."""
        ...

    def documents(
        self, *, registered: bool | None = None, limit: int = 100, after: str = "", scope: Scope | None = None
    ) -> Sequence[Document]:
        """Oldest first, from the one after this id on; within the scope, if one is named."""
        ...

    def documents_of_class(
        self, record_class: str, file_reference: str | None = None, *, scope: Scope | None = None
    ) -> Sequence[Document]:
        """Registered ones, oldest first; of one file if it is named."""
        ...

    def count_documents(self, *, registered: bool | None = None, scope: Scope | None = None) -> int: ...

    def count_pages(self, *, scope: Scope | None = None) -> int:
        """Pages in documents."""
        ...

    def versions(self, document_id: str) -> Sequence[Document]:
        """Every version, first to current."""
        ...

    def levels_of(self, document_ids: Sequence[str]) -> Mapping[str, str]:
        """The access levels that these documents have of their own, of destroyed ones too; without those without."""
        ...

    def levels_given(self, document_id: str) -> Sequence[LevelGiven]:
        """All that the document was ever given, the one that stands last."""
        ...

    def levels_standing(self, documents: Collection[str] | None = None) -> Mapping[str, LevelGiven]:
        """By document, the last word about its level, of these or of all; documents that are elsewhere too."""
        ...

    def decisions(self, document_id: str) -> Sequence[FieldDecision]: ...

    def rendition(self, document_id: str, kind: RenditionKind) -> Rendition | None:
        """The latest of its kind."""
        ...

    def version_by_entry(self, document_id: str, entry_id: str) -> Document | None:
        """The version of the document that this journal entry made."""
        ...

    def has_version(self, document_id: str, entry_id: str) -> bool:
        """Whether that entry made a version, also of a document that was created elsewhere."""
        ...

    def current_entry(self, document_id: str) -> str | None:
        """Id of the entry that made the latest version; other stations' documents that were revised here too."""
        ...

    def current_entries(self, documents: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
        """(document id, id of the entry that made its latest version) of these documents or of all."""
        ...

    def knows_entry(self, entry_id: str) -> bool: ...

    def knows_version(self, document_id: str, entry_id: str) -> bool:
        """Whether the version that this entry made was told here: by the entry itself, or by who received it."""
        ...

    def entry(self, entry_id: str) -> JournalEntry: ...

    def event(self, entry_id: str) -> Event:
        """What happened, by the entry's id."""
        ...

    def conflicts(self, *, open_only: bool = True, theirs: str | None = None) -> Sequence[Conflict]:
        """What people must decide, oldest first; only that in which the entry `theirs` waits, if one is named."""
        ...

    def conflict(self, conflict_id: str) -> Conflict: ...

    def conflicts_decided(self, *, after: int) -> frozenset[str]:
        """Ids of the conflicts that entries past this sequence decide."""
        ...

    def disposals_decided(self, *, after: int) -> Mapping[str, Sequence[str]]:
        """By disposal, the ids of the entries past this sequence that propose, confirm or withdraw it."""
        ...

    def entries_of(self, document_ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """By document, the sequences of the first and the last entry of this journal that made it what it is."""
        ...

    def left_after(self, sequence: int) -> Left:
        """What the entries past this one speak of."""
        ...

    def stations(self) -> Sequence[Station]:
        """Of the centre, by name, where this is it or a copy of it."""
        ...

    def next_serial(self, station: str, year: int) -> int: ...

    def journal(self, *, after: int = 0, limit: int = 1000, most_signs: int | None = None) -> Sequence[JournalEntry]:
        """In order, from the entry after `after` on; at least one where there is one, however long it is."""
        ...

    def told_again(self, kinds: Collection[str], *, after: int) -> Sequence[JournalEntry]:
        """In a copy: those of these kinds that were told again past this sequence. They stand in their old places."""
        ...

    def last_sequence(self) -> int: ...


class UnitOfWork(Protocol):
    """One use case, one transaction: tables and journal change together or not at all.

    Used as a context manager; leaving without `commit` undoes everything. A unit that only reads
    takes no lock.
    """

    records: Records
    people: People
    organisation: OrganisationRecords
    cases: Cases
    audit: AuditReader
    retention: RetentionRecords
    marks: Marks
    redactions: Redactions
    figures: FiguresReader

    @property
    def actor(self) -> str:
        """Whose name stands in what is recorded."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def lock(self) -> None:
        """Take the write lock now: what is read from here on stays true until the commit."""
        ...

    def record(self, event: Event) -> JournalEntry:
        """Append the event to the journal and apply it to the tables; visible to `records` at once."""
        ...

    def commit(self) -> None:
        """Make it durable (full sync). Raises `DiskFull`."""
        ...


class CentralUnit(UnitOfWork, Protocol):
    """A unit of work at the centre: what stations wrote is admitted into the central journal."""

    def admit(self, station_id: str, entries: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
        """Append a station's next entries, already checked, and apply them; returns them as they stand centrally."""
        ...

    def standing(self, station_id: str) -> Standing:
        """How far the centre has the station's journal; sequence 0 for nothing."""
        ...

    def with_arrivals(self, entries: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
        """The same entries of the central journal; those from which something is counted say when they were taken."""
        ...

    def arrival(self, sequence: int) -> datetime | None:
        """When the entry in this place was taken from a station; None for one of the centre's own."""
        ...

    def last_arrival(self, station_id: str) -> int:
        """Where in the central journal the station's last entry stands; 0 for none."""
        ...

    def destroyed_in(
        self, *, file_reference: str | None = None, record_class: str | None = None, since: int = 0
    ) -> Sequence[Destroyed]:
        """What was destroyed of a file or of a class, by entries past this one."""
        ...

    def own_entries(
        self, station_id: str, *, after: int, limit: int, most_signs: int | None = None
    ) -> Sequence[JournalEntry]:
        """The station's journal as the station wrote it, bounded as `Records.journal` is."""
        ...

    def stations(self) -> Sequence[Station]:
        """By name."""
        ...

    def station(self, station_id: str) -> Station: ...

    def invitation(self, code_hash: str, *, since: str) -> tuple[str, ...] | None:
        """The departments of an unused invitation; None for one that is unknown, used, or made before (ISO, UTC)."""
        ...

    def enrolled_with(self, code_hash: str) -> str | None:
        """Id of the station that used this code."""
        ...

    def departments_given(self, station_id: str) -> Sequence[tuple[str, ...]]:
        """By each enrolment of the station, its departments; none means all."""
        ...

    def received_as(self, document_id: str, entry_id: str) -> str | None:
        """Id of an entry with which some station says that it received that version: for what a restore lost."""
        ...

    def version_places(self, document_ids: Sequence[str]) -> Mapping[str, Sequence[VersionPlace]]:
        """By document, where in the journal each of its versions came to stand, first to last."""
        ...

    def history(self, document_id: str, page_ids: Sequence[str], *, before: int) -> Sequence[JournalEntry]:
        """All that was said of the document before that entry, and of words on these pages."""
        ...

    def batch_openers(self, batch_ids: Sequence[str]) -> Mapping[str, str]:
        """By batch, the name of the station that opened it; those that are not here are left out."""
        ...

    def missing_blobs(self, shas: Sequence[str]) -> Sequence[str]:
        """Those that have not arrived, in the order asked."""
        ...

    def blob_size(self, sha: str) -> int | None: ...

    def larger_blobs(self, shas: Sequence[str], size: int) -> frozenset[str]:
        """Those of them that are here and have more bytes."""
        ...

    def departments_of_blob(self, sha: str) -> Sequence[str]:
        """Departments of the documents that have the file as page, reading or copy."""
        ...

    def documents_of_blob(self, sha: str) -> Sequence[Subject]:
        """Department, record class, file and own level of each of those documents."""
        ...

    def add_blob(self, sha: str, size: int) -> None:
        """The bytes are here and were hashed; nobody wants them any more. That what was wanted came is an entry."""
        ...

    def forget_blob(self, sha: str) -> bool:
        """The bytes are not here any more, so they are wanted; False when they were not counted."""
        ...

    def want(self, sha: str, station_id: str) -> None:
        """The station lost the file before it had sent it."""
        ...

    def wanted(self, station: Station, *, after: str, limit: int) -> Sequence[str]:
        """Names past `after` of files that are named and not here, as far as this station may have them."""
        ...

    def every_wanted(self) -> Sequence[str]:
        """Names of all files that are named and not here."""
        ...

    def destroyed_among(self, shas: Sequence[str]) -> Sequence[str]:
        """Those that were once destroyed and, as far as is known, are here (again)."""
        ...

    def lost_by(self, station_id: str, *, limit: int) -> Sequence[str]:
        """Names of files that this station has lost, the latest first."""
        ...

    def lost_somewhere(self, sha: str) -> bool:
        """Whether any station says that it lost the file."""
        ...

    def may_be_lost(self, sha: str, station: Station) -> bool:
        """Whether the station may name a file that it says it lost: one of some departments none that others named."""
        ...

    def add_brought(self, shas: Sequence[str], station_id: str) -> None:
        """The station has sent these very bytes."""
        ...

    def not_brought(self, shas: Sequence[str], station_id: str) -> Sequence[str]:
        """Those whose bytes the station has not sent itself."""
        ...


class ReplicaUnit(UnitOfWork, Protocol):
    """A unit of work on a station's copy of the central archive."""

    def follow(self, entries: Sequence[JournalEntry]) -> None:
        """Append the next part of the central journal as it is, and apply it. Raises `ArchiveDamaged`.

        What is told again takes the place of its stub, and its effect before the entry that follows it here.
        """
        ...

    def begin_anew(self) -> None:
        """Forget everything: the centre's journal is another."""
        ...

    def become(self, other: Self) -> None:
        """Forget everything, and be what the other is: a copy that was made anew."""
        ...


class CopyAnew(Protocol):
    """Where a copy is made anew, beside the one that is used meanwhile. One process at a time."""

    @property
    def begun(self) -> bool: ...

    def open(self) -> AbstractContextManager[Callable[[], ReplicaUnit]]:
        """As far as it was made before. Raises `ArchiveInUse`."""
        ...

    def remove(self) -> None:
        """It is used, or no use any more."""
        ...


class RecordClasses(Protocol):
    """The record classes of this installation, by id."""

    def all(self) -> Sequence[RecordClass]: ...

    def get(self, class_id: str) -> RecordClass:
        """Raises `NotFound`."""
        ...


FILE_LOST = "file-lost"
"""Kind of the problem that a station lost a file before it had sent it: nothing here is damaged."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that `verify` found: `kind` is a stable code, `detail` names the place."""

    kind: str
    detail: str
    file: str = ""
    """Name of the file in the vault that it is about."""


class Integrity(Protocol):
    """Proves that journal, tables and vault are what they were."""

    def problems(self, *, cancel: CancelToken, progress: Callable[[int, int, str], None]) -> Iterator[Problem]:
        """Every broken link of the chain, every difference between tables and replay, every bad blob."""
        ...

    @property
    def entries(self) -> int:
        """Journal entries checked."""
        ...

    @property
    def blobs(self) -> int:
        """Vault files checked."""
        ...

    @property
    def strays(self) -> Sequence[str]:
        """Whole files in the vault that no entry names: somebody laid them there, or work was cut off."""
        ...
