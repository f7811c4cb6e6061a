"""Events of who looked, what went out, who came and went, and how the journal stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muni_archive.domain.event import Event


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
    """Somebody tried to sign in as `name`, known or not; `reason` is `wrong`, `locked` or `disabled`.

    Of an account, which has the name then, or else its issuer: `unknown`, `unproven` or `disabled`.
    """

    kind = "sign-in-failed"
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """The person's work here ended: `asked`, `idle`, `closed`, or `disabled` (access ended, or another password)."""

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


AUDIT_EVENTS: tuple[type[Event], ...] = (
    DocumentSeen,
    PagesSearched,
    DocumentPrinted,
    DocumentExported,
    DataExported,
    SignedIn,
    SignInFailed,
    SignedOut,
    CheckpointSigned,
)
