"""The seams of the audit trail, of what proves the journal, and of the figures of the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.figures import TakenStep, Waiting, WorkCounts
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.scope import Scope


class AuditReader(Protocol):
    """Reading the journal as an audit trail; newest first."""

    def count(self, wanted: AuditFilter) -> int:
        """One pass over the entries' times and kinds."""
        ...

    def part(
        self, wanted: AuditFilter, limit: int, *, skip: int = 0, before: JournalEntry | None = None
    ) -> Sequence[JournalEntry]:
        """Entries past the first `skip`, which costs more the more are skipped; or those that follow on `before`."""
        ...

    def people(self, wanted: AuditFilter) -> Sequence[str]:
        """Everybody who did something of it or signed in, by name. Names of tries are only those of people: what is
        typed as a name may be a password.
        """
        ...

    def documents_named(self, text: str) -> Sequence[str]:
        """Ids of the documents with this number (digits of any set), or of those in the file of this reference."""
        ...

    def documents_of(self, entries: Sequence[JournalEntry]) -> Mapping[str, tuple[str, str]]:
        """By entry id, id and number of the document that it speaks of, itself or by a page; others are left out."""
        ...

    def i_saw(self, document_id: str, *, since: str, until: str) -> bool:
        """Whether who works here has looked at the document between these times (ISO, UTC)."""
        ...

    def failed_sign_ins(self, *, since: str, until: str, name: str = "", reason: str = "") -> int:
        """Entries of failed tries between these times (ISO, UTC), under this name, for this reason."""
        ...

    def of_kind(self, kind: str, *, newest_first: bool = False) -> Iterator[JournalEntry]:
        """Every entry of this kind, in order, or from the end."""
        ...


class HeldKey(Protocol):
    """A key (Ed25519) that was fetched from where it is kept."""

    @property
    def public_key(self) -> str:
        """In hex."""
        ...

    def sign(self, text: bytes) -> str:
        """The signature, in hex."""
        ...


class Signer(Protocol):
    """The archive's own key."""

    def held(self, *, new: bool = True) -> HeldKey:
        """The key; with `new`, one is made and kept where there is none yet. The key store may be slow, or ask
        somebody: not to be waited for while others wait for a lock. Raises `KeyStoreFailed`, `KeyMissing`,
        `SigningKeyElsewhere` where none may be made.
        """
        ...

    def known_key(self) -> str:
        """The public key, empty where there is none yet, or where the key store does not tell."""
        ...


class FiguresReader(Protocol):
    """Counting the work in the tables. Moments are ISO texts in UTC; `until` itself is not included."""

    def counts(self, *, since: str, until: str, courses: int, scope: Scope | None = None) -> WorkCounts:
        """What was done in that time, and the course of that many documents, the latest. With a scope, of documents in
        it and of their pages; pages that are in no document yet are nobody's.
        """
        ...

    def taken_steps(self, *, since: str, until: str, scope: Scope | None = None) -> Iterator[TakenStep]:
        """Steps of cases that were taken in that time, all of them. A case is what its document is, or as it began."""
        ...

    def waiting(self, scope: Scope | None = None) -> Sequence[Waiting]:
        """Pages to read (`read`), words to review (`review`), documents to register (`register`), conflicts
        (`conflicts`); those of which there is nothing are there too.
        """
        ...
