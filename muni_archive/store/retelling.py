"""Entries that a station's copy is told again, when a document comes into its sight: kept, and replayed.

Each takes the place of the stub that stood for it; its hash was told with the stub, so the chain proves it. Its effect
comes where it was told again, not in its own place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.together import WITHHELD, is_whole
from muni_archive.store.arrived import note_arrived
from muni_archive.store.codec import decode
from muni_archive.store.journal import entry_of, entry_values
from muni_archive.store.projection import apply, apply_again
from muni_archive.store.tables import journal, retold

AT_ONCE = 500


def tell_again(connection: Connection, at: int, entries: Sequence[JournalEntry]) -> None:
    """Take these entries, told again before the one at `at`. Raises `ArchiveDamaged` for what was not told before."""
    known = _entries(connection, [entry.sequence for entry in entries])
    for entry in entries:
        there = known.get(entry.sequence)
        if there is None or (there.previous, there.hash) != (entry.previous, entry.hash) or not is_whole(entry):
            raise ArchiveDamaged(detail=f"entry {entry.sequence} of the centre is told again as another")
        stub = there.payload if there.kind == WITHHELD else None
        if stub is not None:
            whole = update(journal).where(journal.c.sequence == entry.sequence)
            connection.execute(whole.values(entry_values(entry)))
        connection.execute(insert(retold).values(at=at, sequence=entry.sequence, stub=stub))
    said = [(decode(entry.kind, entry.payload), entry) for entry in entries]
    apply_again(connection, said)
    note_arrived(connection, said)


class Replay:
    """Applies a copy's journal to empty tables as it was told: stubs in their place, what was told again where it was.

    `into` holds a journal too, which fills while it is replayed, unless it is the copy itself: whose turn it was with a
    page is looked up there.
    """

    def __init__(self, connection: Connection, into: Connection) -> None:
        self._connection, self._into = connection, into
        self._again, self._stubs = _told_again(connection)

    def apply(self, entry: JournalEntry) -> None:
        """Raises `ArchiveDamaged` for an entry that is not understood."""
        again = _entries(self._connection, self._again.get(entry.sequence, ()))
        if again:
            whole = [again[sequence] for sequence in sorted(again)]
            apply_again(self._into, [(decode(told.kind, told.payload), told) for told in whole])
        if self._into is not self._connection:
            self._into.execute(insert(journal).values(entry_values(entry)))
        stub = self._stubs.get(entry.sequence)
        event = decode(entry.kind, entry.payload) if stub is None else decode(WITHHELD, stub)
        apply(self._into, event, entry)


def _told_again(connection: Connection) -> tuple[Mapping[int, Sequence[int]], Mapping[int, str]]:
    """By entry, what was told again before it; by entry, the stub in whose place it came."""
    again, stubs = defaultdict[int, list[int]](list), dict[int, str]()
    for row in connection.execute(select(retold).order_by(retold.c.at, retold.c.sequence)):
        again[row.at].append(row.sequence)
        if row.stub is not None:
            stubs[row.sequence] = row.stub
    return again, stubs


def _entries(connection: Connection, sequences: Iterable[int]) -> dict[int, JournalEntry]:
    wanted, found = list(sequences), dict[int, JournalEntry]()
    for at in range(0, len(wanted), AT_ONCE):
        query = select(journal).where(journal.c.sequence.in_(wanted[at : at + AT_ONCE]))
        found |= {row.sequence: entry_of(row) for row in connection.execute(query)}
    return found
