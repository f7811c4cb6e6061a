"""A station's copy of the central archive: the central journal as far as it was told, and the tables that it gives."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert

from muni_archive.domain.errors import ArchiveDamaged, CentreTooNew
from muni_archive.domain.events import EVENT_TYPES
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.together import WITHHELD, is_whole
from muni_archive.store.codec import decode
from muni_archive.store.journal import entry_values, last_link
from muni_archive.store.projection import apply_all
from muni_archive.store.tables import PROJECTIONS, journal
from muni_archive.store.transactions import foreign_errors_told
from muni_archive.store.unit_of_work import SqlUnitOfWork


class ReplicaUnitOfWork(SqlUnitOfWork):
    """Implements `ports.ReplicaUnit`."""

    def follow(self, entries: Sequence[JournalEntry]) -> None:
        """Take the next part of the central journal; each link is checked. Raises `ArchiveDamaged`, `CentreTooNew`."""
        self.lock()
        with foreign_errors_told():
            sequence, previous = last_link(self._connection)
            for entry in entries:
                sequence += 1
                broken = entry.sequence != sequence or entry.previous != previous
                if broken or not (entry.kind == WITHHELD or is_whole(entry)):
                    raise ArchiveDamaged(detail=f"entry {entry.sequence} of the centre does not follow the one before")
                if entry.kind not in EVENT_TYPES:
                    raise CentreTooNew(kind=entry.kind)
                previous = entry.hash
            if entries:
                self._connection.execute(insert(journal), [entry_values(entry) for entry in entries])
            apply_all(self._connection, [(decode(entry.kind, entry.payload), entry) for entry in entries])

    def begin_anew(self) -> None:
        self.lock()
        with foreign_errors_told():
            for table in (journal, *PROJECTIONS):
                self._connection.execute(delete(table))
