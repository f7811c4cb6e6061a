"""Appending to the journal within a transaction, and reading it back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate

from sqlalchemy import Connection, Row, func, insert, select

from muni_archive.domain.events import Event
from muni_archive.domain.journal import GENESIS, JournalEntry, entry_hash
from muni_archive.ports import Clock, Ids
from muni_archive.store.codec import encode
from muni_archive.store.tables import journal, retold


def append(connection: Connection, event: Event, *, actor: str, station: str, clock: Clock, ids: Ids) -> JournalEntry:
    """Add the event as the next link of the chain; the caller's transaction must hold the write lock."""
    last, previous = last_link(connection)
    at = clock.now().isoformat(timespec="microseconds")
    values = {
        "sequence": last + 1,
        "id": ids.new(),
        "at": at,
        "actor": actor,
        "station": station,
        "kind": event.kind,
        "payload": encode(event),
        "previous": previous,
    }
    entry = JournalEntry(**values, hash=entry_hash(**values))  # type: ignore[arg-type]  # one dict for both
    connection.execute(insert(journal).values(entry_values(entry)))
    return entry


def last_link(connection: Connection) -> tuple[int, str]:
    """Sequence and hash that the next entry follows."""
    query = select(journal.c.sequence, journal.c.hash).order_by(journal.c.sequence.desc()).limit(1)
    last = connection.execute(query).first()
    return (last.sequence, last.hash) if last else (0, GENESIS)


def entry_values(entry: JournalEntry) -> dict[str, object]:
    """The entry's row."""
    return {column.name: getattr(entry, column.name) for column in journal.c}


def entries(connection: Connection, *, after: int, limit: int, most_signs: int | None = None) -> Sequence[JournalEntry]:
    """Entries in order, from the one after `after` on: so many at most, and of so many signs; one, however long."""
    if most_signs is not None:
        of_length = select(func.length(journal.c.payload)).where(journal.c.sequence > after)
        limit = within(connection.execute(of_length.order_by(journal.c.sequence).limit(limit)).scalars(), most_signs)
    rows = connection.execute(
        select(journal).where(journal.c.sequence > after).order_by(journal.c.sequence).limit(limit)
    )
    return [entry_of(row) for row in rows]


def told_again(connection: Connection, kinds: Collection[str], after: int) -> Sequence[JournalEntry]:
    """Entries of these kinds that a copy was told again by entries past this sequence, in their own order."""
    again = select(retold.c.sequence).where(retold.c.at > after)
    query = select(journal).where(journal.c.sequence.in_(again), journal.c.kind.in_(kinds))
    return [entry_of(row) for row in connection.execute(query.order_by(journal.c.sequence))]


def within(lengths: Iterable[int], most: int) -> int:
    """How many of these may be taken together; the first one always."""
    totals = list(accumulate(lengths))
    return max(1, sum(total <= most for total in totals))


def entry_of(row: Row[tuple[object, ...]]) -> JournalEntry:
    """The entry in a row that holds the journal's columns, and may hold others."""
    return JournalEntry(**{column.name: getattr(row, column.name) for column in journal.c})


def last_sequence(connection: Connection) -> int:
    """The journal's length; 0 for an empty one."""
    return connection.execute(select(func.max(journal.c.sequence))).scalar() or 0
