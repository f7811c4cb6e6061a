"""What must be true after every fault: nothing lost, nothing twice, every table the same, every proof clean."""

from __future__ import annotations

import hashlib
from collections import Counter

from sqlalchemy import select

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import (
    ConflictFound,
    ConflictResolved,
    DestructionContested,
    DocumentDestroyed,
    DocumentRevised,
    RevisionMerged,
)
from muni_archive.domain.merging import description_of
from muni_archive.store.codec import decode
from muni_archive.store.tables import PROJECTIONS, documents, pages, versions
from tests.helpers.linked import description_of_row

PART = 500
"""Rows asked for at once."""


def tables_hash(engine) -> str:
    """One hash over every row of every table that the journal gives."""
    digest = hashlib.sha256()
    with engine.connect() as connection:
        for table in PROJECTIONS:
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            digest.update(f"{table.name} {len(rows)}\n".encode())
            digest.update("\n".join(rows).encode())
    return digest.hexdigest()


def engine_of(opened):
    return opened._store.engine


def prove_arrived(opened, station) -> None:
    """Every entry that the station accepted is at the centre, in its order, once."""
    with opened.centre.unit_of_work() as unit:
        there = unit.own_entries(station.id, after=0, limit=10**6)
    here = station.entries()
    assert [entry.id for entry in there] == [entry.id for entry in here]
    assert list(there) == list(here)


def prove_rows_there(opened, station) -> int:
    """The station's documents, versions and pages stand in the central tables as in its own; returns how many rows.

    For a station whose documents nobody else has edited.
    """
    proven = 0
    for table, key in ((documents, documents.c.id), (versions, versions.c.document_id), (pages, pages.c.id)):
        with station.store.engine.connect() as connection:
            here = sorted(tuple(row) for row in connection.execute(select(table)))
        ids = sorted({row[0] for row in here})
        there = []
        with engine_of(opened).connect() as connection:
            for at in range(0, len(ids), PART):
                query = select(table).where(key.in_(ids[at : at + PART]))
                there += [tuple(row) for row in connection.execute(query)]
        assert sorted(there) == here, f"{table.name} of {station.name} differ"
        proven += len(here)
    return proven


def prove_once(opened) -> None:
    """No entry stands twice in the central journal."""
    ids = Counter(entry.id for entry in central_journal(opened))
    assert [entry_id for entry_id, count in ids.items() if count > 1] == []


def prove_clean(integrity) -> None:
    assert list(integrity.problems(cancel=CancelToken(), progress=lambda *_: None)) == []


def prove_all(opened, stations, *, copies: bool = True) -> None:
    """The whole claim, after everybody has sent and followed."""
    prove_once(opened)
    prove_clean(opened.centre.place.integrity())
    central = tables_hash(engine_of(opened))
    for station in stations:
        prove_arrived(opened, station)
        prove_clean(station.store.integrity())
        if copies:
            assert tables_hash(station.copy.engine) == central, f"the copy of {station.name} differs"
            prove_clean(station.copy.integrity())
    prove_no_edit_lost(opened)


def central_journal(opened):
    with opened.centre.unit_of_work() as unit:
        return unit.records.journal(after=0, limit=10**6)


def prove_no_edit_lost(opened) -> int:
    """Every revision is a version, or was merged, or is a side of a conflict, or said what stood already; or its
    document was destroyed later, or before, and then people are told.

    Returns how many there are.
    """
    accounted, revisions = set(), {}
    for entry in central_journal(opened):
        event = decode(entry.kind, entry.payload)
        if isinstance(event, RevisionMerged):
            accounted.add(event.theirs)
        elif isinstance(event, ConflictFound):
            accounted |= {event.ours, event.theirs}
        elif isinstance(event, DocumentDestroyed):
            accounted |= {each for each, known in revisions.items() if known.document_id == event.document_id}
        elif isinstance(event, DestructionContested):
            accounted.add(event.entry)
        elif isinstance(event, DocumentRevised | ConflictResolved):
            revisions[entry.id] = event
    said = {}
    with engine_of(opened).connect() as connection:
        for row in connection.execute(select(versions)):
            accounted.add(row.entry)
            said.setdefault(row.document_id, []).append(description_of_row(row))
    lost = [
        entry_id
        for entry_id, event in revisions.items()
        if entry_id not in accounted and description_of(event) not in said.get(event.document_id, ())
    ]
    assert lost == []
    return len(revisions)
