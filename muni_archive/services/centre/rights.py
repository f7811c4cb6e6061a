"""What a station may write: it speaks for itself, and of the departments that are its own.

A station that sees all departments is trusted with all. For one that does not, naming is not enough: not the name of
another department's document, and not the hash of a file that it was never given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import (
    BatchClosed,
    DestructionReceived,
    DocumentCreated,
    DocumentDestroyed,
    DocumentRevised,
    FeedCounted,
    HoldLifted,
    PageCaptured,
    PagesOrdered,
    Revision,
    VersionReceived,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.organisation_events import GlassAcknowledged, GrantEnded
from muni_archive.domain.people import Sight
from muni_archive.domain.records import Page
from muni_archive.domain.saying import said_in
from muni_archive.domain.scope import Scope
from muni_archive.domain.together import CENTRE_ONLY, WITHHELD, Station
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.bases import Bases
from muni_archive.services.centre.grants import department_of_grant
from muni_archive.services.centre.subjects import may_lift
from muni_archive.services.subjects import is_allowed

_ENDING = (GrantEnded.kind, GlassAcknowledged.kind)
_BASED = (DocumentRevised.kind, VersionReceived.kind)
_OF_BATCH = frozenset(kind.kind for kind in (PageCaptured, FeedCounted, PagesOrdered, BatchClosed))
_PLACING = (DocumentCreated.kind, *(kind.kind for kind in get_args(Revision)))
"""What puts pages into a document: who may see that, reads them."""
_GOES_ON = (
    "sending goes on when this station has enrolled again with a code for that department too "
    "(muni-archive centre invite --department ...)"
)


def check_rights(unit: CentralUnit, station: Station, entries: Sequence[JournalEntry]) -> None:
    """Raises `NotAllowed`."""
    _check_batches(unit, station, entries)
    reach = _Reach(unit, station) if station.departments else None
    for entry in entries:
        if entry.station != station.name:
            raise NotAllowed(detail=f"entry {entry.sequence} is of station {entry.station}")
        if entry.kind == DocumentDestroyed.kind and entry.sequence <= station.alone_until:
            _check_destroyed_alone(unit, station, entry)
        elif entry.kind in CENTRE_ONLY or entry.kind == WITHHELD:
            raise NotAllowed(detail=f"only the centre writes {entry.kind} (entry {entry.sequence})")
        if reach:
            reach.check(entry)


def not_shown(unit: CentralUnit, station: Station, shas: Sequence[str]) -> Sequence[str]:
    """Files that the station names, but has neither sent itself nor may read: it must send them to show that it has
    them.
    """
    if not station.departments:
        return ()
    return [sha for sha in unit.not_brought(shas, station.id) if not may_read(unit, station.sight, sha)]


def pictures_to_show(unit: CentralUnit, station: Station, entries: Sequence[JournalEntry]) -> Sequence[str]:
    """Pictures of pages in no document, of others as far as is known, that the entries put into one.

    A station of some departments must send them, to show that it has them: the feed tells it of every page that was
    scanned somewhere and is not registered yet. Not what it lost itself, nor what the document had in its sight before.
    """
    if not station.departments:
        return ()
    placed = [said for entry in entries if entry.kind in _PLACING and (said := said_in(entry.kind, entry.payload))]
    pages = unit.records.pages([page for said in placed for page in said["page_ids"] if isinstance(page, str)])
    loose = {page.id: page.blob for page in pages if page.document_id is None}
    hidden = {sha for sha in not_shown(unit, station, list(loose.values())) if not unit.may_be_lost(sha, station)}
    found = dict[str, None]()
    for said in placed if hidden else ():
        asked = {page_id for page_id in said["page_ids"] if loose.get(page_id) in hidden}
        if asked := asked and asked - _ever_in_sight(unit, station, said["document_id"]):
            found |= dict.fromkeys(loose[page_id] for page_id in sorted(asked))
    return tuple(found)


def may_read(unit: CentralUnit, sight: Sight, sha: str, scope: Scope | None = None) -> bool:
    """Whether some document with this file is of a department in sight, and within the scope where there is one; or
    the file is a procedure that was brought in: of those every station hears, for cases of each begin under them.
    """
    if scope is not None:
        seen = any(
            sight.covers(subject.department or "") and is_allowed(scope, subject)
            for subject in unit.documents_of_blob(sha)
        )
    else:
        seen = sight.departments is None or any(map(sight.covers, unit.departments_of_blob(sha)))
    return seen or any(each.version == sha for each in unit.cases.procedures())


def _check_batches(unit: CentralUnit, station: Station, entries: Sequence[JournalEntry]) -> None:
    """A batch is the station's that opened it: nobody else sees it, or counts what lies in its feeder."""
    named = {entry: said_in(entry.kind, entry.payload)["batch_id"] for entry in entries if entry.kind in _OF_BATCH}
    openers = unit.batch_openers(sorted(set(named.values())))
    for entry, batch_id in named.items():
        if openers.get(batch_id, station.name) != station.name:
            raise NotAllowed(detail=f"a batch of others (entry {entry.sequence})")


def _check_destroyed_alone(unit: CentralUnit, station: Station, entry: JournalEntry) -> None:
    """What an archive destroyed before it had a centre, it destroyed of its own: no document and no page of others, and
    nothing under a hold that is here already. It could not know of that hold, but what it sent can still be kept.
    """
    said = said_in(entry.kind, entry.payload)
    datetime.fromisoformat(said["proposed_at"])  # whoever shows it later must be able to read it
    places = unit.version_places([said["document_id"]]).get(said["document_id"], ())
    known = unit.records.pages(list(said["page_ids"]))
    foreign = bool(places) and places[0].station != station.name
    foreign |= any(page.document_id not in (None, said["document_id"]) for page in known)
    loose = [page.blob for page in known if page.document_id is None]
    foreign |= not all(_may_have_been_its_own(unit, station, sha) for sha in unit.not_brought(loose, station.id))
    if foreign:
        raise NotAllowed(detail=f"a document of others (entry {entry.sequence})")
    for hold in unit.retention.holds_on(said["document_id"]) if places else ():
        detail = f"a legal hold rests on it: {hold.reason}, {hold.authority} (entry {entry.sequence})"
        raise NotAllowed(detail=f"{detail}; sending goes on when the hold is lifted")


def _may_have_been_its_own(unit: CentralUnit, station: Station, sha: str) -> bool:
    """A file that the station has not brought: lost with what it destroyed. What is here, somebody else brought."""
    return unit.may_be_lost(sha, station) if station.departments else unit.blob_size(sha) is None


class _Reach:
    """What a station of some departments may write; asked about the entries of one part, in their order.

    As of people, it is asked what the station was ever enrolled for: what it did before it was enrolled for others, or
    does with records that it still has, must not stop its journal. But nothing comes into the departments that it reads
    now by what it had: that is judged by these alone.
    """

    def __init__(self, unit: CentralUnit, station: Station) -> None:
        self._unit, self._station = unit, station
        self._ever = _as_ever(unit, station)
        self._bases = Bases(unit)

    def check(self, entry: JournalEntry) -> None:
        """Raises `NotAllowed`."""
        said = said_in(entry.kind, entry.payload)
        department = said.get("department", "")
        if department and not self._ever.may_see(department) and entry.kind != DestructionReceived.kind:
            detail = f"records of {department}, for which this station was never enrolled (entry {entry.sequence})"
            raise NotAllowed(detail=f"{detail}; {_GOES_ON}")
        if entry.kind == HoldLifted.kind and not may_lift(self._unit, self._ever, said["hold_id"]):
            raise NotAllowed(detail=f"a hold of others (entry {entry.sequence}); {_GOES_ON}")
        theirs = department_of_grant(self._unit, said) if entry.kind in _ENDING else None
        if theirs and not self._ever.may_see(theirs):
            raise NotAllowed(detail=f"leave for a file of {theirs} (entry {entry.sequence}); {_GOES_ON}")
        reached = (self._reaches(entry, said, each) for each in _documents_named(self._unit, said))
        if self._moves_in(entry, said) or not all(reached):
            detail = f"a document of another department (entry {entry.sequence})"
            raise NotAllowed(detail=f"{detail}; {_GOES_ON}")
        if entry.kind in _PLACING:
            self._bases.note(entry, said)

    def _reaches(self, entry: JournalEntry, said: Mapping[str, Any], document_id: str) -> bool:
        by_page = document_id != said.get("document_id")
        taken_from = entry.kind in _PLACING and by_page
        unbased = entry.kind in _BASED and not said.get("base")
        now = self._station.sight
        read_now = unbased or taken_from or now.covers(said.get("department", ""))
        sight = now if read_now else self._ever.sight
        if _was_ever_in_sight(self._unit, sight, document_id, now=unbased or taken_from):
            return True
        return self._bases.keeps_pages(entry, said) if taken_from else by_page and self._brought(said, document_id)

    def _moves_in(self, entry: JournalEntry, said: Mapping[str, Any]) -> bool:
        """Whether it moves a document from a department that the station had into one that it has."""
        now = self._station.sight
        if self._ever.sight == now or entry.kind not in _PLACING or not now.covers(said["department"]):
            return False
        return not self._bases.is_known(entry, said) and not all(map(now.covers, self._bases.departments(said)))

    def _brought(self, said: Mapping[str, Any], document_id: str) -> bool:
        """Whether the pages of the document that the entry names came from this station: in whatever document they were
        put meanwhile, what it goes on to say of them (that one was read, or is turned) is taken.
        """
        pictures = [page.blob for page in _pages_named(self._unit, said) if page.document_id == document_id]
        others = self._unit.not_brought(pictures, self._station.id)
        return bool(pictures) and all(self._unit.may_be_lost(sha, self._station) for sha in others)


def _as_ever(unit: CentralUnit, station: Station) -> Station:
    """The station with all departments for which it was ever enrolled."""
    given = [station.departments, *unit.departments_given(station.id)]
    return replace(station, departments=tuple(sorted(set().union(*given))) if all(given) else ())


def _documents_named(unit: CentralUnit, said: Mapping[str, Any]) -> Iterable[str]:
    """Documents that the entry changes, by their own id, by their pages', or by the proposal to destroy them."""
    named = {said["document_id"]} if isinstance(said.get("document_id"), str) else set()
    named |= _proposed(unit, said.get("disposal_id"))
    return sorted(named | {page.document_id for page in _pages_named(unit, said) if page.document_id})


def _pages_named(unit: CentralUnit, said: Mapping[str, Any]) -> Sequence[Page]:
    pages = [said.get("page_id"), *said.get("page_ids", ())]
    return unit.records.pages([page_id for page_id in pages if isinstance(page_id, str)])


def _proposed(unit: CentralUnit, disposal_id: object) -> set[str]:
    """The document; none where the proposal comes with the same part of the journal, which names it."""
    try:
        return {unit.retention.disposal(disposal_id).document_id} if isinstance(disposal_id, str) else set()
    except NotFound:
        return set()


def _ever_in_sight(unit: CentralUnit, station: Station, document_id: str) -> set[str]:
    """Pages that the document had in others' words, also in what did not come to stand, in the station's sight."""
    spoken = unit.history(document_id, (), before=unit.records.last_sequence() + 1)
    others = [entry for entry in spoken if entry.kind in _PLACING and entry.station != station.name]
    told = [said_in(entry.kind, entry.payload) for entry in others]
    return {page_id for said in told if station.may_see(said["department"]) for page_id in said["page_ids"]}


def _was_ever_in_sight(unit: CentralUnit, sight: Sight, document_id: str, *, now: bool) -> bool:
    """A document that was moved to another department meanwhile: what a station did before it knew is taken.

    Not (`now`) what names no version that it rests on: that comes to stand whatever was done, so it would move the
    document back, and open it. Nor what takes pages out of it, which may have come when it had left the sight.
    """
    try:
        versions = unit.records.versions(document_id)
    except NotFound:
        return True
    asked = versions[-1:] if now else versions
    return not asked or any(sight.covers(version.department) for version in asked)
