"""Builds the tables of an archive anew from its journal, in the place where they are.

For programs that make something else of a journal than the one before did: tables must be what a replay gives.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection, delete, insert, select

from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.store.codec import decode
from muni_archive.store.journal import entry_of
from muni_archive.store.projection import apply_all
from muni_archive.store.retelling import Replay
from muni_archive.store.tables import PROJECTIONS, files_to_remove, journal, retold

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


def _replay(connection: Connection) -> None:
    waiting = [row._asdict() for row in connection.execute(select(files_to_remove))]
    for table in PROJECTIONS:
        connection.execute(delete(table))
    after, copy = 0, connection.execute(select(retold.c.at).limit(1)).first() is not None
    replay = Replay(connection, connection) if copy else None
    part = select(journal).order_by(journal.c.sequence).limit(PART)
    while rows := connection.execute(part.where(journal.c.sequence > after)).all():
        after = rows[-1].sequence
        entries = [entry_of(row) for row in rows]
        if replay is None:
            apply_all(connection, [(decode(entry.kind, entry.payload), entry) for entry in entries])
            continue
        for entry in entries:
            replay.apply(entry)
    connection.execute(delete(files_to_remove))  # what was removed long ago is not to be looked for again
    if waiting:
        connection.execute(insert(files_to_remove), waiting)
