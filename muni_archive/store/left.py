"""What a journal's end speaks of, and where in it a document stands: how much of a station is safe elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select, union

from muni_archive.domain.events import (
    CaseStarted,
    ConflictResolved,
    DisposalConfirmed,
    DisposalProposed,
    DisposalWithdrawn,
    PageCaptured,
    PageRead,
    ProcedureLoaded,
    RenditionMade,
)
from muni_archive.domain.saying import said_in
from muni_archive.domain.together import Left
from muni_archive.store.tables import (
    decisions,
    document_levels,
    journal,
    marks,
    pages,
    readings,
    redactions,
    renditions,
    versions,
    word_reviews,
)

_NAME_FILES = (PageCaptured.kind, PageRead.kind, RenditionMade.kind, ProcedureLoaded.kind, CaseStarted.kind)
_DISPOSE = (DisposalProposed.kind, DisposalConfirmed.kind, DisposalWithdrawn.kind)
_BY_ENTRY = (versions, document_levels)
_OF_DOCUMENT, _OF_PAGE = (decisions, renditions, redactions), (readings, word_reviews, marks)


def entries_of(connection: Connection, document_ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """By document, the sequences of the first and the last entry that made it what it is. At most a few hundred ids."""
    found: dict[str, tuple[int, int]] = {}
    for query in _spans(document_ids):
        for document_id, first, last in connection.execute(query):
            known = found.get(document_id, (first, last))
            found[document_id] = (min(first, known[0]), max(last, known[1]))
    return found


def left_after(connection: Connection, sequence: int) -> Left:
    """What the entries past this one speak of; files are counted by the entries that name them."""
    past = journal.c.sequence > sequence
    changed = union(*_changed(sequence)).subquery()
    counts = (
        select(func.count()).select_from(journal).where(past),
        select(func.count()).select_from(journal).where(past, journal.c.kind.in_(_NAME_FILES)),
        select(func.count()).select_from(changed),
    )
    entries, files, documents = (int(connection.execute(query).scalar_one()) for query in counts)
    return Left(entries=entries, files=files, documents=documents)


def conflicts_decided(connection: Connection, after: int) -> frozenset[str]:
    """Ids of the conflicts that entries past this sequence decide."""
    query = select(journal.c.payload).where(journal.c.sequence > after, journal.c.kind == ConflictResolved.kind)
    return frozenset(said_in(ConflictResolved.kind, row.payload)["conflict_id"] for row in connection.execute(query))


def disposals_decided(connection: Connection, after: int) -> Mapping[str, Sequence[str]]:
    """By disposal that entries past this sequence propose, confirm or withdraw, the ids of these."""
    query = select(journal.c.id, journal.c.kind, journal.c.payload).where(
        journal.c.sequence > after, journal.c.kind.in_(_DISPOSE)
    )
    found = defaultdict[str, list[str]](list)
    for row in connection.execute(query):
        found[said_in(row.kind, row.payload)["disposal_id"]].append(row.id)
    return found


def _spans(ids: Sequence[str]) -> Iterator[Select[Any]]:
    for table in _BY_ENTRY:
        made = table.join(journal, journal.c.id == table.c.entry)
        yield _span(table.c.document_id, journal, ids).select_from(made)
    for table in _OF_DOCUMENT:
        yield _span(table.c.document_id, table, ids)
    for table in _OF_PAGE:
        yield _span(pages.c.document_id, table, ids).select_from(pages.join(table, table.c.page_id == pages.c.id))


def _span(document_id: Any, table: Table, ids: Sequence[str]) -> Select[Any]:
    ends = func.min(table.c.sequence), func.max(table.c.sequence)
    return select(document_id, *ends).where(document_id.in_(ids)).group_by(document_id)


def _changed(sequence: int) -> Iterator[Select[Any]]:
    """Queries whose rows together are the documents that entries past the sequence change."""
    for table in _BY_ENTRY:
        made = journal.join(table, journal.c.id == table.c.entry)
        yield select(table.c.document_id).select_from(made).where(journal.c.sequence > sequence)
    for table in _OF_DOCUMENT:
        yield select(table.c.document_id).where(table.c.sequence > sequence)
    for table in _OF_PAGE:
        read = table.join(pages, table.c.page_id == pages.c.id)
        known = pages.c.document_id.is_not(None)
        yield select(pages.c.document_id).select_from(read).where(table.c.sequence > sequence, known)
