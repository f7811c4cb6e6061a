"""Builds an archive's database anew from a journal, and puts it into the place of the old one, which is kept."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, insert, select

from muni_archive.domain.errors import ArchiveDamaged, ArchiveInUse
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.together import is_whole
from muni_archive.store.codec import decode
from muni_archive.store.journal import entry_values, last_link
from muni_archive.store.lock import ArchiveLock
from muni_archive.store.many import insert_rows
from muni_archive.store.migrating import bring_up_to_date
from muni_archive.store.opening import DATABASE, sqlite_engine
from muni_archive.store.projection import apply_all
from muni_archive.store.tables import credentials, journal, sign_in_failures, sign_ins
from muni_archive.store.transactions import begin_writing, end, foreign_errors_told

PART = 5000
KEPT = "branches"
"""Folder of the databases that were replaced."""


def rebuild_archive(folder: Path, entries: Iterable[JournalEntry], *, ends: str) -> Path:
    """Write the journal into a new database and let it take the place of the archive's; returns where the old one lies.

    `ends` is the hash with which the old journal ended when the new one was made of it. Until the last step the archive
    is as it was; the step itself is one rename. Nobody else may have the archive open: the search index must be thrown
    away by the caller. Raises `ArchiveInUse`, also where somebody has written meanwhile; `ArchiveDamaged`, `DiskFull`.
    """
    lock = ArchiveLock(folder)
    try:
        new = folder / f"{DATABASE}.new"
        _remove(new)
        engine = sqlite_engine(new, read_only=False)
        with foreign_errors_told():
            bring_up_to_date(engine, folder)
            head = _write(engine, entries)
            _carry_over(folder, engine)
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return _replace(folder, new, head, ends)
    finally:
        lock.release()


def _write(engine: Engine, entries: Iterable[JournalEntry]) -> str:
    """All in one transaction; returns the last hash."""
    waiting, expected, previous = iter(entries), 1, GENESIS
    with engine.connect() as connection:
        begin_writing(connection)
        while part := list(islice(waiting, PART)):
            for entry in part:
                if (entry.sequence, entry.previous) != (expected, previous) or not is_whole(entry):
                    raise ArchiveDamaged(detail=f"entry {entry.sequence} does not follow the one before")
                expected, previous = entry.sequence + 1, entry.hash
            connection.execute(insert(journal), [entry_values(entry) for entry in part])
            apply_all(connection, [(decode(entry.kind, entry.payload), entry) for entry in part])
        end(connection, "COMMIT")
    return previous


def _carry_over(folder: Path, engine: Engine) -> None:
    """What is no history and stands in no journal: passwords, and who tried to come in."""
    old = sqlite_engine(folder / DATABASE, read_only=True)
    with old.connect() as there, engine.connect() as here:
        begin_writing(here)
        for table in (credentials, sign_in_failures, sign_ins):
            insert_rows(here, table, [dict(row) for row in there.execute(select(table)).mappings()])
        end(here, "COMMIT")
    old.dispose()


def _replace(folder: Path, new: Path, head: str, ends: str) -> Path:
    kept = folder / KEPT
    kept.mkdir(exist_ok=True)
    old = kept / f"before-{head[:16]}.sqlite3"
    old.unlink(missing_ok=True)
    # What is still in the old write-ahead log belongs to it: opened and closed once, it is in the file.
    settled = sqlite_engine(folder / DATABASE, read_only=False)
    with settled.connect() as connection:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        _, last = last_link(connection)
    settled.dispose()
    if busy or last != ends:  # what somebody recorded meanwhile would stand in the old database alone
        raise ArchiveInUse(path=folder)
    os.link(folder / DATABASE, old)
    new.replace(folder / DATABASE)
    for rest in ("-wal", "-shm"):
        (folder / f"{DATABASE}{rest}").unlink(missing_ok=True)
        (folder / f"{new.name}{rest}").unlink(missing_ok=True)
    return old


def _remove(database: Path) -> None:
    for rest in ("", "-wal", "-shm"):
        database.with_name(database.name + rest).unlink(missing_ok=True)
