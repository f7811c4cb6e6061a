"""Documents through time, at the centre: when each came to be of which department, and all that was said of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, get_args

from sqlalchemy import Column, ColumnElement, Connection, Select, func, select, union

from muni_archive.domain.events import (
    DisposalConfirmed,
    DisposalProposed,
    DisposalReceived,
    DisposalWithdrawn,
    DocumentCreated,
    Event,
    HoldLifted,
    HoldPlaced,
    MarkAdded,
    MarkChanged,
    MarkRemoved,
    Revision,
    RevisionMerged,
    VersionReceived,
)
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.saying import said_in
from muni_archive.domain.together import VersionPlace
from muni_archive.store.journal import entry_of
from muni_archive.store.many import insert_rows
from muni_archive.store.tables import (
    destroyed,
    disposals,
    holds,
    journal,
    mentions,
    received_versions,
    versions,
    word_reviews,
)

AT_ONCE, ID_SIGNS = 500, 36
_DECISIONS = (DisposalWithdrawn, DisposalConfirmed, DisposalReceived)
_VERSIONS = {DocumentCreated.kind, *(kind.kind for kind in get_args(Revision))}


def mention(connection: Connection, said: Sequence[tuple[Event, JournalEntry]]) -> None:
    """Remember which of these entries, which have been applied, speak of a document, or of marks on a page."""
    decided = _decided(connection, [event for event, _ in said])
    named = [(decided.get(id(event)) or _subject(event), entry.sequence) for event, entry in said]
    rows = [{"document_id": subject, "sequence": sequence} for subject, sequence in named if subject]
    insert_rows(connection, mentions, rows)


def version_places(connection: Connection, document_ids: Sequence[str]) -> Mapping[str, Sequence[VersionPlace]]:
    """By document, where each of its versions stands in the journal, first to last. Of a destroyed one the journal is
    asked: its versions are in no table any more, and who may hear of it is still to be known.
    """
    found: defaultdict[str, dict[int, VersionPlace]] = defaultdict(dict)
    for at in range(0, len(document_ids), AT_ONCE):
        for query in _placed(document_ids[at : at + AT_ONCE]):
            for row in connection.execute(query):
                found[row.document_id].setdefault(row.version, _place(row))
    known = {document_id: [places[version] for version in sorted(places)] for document_id, places in found.items()}
    return known | _of_destroyed(connection, [each for each in document_ids if each not in known])


def history(
    connection: Connection, document_id: str, page_ids: Sequence[str], *, before: int
) -> Sequence[JournalEntry]:
    """What the entries before this one say of the document, of holds on it and proposals to destroy it, and of words
    and marks on these pages, in their order.
    """
    subjects = [document_id, *page_ids]
    said = union(
        select(mentions.c.sequence).where(mentions.c.document_id.in_(subjects), mentions.c.sequence < before),
        select(word_reviews.c.sequence).where(word_reviews.c.page_id.in_(page_ids), word_reviews.c.sequence < before),
    )
    query = select(journal).where(journal.c.sequence.in_(said)).order_by(journal.c.sequence)
    return [entry_of(row) for row in connection.execute(query)]


def _of_destroyed(connection: Connection, document_ids: Sequence[str]) -> dict[str, list[VersionPlace]]:
    found: dict[str, list[VersionPlace]] = {}
    for at in range(0, len(document_ids), AT_ONCE):
        some = destroyed.c.document_id.in_(document_ids[at : at + AT_ONCE])
        for document_id in connection.execute(select(destroyed.c.document_id).where(some)).scalars():
            found[document_id] = list(_told_places(connection, document_id))
    return found


def _told_places(connection: Connection, document_id: str) -> Iterator[VersionPlace]:
    """Where the versions came to stand, by the rules of `projection.description`."""
    query = select(journal).join(mentions, mentions.c.sequence == journal.c.sequence)
    query = query.where(mentions.c.document_id == document_id, journal.c.kind.in_(_VERSIONS))
    current, known = "", set[str]()
    for row in connection.execute(query.order_by(journal.c.sequence)):
        said = said_in(row.kind, row.payload)
        made_by = said["entry"] if row.kind == VersionReceived.kind else row.id
        stands = row.kind in (DocumentCreated.kind, RevisionMerged.kind) or said.get("base", "") in ("", current)
        if made_by in known or not stands:
            continue
        known.add(made_by)
        current = made_by
        yield VersionPlace(
            sequence=row.sequence, station=row.station, department=said["department"], page_ids=tuple(said["page_ids"])
        )


def _subject(event: Event) -> str:
    """Id of the document, or of the page where a mark lies: a page goes with its marks from document to document.

    A case is its department's, not its document's, and is told to whoever may see that department.
    """
    if hasattr(event, "case_id") and not isinstance(event, DisposalProposed):
        return ""
    if isinstance(event, MarkAdded | MarkChanged | MarkRemoved):
        return event.page_id
    if isinstance(event, HoldPlaced):
        return event.target if event.scope == HoldScope.DOCUMENT and len(event.target) <= ID_SIGNS else ""
    return getattr(event, "document_id", "") or ""


def _decided(connection: Connection, events: Sequence[Event]) -> Mapping[int, str]:
    """By event, the document about which somebody decided, where it says so by the id of a hold or a proposal."""
    asked = [(event, event.hold_id) for event in events if isinstance(event, HoldLifted)]
    about = [(event, event.disposal_id) for event in events if isinstance(event, _DECISIONS)]
    of_document = (holds.c.scope == HoldScope.DOCUMENT) & (func.length(holds.c.target) <= ID_SIGNS)
    targets = _column(connection, holds.c.id, holds.c.target, {key for _, key in asked}, of_document)
    proposed = _column(connection, disposals.c.id, disposals.c.document_id, {key for _, key in about})
    return {id(event): targets.get(key, "") for event, key in asked} | {
        id(event): proposed.get(key, "") for event, key in about
    }


def _column(
    connection: Connection, key: Column[str], value: Column[str], wanted: Collection[str], *where: ColumnElement[bool]
) -> Mapping[str, str]:
    ids, found = sorted(wanted), dict[str, str]()
    for at in range(0, len(ids), AT_ONCE):
        query = select(key.label("key"), value.label("value")).where(key.in_(ids[at : at + AT_ONCE]), *where)
        found |= {row.key: row.value for row in connection.execute(query)}
    return found


def _placed(ids: Sequence[str]) -> Sequence[Select[Any]]:
    """Versions by the entry that made them; and those whose entry a restore lost, by who received them first."""
    columns = (versions.c.document_id, versions.c.version, versions.c.department, versions.c.page_ids)
    made = select(*columns, journal.c.sequence, journal.c.station).where(versions.c.document_id.in_(ids))
    same = (received_versions.c.document_id == versions.c.document_id) & (received_versions.c.entry == versions.c.entry)
    received = versions.join(received_versions, same).join(journal, journal.c.id == received_versions.c.told_by)
    return made.join_from(versions, journal, journal.c.id == versions.c.entry), made.select_from(received)


def _place(row: Any) -> VersionPlace:
    return VersionPlace(
        sequence=row.sequence, station=row.station, department=row.department,
        page_ids=tuple(json.loads(row.page_ids)),
    )  # fmt: skip
