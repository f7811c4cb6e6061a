"""Reading what retention knows: a part of `ports`, in a module of its own because that one is long."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from muni_archive.domain.disposals import Contested, Destroyed, Disposal, DisposalState, Hearing
from muni_archive.domain.holds import Hold, Places
from muni_archive.domain.retention import Life, RetentionRule


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A document as retention sees it."""

    document_id: str
    number: str
    title: str
    record_class: str
    file_reference: str | None
    life: Life


@dataclass(frozen=True, kw_only=True)
class FileState:
    """A file ملف that was closed."""

    reference: str
    closed_at: datetime
    closed_by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Remains:
    """What would go with a document: its pages, and the files that they and its copies consist of."""

    page_ids: tuple[str, ...]
    files: tuple[str, ...]


class RetentionRecords(Protocol):
    """Reading the tables of retention. Unknown ids raise `NotFound` unless the signature says None."""

    def kept(self, document_id: str) -> Kept: ...

    def kept_of_class(self, record_class: str, rule: RetentionRule, begun_by: date) -> Iterator[Kept]:
        """Registered documents of the class whose years, by this rule, may have begun by that day; oldest first."""
        ...

    def places(self, document_id: str) -> Places:
        """Where the document is and ever was."""
        ...

    def holds(self, *, resting_only: bool = True) -> Sequence[Hold]:
        """The latest first."""
        ...

    def hold(self, hold_id: str) -> Hold: ...

    def holds_on(self, document_id: str) -> Sequence[Hold]:
        """All that rest on the document, its files or its classes, the latest first."""
        ...

    def closed_file(self, reference: str) -> FileState | None: ...

    def disposals(self, *states: DisposalState) -> Sequence[Disposal]:
        """In these states, or all; oldest first."""
        ...

    def disposal(self, disposal_id: str) -> Disposal: ...

    def came(self, subjects: Sequence[str]) -> Mapping[str, str]:
        """When the centre heard, by its own clock, of versions and closings (by their entry), proposals and broken
        glass (by their id); what is not known is left out. As texts of the journal.
        """
        ...

    def note_came(self, told: Mapping[str, str]) -> None:
        """Keep what the centre said of that; what is known stands. No part of the journal."""
        ...

    def disposal_of(self, document_id: str) -> Disposal | None:
        """The proposal that waits for the document."""
        ...

    def remains(self, document_id: str) -> Remains:
        """The document's pages, those of earlier versions that are in no document now, and, where it is the last
        document of its batch, the pages that were set aside there.
        """
        ...

    def destroyed(self, number_or_id: str) -> Destroyed | None:
        """By its number in any digits, or by its id."""
        ...

    def all_destroyed(self, limit: int) -> Sequence[Destroyed]:
        """The latest first."""
        ...

    def count_destroyed(self) -> int: ...

    def destroyed_files(self, document_id: str) -> Sequence[str]:
        """The hashes of what it consisted of, in order."""
        ...

    def files_to_remove(self) -> Sequence[str]:
        """Destroyed files that nobody has looked for in the vault since."""
        ...

    def files_destroyed(self) -> Sequence[str]:
        """Every file that any destroyed record consisted of."""
        ...

    def is_named(self, sha: str) -> bool:
        """Whether any record that is there consists of this file."""
        ...

    def was_destroyed(self, sha: str) -> bool:
        """Whether a destroyed record consisted of this file."""
        ...

    def note_removed(self, sha: str) -> None:
        """The file is gone, or has come back into use. Written under the write lock; no part of the journal."""
        ...

    def forget_file(self, sha: str) -> None:
        """No record consists of it: it does not count as arrived any more, and nobody is asked for it."""
        ...

    def destroyed_alone_until(self) -> int:
        """The last entry with which this archive destroyed a record by itself; 0 for none."""
        ...

    def hearings(self) -> Sequence[Hearing]:
        """Those that are open."""
        ...

    def hearing_of(self, disposal_id: str) -> Hearing | None: ...

    def answered(self, hearing_id: str) -> frozenset[str]:
        """Names of the stations that have answered."""
        ...

    def contested(self) -> Sequence[Contested]:
        """The latest first."""
        ...

    def speaks_of(self, subjects: Collection[str]) -> frozenset[str]:
        """Those of these documents and pages, by id, of which any table here says something."""
        ...
