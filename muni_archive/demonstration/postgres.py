"""A PostgreSQL of one's own, in a temporary folder, on the loopback only: for tests and for benchmarks.

The server is a child of this process and is stopped by its own handle, also when what used it failed. Its account
is an unprivileged one, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg

ACCOUNTS = ("postgres", "nobody")
"""Whom the server runs as when we are root; the first that exists."""
PATIENCE = 60
"""Seconds that a server may take to start or to stop."""


class PostgresMissing(Exception):
    """There is nothing to run, or nobody to run it as; the text says what."""


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """A running server that trusts everybody on the loopback."""

    port: int

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://{self.dsn(database).partition('://')[2]}"

    def dsn(self, database: str = "postgres") -> str:
        """For psycopg and libpq."""
        return f"postgresql://owner@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str = "", *, like: str = "") -> str:
        """A new database under this name or a fresh one, empty or a copy of one that nobody uses; returns the name."""
        name = name or f"t{uuid.uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like}"' if like else ""))
        return name

    def has_database(self, name: str) -> bool:
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def drop_database(self, name: str) -> None:
        """Also when somebody is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(statement.encode())


def binaries() -> Path:
    """Where `initdb` and `postgres` lie: on the path, or where Debian puts the newest. Raises `PostgresMissing`."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -_version(place))
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists() and _version(place) >= 15:
            return place
    raise PostgresMissing("PostgreSQL 15 or newer is not installed (Debian: apt install postgresql)")


@contextmanager
def postgres_server(
    folder: Path | None = None, *, durable: bool = False, port: int = 0, settings: Mapping[str, str] | None = None
) -> Iterator[PostgresServer]:
    """Start a server and stop it at the end. `folder` is kept with its data; without one all is thrown away.

    `durable=False` leaves out fsync, which is right for data that no crash can make dear; `port` 0 takes a free one.
    Raises `PostgresMissing`.
    """
    place, account = binaries(), _account()
    own = Path(tempfile.mkdtemp(prefix="muni-postgres-")) if folder is None else folder
    try:
        data = _prepared(own, place, account)
        with _running(place, data, account, durable, port or _free_port(), settings or {}) as server:
            yield server
    finally:
        if folder is None:
            shutil.rmtree(own, ignore_errors=True)


def _version(place: Path) -> int:
    try:
        told = subprocess.run([place / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return int(told.split()[2].split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return 0


def _account() -> pwd.struct_passwd | None:
    """Whom to run as; None when we are nobody special ourselves (or on a system that knows no root)."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissing(f"PostgreSQL does not run as root, and none of the accounts {', '.join(ACCOUNTS)} exists")


def _as(account: pwd.struct_passwd | None) -> dict[str, object]:
    return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _prepared(folder: Path, place: Path, account: pwd.struct_passwd | None) -> Path:
    """The data folder under `folder`, made by `initdb` unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    if (data / "PG_VERSION").exists():
        return data
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    command = [place / "initdb", "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **_as(account))  # type: ignore[call-overload]
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.strip()}")
    return data


@contextmanager
def _running(
    place: Path, data: Path, account: pwd.struct_passwd | None, durable: bool, port: int, settings: Mapping[str, str]
) -> Iterator[PostgresServer]:
    fast = {} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    chosen = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": str(port), **fast, **settings}
    command = [str(place / "postgres"), "-D", str(data)]
    for name, value in chosen.items():
        command += ["-c", f"{name}={value}"]
    with (data.parent / "log").open("ab") as log:
        child = _started(command, data.parent, account, log)
        try:
            server = PostgresServer(port=port)
            _await(server, child, data.parent / "log")
            yield server
        finally:
            _stop(child)


def _started(
    command: Sequence[str], folder: Path, account: pwd.struct_passwd | None, log: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True, **_as(account))  # type: ignore[call-overload,no-any-return]


def _await(server: PostgresServer, child: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if child.poll() is not None:
            break
        try:
            psycopg.connect(server.dsn(), connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown; a server that does not hear it is ended at once."""
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGINT)
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGQUIT)
        child.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
