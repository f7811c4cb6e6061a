"""What a station of some departments is shown of the central journal, entry by entry.

A document is seen while its department is in sight, in the order of the journal. The entry that takes it out of sight
says so; before the entry that brings it into sight comes all that was said of it until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from muni_archive.domain.account_events import ACCOUNT_EVENTS
from muni_archive.domain.events import (
    CheckpointSigned,
    DataExported,
    DestructionContested,
    DisposalRefused,
    DocumentCreated,
    DocumentDestroyed,
    DocumentExported,
    DocumentPrinted,
    DocumentSeen,
    LevelReceived,
    LevelSet,
    MarkAdded,
    MarkChanged,
    MarkRemoved,
    PagesSearched,
    PersonAdmitted,
    PersonDisabled,
    RedactionDecided,
    RedactionProposed,
    Revision,
    SampleDrawn,
    SignedIn,
    SignedOut,
    SignInFailed,
    WordReviewed,
)
from muni_archive.domain.journal import LONGEST_PART, JournalEntry
from muni_archive.domain.organisation_events import ORGANISATION_EVENTS
from muni_archive.domain.saying import said_in
from muni_archive.domain.together import Station, VersionPlace, withheld
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.subjects import may_hear

_OF_PEOPLE = {
    PersonAdmitted.kind, PersonDisabled.kind, SampleDrawn.kind,
    *(cls.kind for cls in (*ORGANISATION_EVENTS, *ACCOUNT_EVENTS)),
}  # fmt: skip
"""Who works elsewhere, and why somebody may not any more, is nothing that stations of some departments need."""
_VERSIONS = {DocumentCreated.kind, *(kind.kind for kind in get_args(Revision))}
_OF_STATION = {
    kind.kind for kind in (PagesSearched, DataExported, SignedIn, SignInFailed, SignedOut, CheckpointSigned)
}  # fmt: skip
"""What people asked for and when they came, and how one station's journal stood: of use to who may see everything."""
_LOOKED_AT = {kind.kind for kind in (DocumentSeen, DocumentPrinted, DocumentExported)}
_OF_DOCUMENT = {
    "field-decided", "rendition-made", "conflict-found", RedactionProposed.kind, RedactionDecided.kind, *_LOOKED_AT,
    "retention-extended", "disposal-proposed", LevelSet.kind, LevelReceived.kind,
}  # fmt: skip
_OF_THE_END = {kind.kind for kind in (DocumentDestroyed, DisposalRefused, DestructionContested)}
"""For those who may see the document, and for those in whose own journal it stands, wherever it was moved since."""
_OF_PAGE = {WordReviewed.kind, MarkAdded.kind, MarkChanged.kind, MarkRemoved.kind}
"""What says something of a page's content: for those who may see its document."""


def shown(
    unit: CentralUnit, station: Station, entries: Sequence[JournalEntry], *, again: bool, held: bool, most: int
) -> Sequence[JournalEntry]:
    """The entries as the station may see them. With `again`, documents leave its sight and come into it, and the answer
    ends early when about so many entries, or so long ones, are in it: what is told again may be much. `held` as for
    `feed`.
    """
    seeing, told, signs = _Seeing(unit, station, entries, held=held), list[JournalEntry](), 0
    for entry in entries:
        if again and (len(told) >= most or signs > LONGEST_PART):
            break
        more = list(seeing.tell(entry)) if again else [seeing.plain(entry)]
        told += more
        signs += sum(len(each.payload) for each in more)
    return told


class _Seeing:
    """One part of the journal through one station's eyes."""

    def __init__(self, unit: CentralUnit, station: Station, entries: Sequence[JournalEntry], *, held: bool) -> None:
        self._unit, self._station, self._held = unit, station, held
        self._said = {entry.sequence: said_in(entry.kind, entry.payload) for entry in entries}
        reviewed = [self._said[entry.sequence]["page_id"] for entry in entries if entry.kind in _OF_PAGE]
        self._pages = {page.id: page.document_id for page in unit.records.pages(sorted(set(reviewed)))}
        spoken = {said["document_id"] for said in self._said.values() if said.get("document_id")}
        documents = spoken | {document_id for document_id in self._pages.values() if document_id}
        self._places: Mapping[str, Sequence[VersionPlace]] = unit.version_places(sorted(documents))

    def tell(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """The entry, or its stub, and before it what it brings into sight."""
        document_id = self._said[entry.sequence].get("document_id", "")
        before = self._at(document_id, entry.sequence - 1)
        after = self._at(document_id, entry.sequence)
        if before is None or after is None or before == after or self._sees(before) == self._sees(after):
            yield self.plain(entry)
        elif self._sees(before):
            yield withheld(entry, left=document_id, page_ids=before.page_ids)
        else:
            pages = {*before.page_ids, *after.page_ids}
            before_it = self._unit.history(document_id, sorted(pages), before=entry.sequence)
            yield from before_it if self._held else filter(_is_known_again, before_it)
            yield entry

    def plain(self, entry: JournalEntry) -> JournalEntry:
        return entry if self._visible(entry) else withheld(entry)

    def _visible(self, entry: JournalEntry) -> bool:
        """Entries that speak of a department are for those who may see it; a page's words are its document's."""
        if entry.station == self._station.name:
            return True
        if entry.kind in _OF_PEOPLE or entry.kind in _OF_STATION:
            return False
        said = self._said[entry.sequence]
        if entry.kind in _OF_THE_END and self._wrote(said["document_id"]):
            return True
        if "department" in said:
            return self._station.may_see(said["department"])
        heard = may_hear(self._unit, self._station.sight, entry.kind, said)
        return heard and self._of_seen_document(entry, said)

    def _of_seen_document(self, entry: JournalEntry, said: Mapping[str, Any]) -> bool:
        """What says nothing of a document or of its pages is for everybody."""
        if entry.kind in _OF_PAGE:
            document_id = self._pages.get(said["page_id"])
            return document_id is not None and self._seen(document_id, entry)
        if entry.kind in _LOOKED_AT and said["document_id"] not in self._places:
            return False
        return entry.kind not in _OF_DOCUMENT or self._seen(said["document_id"], entry)

    def _seen(self, document_id: str, entry: JournalEntry) -> bool:
        """Whether the document is in sight now, and was when this was said of it."""
        places = self._places.get(document_id)
        then = self._at(document_id, entry.sequence)
        return not places or (self._sees(places[-1]) and self._sees(then or places[0]))

    def _wrote(self, document_id: str) -> bool:
        """Whether the station made a version of it."""
        return any(place.station == self._station.name for place in self._places.get(document_id, ()))

    def _sees(self, place: VersionPlace) -> bool:
        return place.station == self._station.name or self._station.may_see(place.department)

    def _at(self, document_id: str, sequence: int) -> VersionPlace | None:
        """The version that stands at this entry; None where there is none yet."""
        places: Any = self._places.get(document_id, ())
        return next((place for place in reversed(places) if place.sequence <= sequence), None)


def _is_known_again(entry: JournalEntry) -> bool:
    """Whether an older program takes it told again: only what names the document, and reviewed words."""
    return entry.kind == WordReviewed.kind or bool(said_in(entry.kind, entry.payload).get("document_id"))
