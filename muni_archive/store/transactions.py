"""Beginning and ending a transaction that writes, on SQLite and on PostgreSQL, and both their errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from muni_archive.domain.centre_errors import EntryInvalid
from muni_archive.domain.errors import ArchiveBusy, ArchiveDamaged, DatabaseUnreachable, DiskFull

WRITER = 0x6D756E6A
"""The one advisory lock of an archive on PostgreSQL. Who holds it gives the journal's next number, and keeps it until
the commit: numbers become visible in their order, and nobody who reads by number can skip one."""
_BUSY, _PRIMARY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), 0xFF
"""Somebody else holds the lock for longer than one waits. Extended codes carry the primary one in their last byte."""

_DISK_FULL, _TOO_LARGE = "53100", "54000"
"""PostgreSQL's words for it, which its hints in plain words are not: «Consider full text indexing»."""


def begin_writing(connection: Connection) -> None:
    """Take the one write lock: what is read from here on stays true until the end.

    On PostgreSQL, whatever its own default is, each question sees what was committed before it was asked: a snapshot
    taken before the lock was had would not show what its last holder wrote.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL READ COMMITTED")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def end(connection: Connection, how: str) -> None:
    """`COMMIT` or `ROLLBACK`; nothing is left to roll back where an error has ended the transaction already.

    Raises `DatabaseUnreachable` where the line was lost before what was written could be committed.
    """
    if _is_under_way(connection):
        connection.exec_driver_sql(how)
    elif how == "COMMIT":
        if connection.invalidated:
            raise DatabaseUnreachable(detail="the line was lost")
        raise RuntimeError("nothing was committed: an error had ended the transaction")


def _is_under_way(connection: Connection) -> bool:
    if connection.invalidated:  # the line is gone, and what was written on it: asking for it would be an error itself
        return False
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        return raw.in_transaction
    return raw is not None and not raw.closed and raw.info.transaction_status != 0


@contextmanager
def foreign_errors_told() -> Iterator[None]:
    """Errors of the database in the archive's own words."""
    try:
        yield
    except (IntegrityError, DataError):
        raise  # what was to be written does not fit; nothing is damaged
    except (OperationalError, InterfaceError) as exc:
        state, code = getattr(exc.orig, "sqlstate", None), getattr(exc.orig, "sqlite_errorcode", 0) & _PRIMARY
        if state == _TOO_LARGE:
            detail = "a text in it, such as a file's reference, is longer than the database can sort by"
            raise EntryInvalid(sequence=0, detail=detail) from exc
        if state == _DISK_FULL or code == sqlite3.SQLITE_FULL or "No space left" in str(exc.orig):
            raise DiskFull from exc
        if code in _BUSY:
            raise ArchiveBusy from exc
        if isinstance(exc.orig, sqlite3.Error):
            raise ArchiveDamaged(detail=str(exc.orig)) from exc
        raise DatabaseUnreachable(detail=str(exc.orig).strip()) from exc
    except PoolTimeout as exc:  # so much is asked at once that no line to the database came free
        raise DatabaseUnreachable(detail="too busy") from exc
    except DatabaseError as exc:
        raise ArchiveDamaged(detail=str(exc.orig)) from exc
