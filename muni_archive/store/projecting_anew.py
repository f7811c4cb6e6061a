"""Builds the tables of an archive anew from its journal, in the place where they are.

For programs that make something else of a journal than the one before did: tables must be what a replay gives.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, insert, select

from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.journal import LONGEST_PART, JournalEntry
from muni_archive.store import journal as chain
from muni_archive.store.codec import decode
from muni_archive.store.history import mention
from muni_archive.store.projection import apply_all
from muni_archive.store.retelling import Replay
from muni_archive.store.tables import PROJECTIONS, files_to_remove, journal, mentions, retold

PART = 5000
KINDS = (
    "document-destroyed", "destruction-received", "hearing-opened", "file-closed", "file-reopened",
    "retention-extended", "hold-lifted", "disposal-withdrawn", "grant-ended", "mark-changed", "mark-removed",
    "case-withdrawn", "case-corrected",
)  # fmt: skip
"""Kinds of which something else is made since form 0018; without any, the tables are right as they are."""
_log = logging.getLogger(__name__)


def project_anew(connection: Connection) -> bool:
    """Whether there was something to do. The caller's transaction holds the write lock.

    A journal that is not understood leaves everything as it was: `verify` tells of it.
    """
    if connection.execute(select(journal.c.sequence).where(journal.c.kind.in_(KINDS)).limit(1)).first() is None:
        return False
    connection.exec_driver_sql("SAVEPOINT anew")
    try:
        _replay(connection)
    except ArchiveDamaged as error:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT anew")
        _log.error("the tables stay as they are: %s", error)
        return False
    connection.exec_driver_sql("RELEASE SAVEPOINT anew")
    return True


def mention_anew(connection: Connection) -> None:
    """At a centre: which entries speak of a document; programs of forms before 0018 left some of them out.

    The tables are as the whole journal made them. A journal that is not understood leaves everything as it was.
    """
    if connection.execute(select(mentions.c.sequence).limit(1)).first() is None:
        return
    connection.exec_driver_sql("SAVEPOINT mentions")
    try:
        connection.execute(delete(mentions))
        for entries in _parts(connection):
            mention(connection, [(decode(entry.kind, entry.payload), entry) for entry in entries])
    except ArchiveDamaged as error:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT mentions")
        _log.error("who may see a document now is told what was: %s", error)
        return
    connection.exec_driver_sql("RELEASE SAVEPOINT mentions")


def _replay(connection: Connection) -> None:
    waiting = [row._asdict() for row in connection.execute(select(files_to_remove))]
    for table in PROJECTIONS:
        connection.execute(delete(table))
    copy = connection.execute(select(retold.c.at).limit(1)).first() is not None
    replay = Replay(connection, connection) if copy else None
    for entries in _parts(connection):
        if replay is None:
            apply_all(connection, [(decode(entry.kind, entry.payload), entry) for entry in entries])
            continue
        for entry in entries:
            replay.apply(entry)
    connection.execute(delete(files_to_remove))  # what was removed long ago is not to be looked for again
    if waiting:
        connection.execute(insert(files_to_remove), waiting)


def _parts(connection: Connection) -> Iterator[Sequence[JournalEntry]]:
    """The journal, in its order."""
    after = 0
    while entries := chain.entries(connection, after=after, limit=PART, most_signs=LONGEST_PART):
        yield entries
        after = entries[-1].sequence
