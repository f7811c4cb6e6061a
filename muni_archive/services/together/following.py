"""A station follows the central journal: its copy of the central archive, and its own documents' news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import get_args

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreTooNew
from muni_archive.domain.events import (
    ConflictResolved,
    DocumentDestroyed,
    DocumentRevised,
    FileClosed,
    HoldLifted,
    LevelSet,
    Revision,
    VersionReceived,
)
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.merging import description_of
from muni_archive.domain.records import Document
from muni_archive.domain.saying import said_in
from muni_archive.domain.together import BEGINNING, Standing
from muni_archive.domain.versions import PROTOCOL, tellable
from muni_archive.ports import Records, ReplicaUnit, SyncTransport, UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.together.decided import DECIDING, OF_PROPOSALS, take_over_decisions
from muni_archive.services.together.levels import take_over_levels
from muni_archive.services.workplace import Workplace

PART = 1000
Departments = Callable[[], Sequence[str] | None]
"""For which the station works, as `Together.departments` tells."""
_VERSIONS = {kind.kind for kind in get_args(Revision)}
_BEGINNING = {DocumentRevised.kind, ConflictResolved.kind, FileClosed.kind}
"""Kinds of a station's own entries from which a record's years are counted."""
_TOLD_AGAIN = {LevelSet.kind, *OF_PROPOSALS}
"""Kinds of what is taken over from entries that a copy is told again, when their document comes into sight."""


@dataclass(frozen=True, kw_only=True)
class Followed:
    """How many entries came, and whether any of them speaks of a document."""

    entries: int
    documents: bool
    stopped_at: str = ""
    """A kind of entry that this program does not know: the copy stands before the first of it until it is updated."""


def follow_centre(
    copy: Callable[[], ReplicaUnit],
    line: SyncTransport,
    *,
    cancel: CancelToken,
    wait: float = 0,
    told: Callable[[int], None] = lambda _: None,
) -> Followed:
    """Bring the copy up to where the central journal ends now: one to which others write all the time has no end.

    `told` hears the sequence after each part. With `wait`, the centre holds the first question for so many seconds
    while there is nothing new. Raises `CopyParted` when the centre's journal is another than the copy's: the copy must
    begin anew.
    """
    came, documents, end = 0, False, 0
    while True:
        cancel.raise_if_cancelled()
        with copy() as unit:
            after, link = _end(unit.records)
        try:
            entries = line.feed(after=after, link=link, wait=0 if came else wait)
            entries, strange = tellable(entries, PROTOCOL, after=after)
        except CentreTooNew as error:  # it knows in which version it is asked
            entries, strange = (), str(error.params.get("kind", "?"))
        if not entries:
            return Followed(entries=came, documents=documents, stopped_at=strange)
        with copy() as unit:
            unit.follow(entries)
            unit.commit()
        came += len(entries)
        documents = documents or any(said_in(entry.kind, entry.payload).get("document_id") for entry in entries)
        told(entries[-1].sequence)
        end = end or line.standing()[2]
        if entries[-1].sequence >= end:
            return Followed(entries=came, documents=documents)


def fetch_procedures(copied: Workplace) -> None:
    """Have the files here under which cases are open, or would begin now: they go on while the line is away."""
    with copied.unit_of_work() as unit:
        latest = {each.id: each.version for each in unit.cases.procedures()}
        versions = {*latest.values(), *(case.version for case in unit.cases.cases(open_only=True))}
    copied.vault.fetch_ahead(sorted(versions))


def take_over_versions(
    own: Callable[[], UnitOfWork],
    copy: Callable[[], UnitOfWork],
    documents: Collection[str] | None = None,
    *,
    departments: Departments = lambda: None,
) -> Sequence[str]:
    """Record in the station's journal what documents known to it have become at the centre; returns their ids.

    Looks at these documents, or at all. Every version in the station's departments is received, in its order, and none
    that is known here: so no copy that shows the past, or of a centre that was put back in time, puts a document back.
    Such a centre is sent again what it lost, version by version, for each stands in this journal as this station's or
    as received.

    One whose version here the copy has not been told waits: it is mentioned again when that comes.

    `departments` are those that the station's enrolment named: the copy, half of it, knows those of an earlier one.
    Where nothing else is known, its word counts.
    """
    with copy() as seen, own() as unit:
        found = [
            (entry, news)
            for document_id, entry in unit.records.current_entries(documents)
            if (news := _news_of(document_id, entry, unit, seen.records))
        ]
        heard = departments_of(seen.records, unit.records.archive().archive_id)
    mine = departments()  # asked last: a copy for others begins to grow when they are known
    mine = (heard or ()) if mine is None else mine
    changed = [(entry, of_ours) for entry, news in found if (of_ours := [each for each in news if _is_of(mine, each)])]
    if not changed:
        return ()
    taken = []
    with own() as unit:
        unit.lock()
        for base, news in changed:
            document_id = news[0].id
            if unit.records.current_entry(document_id) == base:
                for version in news:
                    unit.record(_received(version, unit.records.current_entry(document_id) or base))
                taken.append(document_id)
        unit.commit()
    return taken


def departments_of(seen: Records, station_id: str) -> Sequence[str] | None:
    """Those for which the station works, as far as the copy was told; none means all, None that it was not."""
    return next((each.departments for each in seen.stations() if each.id == station_id), None)


def _is_of(departments: Collection[str], document: Document) -> bool:
    """What a document was while it was elsewhere, a station of some departments may not write down."""
    return not departments or document.department in departments


def _news_of(document_id: str, entry: str, own: UnitOfWork, seen: Records) -> Sequence[Document]:
    """Versions past the last that is known here, the oldest first; `entry` made the one that stands here."""
    news = list[Document]()
    for found in seen.documents_by_id([document_id]).values():
        if found.entry != entry and not own.records.has_version(document_id, found.entry):
            later = reversed(seen.versions(document_id))
            news = list(takewhile(lambda each: not own.records.has_version(document_id, each.entry), later))
    # Asked last: the copy may become another in this moment.
    return news[::-1] if news and seen.knows_version(document_id, entry) else ()


def take_over_news(
    own: Callable[[], UnitOfWork],
    copy: Callable[[], UnitOfWork],
    *,
    after: Standing = BEGINNING,
    departments: Departments = lambda: None,
) -> tuple[Sequence[str], Standing]:
    """As `take_over_versions`, of the documents that the copy speaks of past this entry, with access levels that they
    were given and what the centre decided; and the copy's end. Where the copy has not that very entry, it was begun
    anew: all of it is looked at. What the copy was told again past this entry stands before it, and is looked at too.
    """
    with own() as unit:
        station = unit.records.archive().station
    with copy() as unit:
        since = at = _known(unit.records, after)
        spoken, began = defaultdict[str, set[str]](set), list[str]()
        while entries := unit.records.journal(after=at.sequence, limit=PART):
            if entries[0].previous != at.hash:  # the copy has become another in this moment
                since = at = BEGINNING
                continue
            at = Standing(sequence=entries[-1].sequence, hash=entries[-1].hash)
            began += [entry.id for entry in entries if entry.station == station and entry.kind in _BEGINNING]
            _hear(spoken, entries)
        _hear(spoken, unit.records.told_again(_TOLD_AGAIN, after=since.sequence))
    changed = set[str]().union(*(spoken[kind] for kind in _VERSIONS))
    taken = take_over_versions(own, copy, changed, departments=departments) if changed else ()
    _take_over_times(own, copy, began, taken)
    given = take_over_levels(own, copy, levelled) if (levelled := spoken[LevelSet.kind]) else ()
    told = tuple(dict.fromkeys((*taken, *given)))
    if not DECIDING.intersection(kind for kind, documents in spoken.items() if documents):
        return told, at
    gone = None if spoken[HoldLifted.kind] else spoken[DocumentDestroyed.kind]
    return (*told, *take_over_decisions(own, copy, gone).destroyed), at


def _hear(spoken: Mapping[str, set[str]], entries: Iterable[JournalEntry]) -> None:
    """Note, by kind, of which documents these speak."""
    for entry in entries:
        spoken[entry.kind].add(said_in(entry.kind, entry.payload).get("document_id", ""))


def _take_over_times(
    own: Callable[[], UnitOfWork], copy: Callable[[], UnitOfWork], began: Sequence[str], documents: Sequence[str]
) -> None:
    """Keep beside the own journal when the centre heard of these entries, and of what these documents became: years
    are counted from then, here too.
    """
    with copy() as seen:
        versions = [version.entry for each in documents for version in seen.records.versions(each)]
        told = seen.retention.came([*began, *versions])
    if told:
        with own() as unit:
            unit.lock()
            unit.retention.note_came(told)
            unit.commit()


def _known(records: Records, after: Standing) -> Standing:
    there = records.journal(after=after.sequence - 1, limit=1) if after.sequence else ()
    same = bool(there) and (there[0].sequence, there[0].hash) == (after.sequence, after.hash)
    return after if same else BEGINNING


def _end(records: Records) -> tuple[int, str]:
    last = records.last_sequence()
    return (last, records.journal(after=last - 1, limit=1)[0].hash) if last else (0, GENESIS)


def _received(document: Document, base: str) -> VersionReceived:
    return VersionReceived(
        document_id=document.id, version=document.version, entry=document.entry,
        changed_at=iso(document.changed_at), changed_by=document.changed_by, base=base,
        **description_of(document).values(),
    )  # fmt: skip
