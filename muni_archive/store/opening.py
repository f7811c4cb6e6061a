"""Opening an archive's store: folder, lock, database, migrations, vault."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from muni_archive.domain.errors import ArchiveNotFound
from muni_archive.domain.events import ArchiveCreated
from muni_archive.ports import Clock, Ids, Integrity, Vault
from muni_archive.store.checking import CheckedVault, StoreIntegrity
from muni_archive.store.lock import ArchiveLock
from muni_archive.store.migrating import bring_up_to_date, refuse_newer
from muni_archive.store.transactions import foreign_errors_told
from muni_archive.store.unit_of_work import SqlUnitOfWork
from muni_archive.store.vault import DiskVault

DATABASE = "archive.sqlite3"
BUSY_SECONDS = 30


U = TypeVar("U", bound=SqlUnitOfWork)


class Store(Generic[U]):
    """The open store: units of work, the vault, and its own proof."""

    def __init__(
        self,
        unit: type[U],
        engine: Engine,
        vault: StoredVault,
        lock: ArchiveLock | None,
        *,
        actor: str,
        clock: Clock,
        ids: Ids,
        copy: bool = False,
    ) -> None:
        self.vault = vault
        self.engine = engine
        self._unit, self._copy = unit, copy
        self.station = ""
        self._lock = lock
        self._actor, self._clock, self._ids = actor, clock, ids

    def unit_of_work(self, actor: str | None = None) -> U:
        """One that writes under the name of who opened the store, or of `actor`."""
        name = self._actor if actor is None else actor
        return self._unit(
            self.engine, actor=name, station=self.station, clock=self._clock, ids=self._ids, stored=self.vault.has
        )

    def archive_id(self) -> str:
        """Which archive this is."""
        with self.unit_of_work() as unit:
            return unit.records.archive().archive_id

    def integrity(self) -> Integrity:
        """A fresh check of journal, tables and vault."""
        return StoreIntegrity(self.engine, self.vault, copy=self._copy)

    def close(self) -> None:
        self.engine.dispose()
        if self._lock:
            self._lock.release()


def open_beside(folder: Path, *, actor: str, clock: Clock, ids: Ids) -> Store[SqlUnitOfWork]:
    """The store beside the process that holds it, to append entries that change no table. Its form is not touched.

    The database's own write lock keeps the chain one chain.

    Raises `ArchiveNotFound`, `ArchiveTooNew`, `ArchiveDamaged`.
    """
    if not (folder / DATABASE).is_file():
        raise ArchiveNotFound(path=folder)
    engine = sqlite_engine(folder / DATABASE, read_only=False)
    store = Store(SqlUnitOfWork, engine, DiskVault(folder / "vault"), None, actor=actor, clock=clock, ids=ids)
    try:
        with foreign_errors_told():
            refuse_newer(engine, folder)
        store.station = begin(store, "", ids)
    except BaseException:
        store.close()
        raise
    return store


def can_be_written(folder: Path) -> bool:
    """Whether this process may write the archive's database: not on a medium that is locked, or for a mere reader."""
    return os.access(folder, os.W_OK) and os.access(folder / DATABASE, os.W_OK)


class StoredVault(Vault, CheckedVault, Protocol):
    """A vault that can prove itself."""

    def names(self) -> Iterator[str]: ...


def open_store(
    folder: Path, *, create: bool, read_only: bool, station: str, actor: str, clock: Clock, ids: Ids
) -> Store[SqlUnitOfWork]:
    """Open the store in `folder`; a new one is created for `station`, an existing one keeps its own.

    Raises `ArchiveNotFound`, `ArchiveInUse`, `ArchiveTooNew`, `ArchiveDamaged`.
    """
    database = folder / DATABASE
    if not database.is_file() and not create:
        raise ArchiveNotFound(path=folder)
    if not read_only:
        make_own(folder)
    lock = None if read_only else ArchiveLock(folder)
    vault = DiskVault(folder / "vault")
    engine = sqlite_engine(database, read_only=read_only)
    store = Store(SqlUnitOfWork, engine, vault, lock, actor=actor, clock=clock, ids=ids)
    try:
        with foreign_errors_told():
            if read_only:
                refuse_newer(engine, folder)
            else:
                bring_up_to_date(engine, folder)
                vault.remove_parts()
        store.station = begin(store, station, ids)
    except BaseException:
        store.close()
        raise
    return store


def make_own(folder: Path) -> None:
    """Make the folder when it is missing: for its owner only, until an administrator opens it to others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def begin(store: Store[U], station: str, ids: Ids) -> str:
    """The station that the archive belongs to; the first entry of a new journal says so."""
    with store.unit_of_work() as unit, foreign_errors_told():
        if unit.records.last_sequence():
            return unit.records.archive().station
    store.station = station
    with store.unit_of_work() as unit:
        unit.lock()
        if unit.records.last_sequence():  # another process began it a moment ago
            return unit.records.archive().station
        unit.record(ArchiveCreated(archive_id=ids.new(), station=station))
        unit.commit()
    return station


def sqlite_engine(database: Path, *, read_only: bool) -> Engine:
    def connect() -> sqlite3.Connection:
        if not read_only:
            return _connection(database.resolve().as_uri())
        connection = _connection(f"{database.resolve().as_uri()}?mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.OperationalError:
            # A folder that cannot be written, a medium that is locked: nobody else can change it either.
            connection.close()
            return _connection(f"{database.resolve().as_uri()}?immutable=1")
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connect,
        isolation_level="AUTOCOMMIT",
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        hide_parameters=True,  # what people wrote, and hashes of passwords, must not get into logs with an error
    )
    event.listen(engine, "connect", _prepare_read_only if read_only else _prepare)
    return engine


def _connection(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_read_only(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA query_only=ON")
