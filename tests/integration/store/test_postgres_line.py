"""A database that has gone silent is given up within a minute, and gives up within a minute who has gone silent."""

from __future__ import annotations

import os
import socket
from contextlib import closing

import pytest
from sqlalchemy import text

from muni_archive import postgres_line
from muni_archive.domain.errors import DatabaseUnreachable, IndexUnavailable
from muni_archive.postgres_line import connect_args
from muni_archive.search.postgres_engine import PostgresIndex
from muni_archive.store import SystemClock, Uuid7Ids
from muni_archive.store.central_opening import open_central_store

SHOWN = {
    "tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000", "idle_in_transaction_session_timeout": "0",
}  # fmt: skip


def store(tmp_path, url):
    clock, ids = SystemClock(), Uuid7Ids()
    return open_central_store(tmp_path, database=url, vault=None, name="CENTRE", actor="x", clock=clock, ids=ids)


@pytest.fixture
def silent():
    """Takes connections, as a machine does whose database hangs, and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener.getsockname()[1]


def test_both_sides_look_whether_the_other_is_there(tmp_path, postgres_url):
    opened, index = store(tmp_path, postgres_url), PostgresIndex(postgres_url)
    for engine in (opened.engine, index._keeping, index._asking):
        with engine.connect() as connection:
            assert {name: connection.execute(text(f"SHOW {name}")).scalar() for name in SHOWN} == SHOWN
            line = socket.socket(fileno=os.dup(connection.connection.driver_connection.fileno()))
            with closing(line):
                options = (
                    (socket.SOL_SOCKET, socket.SO_KEEPALIVE), (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
                    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL), (socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
                    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
                )  # fmt: skip
                assert [line.getsockopt(*each) for each in options] == [1, 30, 10, 3, 60_000]
    index.close()
    opened.close()


def test_what_the_address_says_counts(tmp_path, postgres_url):
    options = "-c%20tcp_keepalives_idle%3D77%20-c%20work_mem%3D7MB"
    opened = store(tmp_path, f"{postgres_url}?keepalives_idle=99&options={options}")
    with opened.engine.connect() as connection:
        said = [connection.execute(text(f"SHOW {name}")).scalar() for name in ("tcp_keepalives_idle", "work_mem")]
        line = socket.socket(fileno=os.dup(connection.connection.driver_connection.fileno()))
        with closing(line):
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 99
    assert said == ["77", "7MB"]
    opened.close()


def test_a_service_file_is_not_overruled(monkeypatch):
    assert connect_args({"service": ["muni"]}) == {}
    monkeypatch.setenv("PGSERVICE", "muni")
    assert connect_args({}) == {}


def test_libpq_s_own_variables_count(monkeypatch):
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=9MB")
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "5")
    told = connect_args({})
    assert "connect_timeout" not in told
    assert told["options"].endswith("-c work_mem=9MB")


def test_a_database_that_says_nothing_is_not_waited_for(tmp_path, silent, postgres, postgres_url, monkeypatch):
    monkeypatch.setattr(postgres_line, "_CLIENT", {**postgres_line._CLIENT, "connect_timeout": 2})
    dead = f"postgresql+psycopg://owner@127.0.0.1:{silent}/x"
    with pytest.raises(DatabaseUnreachable):
        store(tmp_path / "dead", dead)
    with pytest.raises(IndexUnavailable):
        PostgresIndex(dead)
    name = postgres_url.rpartition("/")[2]
    both = f"postgresql+psycopg://owner@/{name}?host=127.0.0.1:{silent}&host=127.0.0.1:{postgres.port}"
    store(tmp_path / "both", both).close()
