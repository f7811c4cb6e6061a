"""Stations and their centre: who they are, how far each is, and what they say to one another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from muni_archive.domain.centre_errors import EntryInvalid
from muni_archive.domain.events import (
    CaseCorrected,
    ConflictFound,
    DestructionContested,
    DestructionReceived,
    DisposalRefused,
    DocumentDestroyed,
    FileReturned,
    HearingEnded,
    HearingOpened,
    RevisionMerged,
    StationEnrolled,
    StationFenced,
    StationInvited,
    StationReadmitted,
    StationRevoked,
    StepDisputed,
)
from muni_archive.domain.journal import GENESIS, JournalEntry, canonical_json, entry_hash
from muni_archive.domain.people import Sight

CENTRE_ONLY = frozenset(
    cls.kind
    for cls in (
        RevisionMerged, ConflictFound, StationInvited, StationEnrolled, StationRevoked, StationFenced,
        StationReadmitted, DocumentDestroyed, DisposalRefused, HearingOpened, HearingEnded, DestructionContested,
        CaseCorrected, StepDisputed, FileReturned,
    )
)  # fmt: skip
"""Kinds of entries that only the centre writes."""
WITHHELD = "withheld"
"""Kind of an entry that a station may not see: its place and hash are told, so that the chain can be followed."""


class StationState(StrEnum):
    """Whether the centre takes entries from a station."""

    ACTIVE = "active"
    FENCED = "fenced"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class Station:
    """A station as the centre knows it; `departments` empty means all."""

    id: str
    name: str
    public_key: str
    departments: tuple[str, ...]
    state: StationState
    note: str
    enrolled_at: str
    alone_until: int = 0
    """Up to this entry of its journal it had no centre, and destroyed by itself."""

    @property
    def sight(self) -> Sight:
        return Sight.of(self.departments)

    def may_see(self, department: str) -> bool:
        return self.sight.covers(department)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a journal is: its last entry's sequence and hash."""

    sequence: int
    hash: str


BEGINNING = Standing(sequence=0, hash=GENESIS)
"""Before a journal's first entry."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What the end of a journal speaks of: entries, the files that they name, the documents that they change."""

    entries: int
    files: int
    documents: int


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """What a person must decide; see `events.ConflictFound`. `resolution` is None while it waits."""

    id: str
    document_id: str
    reason: str
    base: str
    ours: str
    theirs: str
    fields: tuple[str, ...]
    found_at: str
    resolution: str | None
    resolved_at: str | None
    resolved_by: str | None


_FIELDS = ("sequence", "id", "at", "actor", "station", "kind", "payload", "previous", "hash")
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""What no database or file takes: the zero, and halves of signs."""
_TEXT_LIMITS = {"id": 36, "at": 32, "actor": 200, "station": 100, "kind": 40, "previous": 64, "hash": 64}
DEEPEST = 32
"""Lists and objects within one another in a payload; real ones have four."""
_MARKS = re.compile(r'\\.|["\[\]{}]')
LARGEST_PAYLOAD = 1_000_000
"""Characters of an entry's payload that is taken: a document of about 20,000 pages."""
LARGEST_DESTROYED = 12_000_000
"""Of one that says what was destroyed: it names every page of such a document, and all its files."""
_DESTROYED = frozenset(cls.kind for cls in (DocumentDestroyed, DestructionReceived))


def to_wire(entry: JournalEntry) -> list[int | str]:
    """The entry as it travels: its values in a fixed order."""
    return [getattr(entry, name) for name in _FIELDS]


def from_wire(values: Any) -> JournalEntry:
    """The entry that travelled; its form is checked, its hash is not. Raises `EntryInvalid`, of entry 0 where it does
    not say which it is.
    """
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) != len(_FIELDS):
        raise EntryInvalid(sequence=0, detail="an entry is a list of nine values")
    said = dict(zip(_FIELDS, values, strict=True))
    sequence = said["sequence"]
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not 0 < sequence < 2**62:
        raise EntryInvalid(sequence=0, detail="the sequence must be a whole number above 0")
    largest = LARGEST_DESTROYED if str(said["kind"]) in _DESTROYED else LARGEST_PAYLOAD
    for name in _FIELDS[1:]:
        limit = _TEXT_LIMITS.get(name, largest)
        if not isinstance(said[name], str) or len(said[name]) > limit:
            raise EntryInvalid(sequence=sequence, detail=f"{name} must be a text of at most {limit} signs")
        if _UNWRITABLE.search(said[name]):
            raise EntryInvalid(sequence=sequence, detail=f"{name} holds U+0000 or half a sign (a surrogate)")
    return JournalEntry(**said)


def with_times(entries: Sequence[JournalEntry], received: Any) -> Sequence[JournalEntry]:
    """The entries, with when the centre took them, by id. Raises `EntryInvalid` for a time that is none."""
    if not isinstance(received, Mapping):
        raise EntryInvalid(sequence=0, detail="the times of arrival are by entry")
    return [_with_time(entry, received[entry.id]) if entry.id in received else entry for entry in entries]


def _with_time(entry: JournalEntry, at: Any) -> JournalEntry:
    try:
        moment = datetime.fromisoformat(at).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as exc:
        raise EntryInvalid(sequence=entry.sequence, detail="its time of arrival is no time") from exc
    return replace(entry, received_at=moment.isoformat(timespec="microseconds"))


def check_nesting(entry: JournalEntry) -> None:
    """Raises `EntryInvalid` for a payload that is no JSON object, or nested so deep that reading it is a risk."""
    depth, most, within = 0, 0, False
    for sign in _MARKS.findall(entry.payload):
        if sign == '"':
            within = not within
        elif within:
            continue
        elif sign in "[{":
            depth += 1
            most = max(most, depth)
        elif sign in "]}":
            depth -= 1
    if most > DEEPEST or not entry.payload.startswith("{"):
        detail = f"its content must be an object, nested {DEEPEST} deep at most"
        raise EntryInvalid(sequence=entry.sequence, detail=detail)


def is_whole(entry: JournalEntry) -> bool:
    """Whether the entry's hash covers what it says."""
    values: Mapping[str, Any] = {name: getattr(entry, name) for name in _FIELDS[:-1]}
    return entry_hash(**values) == entry.hash


def withheld(entry: JournalEntry, *, left: str = "", page_ids: Sequence[str] = ()) -> JournalEntry:
    """What somebody who may not see the entry is told of it: nothing but that the document `left` is out of sight now,
    if it was seen before, and the pages that it had then.
    """
    said = {"document_id": left, "page_ids": list(page_ids)} if left else {}
    return JournalEntry(
        sequence=entry.sequence, id=f"withheld-{entry.sequence}", at="", actor="", station="", kind=WITHHELD,
        payload=canonical_json(said), previous=entry.previous, hash=entry.hash,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class VersionPlace:
    """Where in the central journal a version of a document came to stand, by whom, and in which department."""

    sequence: int
    station: str
    department: str
    page_ids: tuple[str, ...]
