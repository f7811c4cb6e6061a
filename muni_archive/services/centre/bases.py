"""The versions that entries rest on: whether one leaves its document what it had, pages or department.

Who revises a document, or says what was received of it, names all its pages again. One of them may be in another
department's document meanwhile; only another list of pages would take it out of there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from muni_archive.domain.events import DocumentCreated, Revision, VersionReceived
from muni_archive.domain.journal import JournalEntry
from muni_archive.ports import CentralUnit


@dataclass(frozen=True)
class _Told:
    """What somebody says of a version."""

    page_ids: tuple[str, ...]
    department: str


class Bases:
    """Asked about the entries of one part that make versions, in their order, before they are applied."""

    def __init__(self, unit: CentralUnit) -> None:
        self._unit = unit
        self._in_part: defaultdict[tuple[str, str], list[_Told]] = defaultdict(list)

    def note(self, entry: JournalEntry, said: Mapping[str, Any]) -> None:
        """An entry behind this one may rest on it."""
        for made_by in filter(None, (entry.id, _received(entry, said))):
            told = _Told(tuple(said["page_ids"]), said["department"])
            self._in_part[said["document_id"], made_by].append(told)

    def is_known(self, entry: JournalEntry, said: Mapping[str, Any]) -> bool:
        """Whether it tells as received what stands here already, so that it changes nothing."""
        version = self._unit.records.version_by_entry(said["document_id"], _received(entry, said))
        return version is not None and version.page_ids == tuple(said["page_ids"])

    def keeps_pages(self, entry: JournalEntry, said: Mapping[str, Any]) -> bool:
        """Whether it rests on a version with the same pages in the same order, or tells one that is known here.

        All who tell that version must agree: whichever of them comes to stand, and whatever is merged with it, the
        pages stay where they are. Of a document that is not here yet the first version places its pages, whatever it
        says that it rests on.
        """
        document_id, pages = said["document_id"], tuple(said["page_ids"])
        if not (self._unit.records.current_entry(document_id) or self._unit.retention.destroyed(document_id)):
            return False
        if self.is_known(entry, said):
            return True
        return {told and told.page_ids for told in self._told(document_id, said.get("base", ""))} == {pages}

    def departments(self, said: Mapping[str, Any]) -> set[str]:
        """Those in which the version was on which it rests, as far as that is known here."""
        return {told.department for told in self._told(said["document_id"], said.get("base", "")) if told}

    def _told(self, document_id: str, made_by: str) -> Iterator[_Told | None]:
        """What is said of the version that `made_by` made; None by what tells no version of the document."""
        yield from self._in_part[document_id, made_by]
        version = self._unit.records.version_by_entry(document_id, made_by)
        if version:
            yield _Told(version.page_ids, version.department)
        for teller in (made_by, self._unit.received_as(document_id, made_by)):
            if teller and self._unit.records.knows_entry(teller):
                event = self._unit.records.event(teller)
                if isinstance(event, DocumentCreated | Revision) and event.document_id == document_id:
                    yield _Told(event.page_ids, event.department)
                else:
                    yield None


def _received(entry: JournalEntry, said: Mapping[str, Any]) -> str:
    """The entry that made the version which this one tells as received."""
    return str(said["entry"]) if entry.kind == VersionReceived.kind else ""
