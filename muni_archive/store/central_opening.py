"""Opening the centre's store (SQLite and a folder, or PostgreSQL and an object store) and a station's copy of it."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from muni_archive.domain.errors import ArchiveInUse, DatabaseUnreachable, WrongUse
from muni_archive.ports import Clock, Ids
from muni_archive.postgres_line import connect_args
from muni_archive.store.central import CentralUnitOfWork
from muni_archive.store.lock import ArchiveLock
from muni_archive.store.migrating import bring_up_to_date, is_current
from muni_archive.store.opening import Store, StoredVault, begin, make_own, sqlite_engine
from muni_archive.store.replica import ReplicaUnitOfWork
from muni_archive.store.transactions import foreign_errors_told
from muni_archive.store.vault import DiskVault

DATABASE = "centre.sqlite3"
COPY = "copy.sqlite3"
DRIVERS = ("postgresql", "postgresql+psycopg")
CONNECTIONS = 20
"""Kept open to PostgreSQL by one process, at most."""
FRESH_S = 1.0
"""Seconds for which a connection that was just in use is taken to live."""
_GIVEN_BACK = "given back"


def open_central_store(
    folder: Path,
    *,
    database: str,
    vault: StoredVault | None,
    name: str,
    actor: str,
    clock: Clock,
    ids: Ids,
    beside: bool = False,
) -> Store[CentralUnitOfWork]:
    """Open the centre, which begins as an archive called `name`.

    `database` is a PostgreSQL URL (`postgresql+psycopg://…`), or empty for SQLite in `folder`, where the files lie too
    when no other `vault` is given. Only on SQLite is the folder locked, and not `beside` a process that serves it;
    several processes may serve one PostgreSQL.
    Raises `ArchiveInUse`, `ArchiveTooNew`, `DatabaseUnreachable`, `WrongUse` for an address that is none.
    """
    make_own(folder)
    lock = None if database or beside else ArchiveLock(folder)
    engine = _postgres(database) if database else sqlite_engine(folder / DATABASE, read_only=False)
    files = vault or DiskVault(folder / "vault")
    if isinstance(files, DiskVault) and lock:
        files.remove_parts()
    store = Store(CentralUnitOfWork, engine, files, lock, actor=actor, clock=clock, ids=ids)
    try:
        with foreign_errors_told():
            bring_up_to_date(engine, folder)
        store.station = begin(store, name, ids)
    except BaseException:
        store.close()
        raise
    return store


def open_copy(
    folder: Path, *, vault: StoredVault, clock: Clock, ids: Ids, read_only: bool = False
) -> Store[ReplicaUnitOfWork]:
    """Open (or begin) a station's copy of the central archive. It begins empty; then comes the centre's first entry.

    A reader begins it too, and brings a copy of an older program forward, unless whoever follows is about to.
    """
    make_own(folder)
    if read_only and not ((folder / COPY).is_file() and _is_current(folder)):
        with suppress(ArchiveInUse):
            open_copy(folder, vault=vault, clock=clock, ids=ids).close()
    lock = None if read_only else ArchiveLock(folder)
    engine = sqlite_engine(folder / COPY, read_only=read_only)
    store = Store(ReplicaUnitOfWork, engine, vault, lock, actor="", clock=clock, ids=ids, copy=True)
    try:
        with foreign_errors_told():
            if not read_only:
                bring_up_to_date(engine, folder)
    except BaseException:
        store.close()
        raise
    return store


@dataclass(frozen=True, kw_only=True)
class CopyBeside:
    """Implements `ports.CopyAnew` in a folder of its own."""

    folder: Path
    vault: StoredVault
    clock: Clock
    ids: Ids

    @property
    def begun(self) -> bool:
        return (self.folder / COPY).exists()

    @contextmanager
    def open(self) -> Iterator[Callable[[], ReplicaUnitOfWork]]:
        store = open_copy(self.folder, vault=self.vault, clock=self.clock, ids=self.ids)
        try:
            yield store.unit_of_work
        finally:
            store.close()

    def remove(self) -> None:
        if self.begun:
            shutil.rmtree(self.folder)


def _is_current(folder: Path) -> bool:
    engine = sqlite_engine(folder / COPY, read_only=True)
    try:
        with foreign_errors_told():
            return is_current(engine)
    finally:
        engine.dispose()


def _postgres(url: str) -> Engine:
    """An address may hold a password, so what is wrong with it is said without it."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise WrongUse(detail="the database's address cannot be read: postgresql+psycopg://user@host/name") from None
    if address.drivername not in DRIVERS:
        raise WrongUse(detail=f"the database's address begins with {address.drivername}, not with {DRIVERS[-1]}")
    engine = create_engine(
        address,
        connect_args=connect_args(address.normalized_query),
        isolation_level="AUTOCOMMIT",
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_use_lifo=True,  # so that few that are busy stay fresh
        pool_recycle=1800,
        hide_parameters=True,  # as on SQLite
    )
    event.listen(engine, "handle_error", _lost_line_told)
    event.listen(engine, "checkin", _given_back)
    event.listen(engine, "checkout", _still_there)
    return engine


def _given_back(_raw: Any, record: ConnectionPoolEntry) -> None:
    record.info[_GIVEN_BACK] = time.monotonic()


def _still_there(raw: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection that lay idle is asked whether it still lives; asking each time is a way to the database and back
    for every one of many small questions. One that died a moment ago is told as one that dies in the middle.
    """
    if time.monotonic() - record.info.get(_GIVEN_BACK, math.inf) < FRESH_S:
        return
    try:
        raw.execute("")
    except psycopg.Error as exc:
        raise InvalidatePoolError from exc


def _lost_line_told(context: ExceptionContext) -> Exception | None:
    """A database that goes away in the middle of a question, told in our words wherever that is."""
    if context.is_disconnect:
        return DatabaseUnreachable(detail=str(context.original_exception).strip())
    return None
