"""Proof of the store: every link of the chain, tables against a replay, every file of the vault."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Row, String, Table, collate, create_engine, insert, select, union

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveDamaged, BlobCorrupt, BlobMissing
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.together import WITHHELD, is_whole
from muni_archive.messages import N_
from muni_archive.ports import FILE_LOST, Problem
from muni_archive.store.codec import decode
from muni_archive.store.file_places import file_places
from muni_archive.store.journal import entry_of, entry_values, last_sequence
from muni_archive.store.projection import apply
from muni_archive.store.projection.early import ENDS
from muni_archive.store.retelling import Replay
from muni_archive.store.tables import (
    PROJECTIONS,
    arrivals,
    blobs,
    cases,
    destroyed_files,
    journal,
    metadata,
    pages,
    procedures,
    readings,
    renditions,
    stations,
)
from muni_archive.store.transactions import foreign_errors_told
from muni_archive.store.wanted import who_lost

Progress = Callable[[int, int, str], None]
STEP = 200
"""Progress is told and the cancel token looked at once in so many items."""
JOURNAL_STEP, TABLES_STEP, VAULT_STEP = N_("journal"), N_("tables"), N_("vault")


class CheckedVault(Protocol):
    """What is asked of a vault here."""

    def names(self) -> Iterator[str]: ...

    def check(self, sha: str) -> None:
        """Hash the file again. Raises `BlobMissing`, `BlobCorrupt`."""
        ...


class StoreIntegrity:
    """Implements `ports.Integrity` for one store."""

    def __init__(self, engine: Engine, vault: CheckedVault, *, copy: bool = False) -> None:
        """`copy`: of another archive, which may withhold entries and whose files are fetched when they are needed."""
        self._engine, self._vault, self._copy = engine, vault, copy
        self.entries = 0
        self.blobs = 0
        self.strays: list[str] = []

    def problems(self, *, cancel: CancelToken, progress: Progress) -> Iterator[Problem]:
        with foreign_errors_told():
            yield from self._problems(cancel, progress)

    def _problems(self, cancel: CancelToken, progress: Progress) -> Iterator[Problem]:
        with self._engine.connect() as connection, tempfile.TemporaryDirectory(prefix="muni-archive-") as folder:
            postgres = self._engine.dialect.name == "postgresql"
            connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ" if postgres else "BEGIN")
            replayed = create_engine(f"sqlite:///{Path(folder) / 'replay.sqlite3'}", hide_parameters=True)
            with replayed.connect() as copy:
                copy.exec_driver_sql("PRAGMA synchronous=OFF")
                metadata.create_all(copy)
                yield from self._journal(connection, copy, cancel, progress)
                yield from self._tables(connection, copy, cancel, progress)
                yield from _arrival_problems(connection)
                copy.rollback()
            replayed.dispose()
            yield from self._files(connection, cancel, progress)
            connection.exec_driver_sql("ROLLBACK")

    def _journal(
        self, connection: Connection, copy: Connection, cancel: CancelToken, progress: Progress
    ) -> Iterator[Problem]:
        """Check each link and replay its event into the copy."""
        total = last_sequence(connection)
        expected, previous = 1, GENESIS
        replay = Replay(connection, copy).apply if self._copy else _applied(copy)
        rows = connection.execute(select(journal).order_by(journal.c.sequence).execution_options(yield_per=STEP))
        for row in rows:
            entry = entry_of(row)
            _look_up(entry.sequence, total, JOURNAL_STEP, cancel, progress)
            if entry.sequence != expected:
                yield Problem(kind="chain-gap", detail=f"entries {expected} to {entry.sequence - 1} are missing")
            problem = _link_problem(entry, previous, may_withhold=self._copy) or _replay_problem(replay, entry)
            if problem:
                yield problem
            expected, previous = entry.sequence + 1, entry.hash
            self.entries += 1

    def _tables(
        self, connection: Connection, copy: Connection, cancel: CancelToken, progress: Progress
    ) -> Iterator[Problem]:
        """Compare every row of every table with the replay's."""
        for at, table in enumerate(PROJECTIONS):
            cancel.raise_if_cancelled()
            progress(at, len(PROJECTIONS), TABLES_STEP)
            yield from _differences(table, _rows(connection, table), _rows(copy, table))

    def _files(self, connection: Connection, cancel: CancelToken, progress: Progress) -> Iterator[Problem]:
        """Hash every file that the tables name, and any other that lies in the vault."""
        named = union(
            select(pages.c.blob), select(readings.c.reading), select(renditions.c.blob).where(renditions.c.blob != ""),
            select(procedures.c.version), select(cases.c.version),
        )  # fmt: skip
        records = set(connection.execute(named).scalars())
        gone = set(connection.execute(select(destroyed_files.c.sha).distinct()).scalars()) - records
        wanted = records | set(connection.execute(select(blobs.c.sha)).scalars())
        present = set(self._vault.names())
        yield from (Problem(kind="vault-destroyed", detail=f"file {sha} was destroyed and is still there")
                     for sha in sorted(gone & present))  # fmt: skip
        every = sorted((set() if self._copy else wanted) | present)
        lost = who_lost(connection)
        for at, sha in enumerate(every):
            _look_up(at, len(every), VAULT_STEP, cancel, progress)
            try:
                self._vault.check(sha)
            except BlobMissing:
                if sha in gone:  # destroyed, and removed in this moment: that it is no longer here is noted behind that
                    continue
                yield _missing(connection, sha, lost.get(sha, ()))
            except BlobCorrupt:
                detail = f"file {sha} is not what it was{file_places(connection, sha)}"
                yield Problem(kind="vault-corrupt", detail=detail, file=sha)
            else:
                if not self._copy and sha not in wanted:
                    self.strays.append(sha)
            self.blobs += 1


def _missing(connection: Connection, sha: str, lost_by: Sequence[str]) -> Problem:
    places = file_places(connection, sha)
    if not lost_by:
        return Problem(kind="vault-missing", detail=f"file {sha} is missing{places}", file=sha)
    names = connection.execute(select(stations.c.name).where(stations.c.id.in_(lost_by)).order_by(stations.c.name))
    detail = f"file {sha} was lost at station {', '.join(names.scalars())} before it came{places}"
    return Problem(kind=FILE_LOST, detail=detail, file=sha)


def _look_up(done: int, total: int, step: str, cancel: CancelToken, progress: Progress) -> None:
    if done % STEP == 0:
        cancel.raise_if_cancelled()
        progress(done, total, step)


def _link_problem(entry: JournalEntry, previous: str, *, may_withhold: bool) -> Problem | None:
    """Whether the entry is what it was and follows the one before."""
    if not (may_withhold and entry.kind == WITHHELD) and not is_whole(entry):
        return Problem(kind="chain-entry", detail=f"entry {entry.sequence} ({entry.kind}) has been changed")
    if entry.previous != previous:
        return Problem(kind="chain-broken", detail=f"entry {entry.sequence} does not follow the one before")
    return None


def _applied(copy: Connection) -> Callable[[JournalEntry], None]:
    def applied(entry: JournalEntry) -> None:
        event = decode(entry.kind, entry.payload)
        if entry.kind in ENDS:
            copy.execute(insert(journal).values(entry_values(entry)))
        apply(copy, event, entry)

    return applied


def _replay_problem(replay: Callable[[JournalEntry], None], entry: JournalEntry) -> Problem | None:
    try:
        replay(entry)
    except ArchiveDamaged as error:
        return Problem(kind="journal-unknown", detail=f"entry {entry.sequence}: {error.params.get('detail')}")
    return None


def _arrival_problems(connection: Connection) -> Iterator[Problem]:
    """At the centre: each station's own chain, made again from the entries and where they came from."""
    query = select(
        journal,
        arrivals.c.station_id,
        arrivals.c.station_sequence,
        arrivals.c.previous.label("before"),
        arrivals.c.hash.label("link"),
    ).join(journal, journal.c.sequence == arrivals.c.sequence, isouter=True)
    heads: dict[str, tuple[int, str]] = {}
    ordered = query.select_from(arrivals).order_by(arrivals.c.station_id, arrivals.c.station_sequence)
    for row in connection.execute(ordered.execution_options(yield_per=STEP)):
        where = f"entry {row.station_sequence} of station {row.station_id}"
        expected, previous = heads.get(row.station_id, (0, GENESIS))
        if (expected + 1, previous) != (row.station_sequence, row.before):
            yield Problem(kind="arrival-broken", detail=f"{where} does not follow the one before")
        heads[row.station_id] = (row.station_sequence, row.link)
        if row.id is None:
            yield Problem(kind="arrival-missing", detail=f"{where} is not in the central journal")
        elif not is_whole(replace(entry_of(row), sequence=row.station_sequence, previous=row.before, hash=row.link)):
            yield Problem(kind="arrival-entry", detail=f"{where} is not what the station wrote")


def _rows(connection: Connection, table: Table) -> Iterable[Row[Any]]:
    by_sign = {"collation": "C"} if connection.dialect.name == "postgresql" else {}
    keys = [
        collate(column, **by_sign) if by_sign and isinstance(column.type, String) else column
        for column in table.primary_key.columns
    ]
    return connection.execute(select(table).order_by(*keys).execution_options(yield_per=1000))


def _differences(table: Table, present: Iterable[Row[Any]], replayed: Iterable[Row[Any]]) -> Iterator[Problem]:
    """Walk both in the order of their keys and name each row and column that differs."""
    keys = [column.name for column in table.primary_key.columns]
    here, there = iter(present), iter(replayed)
    a, b = next(here, None), next(there, None)
    while a is not None or b is not None:
        key_a = tuple(getattr(a, key) for key in keys) if a is not None else None
        key_b = tuple(getattr(b, key) for key in keys) if b is not None else None
        if key_b is None or (key_a is not None and key_a < key_b):
            yield Problem(kind="table-extra", detail=f"{table.name} {key_a}: the journal knows no such row")
            a = next(here, None)
        elif key_a is None or key_b < key_a:
            yield Problem(kind="table-missing", detail=f"{table.name} {key_b}: the row is gone")
            b = next(there, None)
        else:
            if tuple(a or ()) != tuple(b or ()):
                yield Problem(kind="table-differs", detail=f"{table.name} {key_a}: {_columns(table, a, b)}")
            a, b = next(here, None), next(there, None)


def _columns(table: Table, a: Row[Any] | None, b: Row[Any] | None) -> str:
    pairs = zip_longest(table.columns, tuple(a or ()), tuple(b or ()))
    return ", ".join(column.name for column, one, other in pairs if one != other)
