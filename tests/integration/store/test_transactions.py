"""What the database cannot do for now is told as that, and not as a fault of the program."""

import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from muni_archive.bootstrap import open_centre
from muni_archive.domain.errors import ArchiveBusy, DatabaseUnreachable
from muni_archive.domain.events import ArchiveCreated, StationInvited
from muni_archive.store import SystemClock, Uuid7Ids, central_opening
from muni_archive.store.central_opening import DATABASE, bring_up_to_date, open_central_store, sqlite_engine
from muni_archive.store.unit_of_work import SqlUnitOfWork


def test_who_waits_too_long_for_a_line_to_the_database_may_come_again(tmp_path):
    engine = create_engine(
        f"sqlite:///{tmp_path / 'x'}", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05
    )

    def unit():
        return SqlUnitOfWork(engine, actor="a", station="S", clock=SystemClock(), ids=Uuid7Ids())

    with unit(), pytest.raises(DatabaseUnreachable), unit():
        pass
    with unit() as again:
        assert again.records is not None
    engine.dispose()


def test_a_line_to_the_database_that_lay_idle_is_tried_before_it_is_used(postgres, tmp_path, monkeypatch):
    """One that was in use a moment ago is not: when it has died, that is told, and the next one is new."""
    url = postgres.url(postgres.create_database())
    store = open_central_store(
        tmp_path, database=url, vault=None, name="CENTRE", actor="x", clock=SystemClock(), ids=Uuid7Ids()
    )

    def last():
        with store.unit_of_work() as unit:
            return unit.records.last_sequence()

    assert last() == 1
    end_all(postgres, url)
    with pytest.raises(DatabaseUnreachable):
        last()
    assert last() == 1
    end_all(postgres, url)
    monkeypatch.setattr(central_opening, "FRESH_S", 0.0)
    assert last() == 1
    store.close()


@pytest.mark.parametrize("then", ["a question", "an entry", "the commit", "nothing"])
def test_a_line_that_is_lost_while_it_writes_is_told_as_that_and_let_go(postgres, tmp_path, then):
    url = postgres.url(postgres.create_database())
    store = open_central_store(
        tmp_path, database=url, vault=None, name="CENTRE", actor="x", clock=SystemClock(), ids=Uuid7Ids()
    )
    invited = StationInvited(code_hash="lost", departments=())
    going_on = {
        "a question": lambda unit: unit.records.last_sequence(), "an entry": lambda unit: unit.record(invited),
        "the commit": lambda unit: unit.commit(), "nothing": lambda _unit: None,
    }  # fmt: skip

    def write():
        with store.unit_of_work() as unit:
            unit.record(invited)
            end_all(postgres, url)
            going_on[then](unit)

    with pytest.raises(DatabaseUnreachable):
        write()
    assert store.engine.pool.checkedout() == 0
    with store.unit_of_work() as unit:
        assert [entry.kind for entry in unit.records.journal(limit=10)] == [ArchiveCreated.kind]
    store.close()


def test_what_the_database_has_given_up_is_not_taken_for_committed(tmp_path):
    with open_centre(tmp_path / "centre") as opened, opened.centre.unit_of_work() as unit:
        unit.record(StationInvited(code_hash="lost", departments=()))
        unit._connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself when the disk is full
        with pytest.raises(RuntimeError, match="nothing was committed"):
            unit.commit()


def test_a_database_in_which_somebody_else_writes_for_long_is_not_called_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr("muni_archive.store.opening.BUSY_SECONDS", 0.05)
    with open_centre(tmp_path / "centre") as opened:
        with closing(sqlite3.connect(tmp_path / "centre" / DATABASE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(ArchiveBusy, match="Nothing is damaged"), opened.centre.unit_of_work() as unit:
                unit.lock()
        with opened.centre.unit_of_work() as unit:
            unit.lock()


def end_all(postgres, url):
    """Every connection to this database."""
    with psycopg.connect(postgres.dsn(url.rpartition("/")[2]), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_two_processes_that_begin_one_database_at_once_begin_one_journal(tmp_path, monkeypatch):
    """`beside` stands for a second process on PostgreSQL. Both have looked before either has written."""
    folder, met, lock = tmp_path / "centre", threading.Barrier(2), SqlUnitOfWork.lock
    folder.mkdir()
    bring_up_to_date(sqlite_engine(folder / DATABASE, read_only=False), folder)

    def lock_together(unit):
        if not unit._writing:
            met.wait(timeout=60)
        lock(unit)

    def start(_number):
        return open_central_store(
            folder, database="", vault=None, name="CENTRE", actor="x", clock=SystemClock(), ids=Uuid7Ids(), beside=True
        )

    with monkeypatch.context() as patched, ThreadPoolExecutor(2) as pool:
        patched.setattr(SqlUnitOfWork, "lock", lock_together)
        stores = list(pool.map(start, range(2)))
    with stores[0].unit_of_work() as unit:
        assert [entry.kind for entry in unit.records.journal(limit=10)] == [ArchiveCreated.kind]
    for store in stores:
        assert store.station == "CENTRE"
        store.close()


def test_a_database_whose_own_default_keeps_snapshots_still_gives_every_number_once(tmp_path, postgres_url):
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as asked:
        name = asked.info.dbname
        asked.execute(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'")
        with open_centre(tmp_path / "centre", database=postgres_url) as opened, ThreadPoolExecutor(1) as pool:
            unit_of_work = opened.centre.unit_of_work

            def second():
                with unit_of_work() as unit:
                    unit.record(StationInvited(code_hash="second", departments=()))
                    unit.commit()

            with unit_of_work() as unit:
                unit.record(StationInvited(code_hash="first", departments=()))
                waiting = pool.submit(second)
                until = time.monotonic() + 60
                while not _waits(asked) and time.monotonic() < until:
                    time.sleep(0.02)
                unit.commit()
            waiting.result(timeout=60)
            with unit_of_work() as unit:
                entries = unit.records.journal(limit=10)
    assert [json.loads(entry.payload).get("code_hash") for entry in entries[1:]] == ["first", "second"]
    assert [entry.sequence for entry in entries] == [1, 2, 3]


def _waits(asked):
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return asked.execute(query).fetchone()[0] > 0
