"""The records of an archive: batches, pages, files, documents. Ids are UUIDv7 in their usual text form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from muni_archive.domain.geometry import Box

LONGEST_REFERENCE = 500
"""Signs of a file's reference: what tables are sorted by must be short enough for every database."""


class BatchState(StrEnum):
    """A batch takes pages until it is closed."""

    OPEN = "open"
    CLOSED = "closed"


class PageState(StrEnum):
    """Where a page stands in the ledger. Only kept pages go into documents; none is ever deleted."""

    KEPT = "kept"
    BLANK = "blank"
    SEPARATOR = "separator"
    REJECTED = "rejected"


class Side(StrEnum):
    """Which side of the sheet the page shows."""

    FRONT = "front"
    BACK = "back"


@dataclass(frozen=True, kw_only=True)
class ArchiveInfo:
    """What the archive is: written once, as the first entry of its journal."""

    archive_id: str
    station: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Pages that came in together, by one feed or one import, until their ledger adds up."""

    id: str
    device: str
    profile: str
    record_class: str
    file_reference: str | None
    state: BatchState
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None
    fed: int = 0
    """Pages that devices say they delivered, corrections by the clerk included."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One side of one sheet. `blob` names the untouched master image in the vault."""

    id: str
    batch_id: str
    position: int
    blob: str
    media_type: str
    width: int
    height: int
    dpi: int
    state: PageState
    captured_at: datetime
    side: Side = Side.FRONT
    rotation: int = 0
    """Degrees clockwise (0, 90, 180, 270) that the clerk turned the page for viewing."""
    fingerprint: str = ""
    """64-bit perceptual hash in hex, for pages that look alike; empty when none was made."""
    origin: str = ""
    """Where it came from: the file's name for an import, the device for a scan."""
    separator: str = ""
    """The code that a separator sheet carries, as text; empty for other pages."""
    note: str = ""
    """Why it was set aside."""
    document_id: str | None = None
    number: int | None = None
    """1-based place in its document."""
    read: bool = False
    unreadable: bool = False
    confidence: float | None = None
    doubtful: int = 0
    """Words of the latest reading that a clerk should still look at."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Pages fed = kept + blank + separators + rejected."""

    fed: int
    kept: int
    blank: int
    separator: int
    rejected: int

    @property
    def counted(self) -> int:
        return self.kept + self.blank + self.separator + self.rejected

    @property
    def adds_up(self) -> bool:
        return self.fed == self.counted


@dataclass(frozen=True, kw_only=True)
class File:
    """ملف: what documents of one parcel, person or matter are kept under."""

    id: str
    reference: str
    record_class: str
    department: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Document:
    """وثيقة: the current version. `registered` turns true when a clerk has confirmed the form."""

    id: str
    number: str
    version: int
    record_class: str
    department: str
    title: str
    file_reference: str | None
    date: str | None
    """ISO date (Gregorian) on the document itself, if known."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    page_ids: tuple[str, ...] = ()
    registered: bool = False
    created_at: datetime
    changed_at: datetime
    changed_by: str
    entry: str = ""
    """Id of the journal entry that made this version."""
    batch_id: str | None = None
    level: str = ""
    """The access level that somebody gave this very document; empty for none."""


@dataclass(frozen=True, kw_only=True)
class LevelGiven:
    """An access level that somebody gave a document; empty for that of its class again."""

    document_id: str
    level: str
    reason: str
    set_at: str
    set_by: str
    entry: str


@dataclass(frozen=True, kw_only=True)
class FieldDecision:
    """What a clerk decided, beside what the machine read (`proposed`, None when it read nothing)."""

    document_id: str
    field: str
    proposed: str | None
    decided: str
    page_id: str | None
    box: Box | None
    decided_at: datetime
    decided_by: str


@dataclass(frozen=True, kw_only=True)
class WordReview:
    """What a clerk found to stand where a word was read; see `events.WordReviewed`."""

    page_id: str
    reading: str
    line: int
    word: int
    box: Box
    read: str
    decided: str
    decided_at: datetime
    decided_by: str


class RenditionKind(StrEnum):
    """Kinds of derived copies."""

    ACCESS_PDF = "access-pdf"
    REDACTED_PDF = "redacted-pdf"


@dataclass(frozen=True, kw_only=True)
class Rendition:
    """A derived copy that can be made again; `version` is the document version that it shows.

    `blob` is empty and `problem` says why when the copy was refused.
    """

    document_id: str
    kind: RenditionKind
    version: int
    blob: str
    made_with: str
    made_at: datetime
    problem: str = ""
