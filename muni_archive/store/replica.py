"""A station's copy of the central archive: the central journal as far as it was told, and the tables that it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from sqlalchemy import delete, insert, select

from muni_archive.domain.centre_errors import CentreTooNew
from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.events import (
    EVENT_TYPES,
    DisposalConfirmed,
    DisposalReceived,
    DisposalWithdrawn,
    HoldLifted,
    HoldPlaced,
    MarkAdded,
    MarkChanged,
    MarkRemoved,
    WordReviewed,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.saying import said_in
from muni_archive.domain.together import WITHHELD, is_whole
from muni_archive.store.arrived import note_arrived
from muni_archive.store.codec import decode
from muni_archive.store.journal import entry_values, last_link
from muni_archive.store.projection import apply_all
from muni_archive.store.retelling import tell_again
from muni_archive.store.tables import PROJECTIONS, arrived, journal, retold
from muni_archive.store.transactions import foreign_errors_told
from muni_archive.store.unit_of_work import SqlUnitOfWork

ROWS = 2_000
"""Taken from another copy at a time."""
_COPIED = (journal, retold, arrived, *PROJECTIONS)
_OF_PAGES = {event.kind for event in (WordReviewed, MarkAdded, MarkChanged, MarkRemoved)}
_OF_DECISIONS = {event.kind for event in (HoldLifted, DisposalWithdrawn, DisposalConfirmed, DisposalReceived)}
"""They name a hold or a proposal, which may be older than what the centre remembers of the document."""


class ReplicaUnitOfWork(SqlUnitOfWork):
    """Implements `ports.ReplicaUnit`."""

    def follow(self, entries: Sequence[JournalEntry]) -> None:
        """Take the next part of the central journal; each link is checked. Raises `ArchiveDamaged`, `CentreTooNew`.

        An entry of an earlier place is told again: it speaks of the document that the next new entry brings into sight.
        """
        self.lock()
        with foreign_errors_told():
            sequence, previous = last_link(self._connection)
            for again, news in _stretches(entries, sequence):
                _check(news, sequence, previous)
                if again:
                    _check_spoken(again, news[0])
                    tell_again(self._connection, news[0].sequence, again)
                self._append(news)
                sequence, previous = news[-1].sequence, news[-1].hash

    def begin_anew(self) -> None:
        self.lock()
        with foreign_errors_told():
            for table in _COPIED:
                self._connection.execute(delete(table))

    def become(self, other: Self) -> None:
        self.begin_anew()
        with foreign_errors_told():
            for table in _COPIED:
                told = other._connection.execute(select(table).execution_options(yield_per=ROWS))
                for rows in told.mappings().partitions():
                    self._connection.execute(insert(table), [dict(row) for row in rows])

    def _append(self, entries: Sequence[JournalEntry]) -> None:
        self._connection.execute(insert(journal), [entry_values(entry) for entry in entries])
        said = [(decode(entry.kind, entry.payload), entry) for entry in entries]
        apply_all(self._connection, said)
        note_arrived(self._connection, said)


def _stretches(
    entries: Sequence[JournalEntry], last: int
) -> Iterator[tuple[Sequence[JournalEntry], Sequence[JournalEntry]]]:
    """What is told again, and the new entries behind it, as often as that comes. Raises `ArchiveDamaged`."""
    again, news = list[JournalEntry](), list[JournalEntry]()
    for entry in entries:
        _check_known(entry)
        if entry.sequence > last:
            news.append(entry)
            last = entry.sequence
            continue
        if news:
            yield again, news
            again, news = [], []
        again.append(entry)
    if news:
        yield again, news
    elif again:
        raise _for_nothing(again[0])


def _check_known(entry: JournalEntry) -> None:
    if entry.kind not in EVENT_TYPES:
        raise CentreTooNew(kind=entry.kind)


def _check(entries: Sequence[JournalEntry], sequence: int, previous: str) -> None:
    """Each follows the one before. Raises `ArchiveDamaged`."""
    for entry in entries:
        sequence += 1
        broken = entry.sequence != sequence or entry.previous != previous
        if broken or not (entry.kind == WITHHELD or is_whole(entry)):
            raise ArchiveDamaged(detail=f"entry {entry.sequence} of the centre does not follow the one before")
        previous = entry.hash


def _check_spoken(again: Sequence[JournalEntry], shown: JournalEntry) -> None:
    """All of it is of the document that the entry behind it brings, of pages that it has or had, or was decided about
    it: a part that merely came twice is none of that.
    """
    document_id = _said(shown).get("document_id")
    told = [said for entry in (*again, shown) if (said := _said(entry)).get("document_id") == document_id]
    pages = {page_id for said in told for page_id in said.get("page_ids", ())}
    for entry in again:
        said = _said(entry)
        of_it = document_id in (said.get("document_id"), said["target"] if entry.kind == HoldPlaced.kind else "")
        of_page = entry.kind in _OF_PAGES and said["page_id"] in pages
        if not document_id or not (of_it or of_page or entry.kind in _OF_DECISIONS):
            raise _for_nothing(entry)


def _said(entry: JournalEntry) -> Mapping[str, Any]:
    said: Mapping[str, Any] = said_in(entry.kind, entry.payload)
    return said


def _for_nothing(entry: JournalEntry) -> ArchiveDamaged:
    return ArchiveDamaged(detail=f"entry {entry.sequence} of the centre is told again for nothing")
