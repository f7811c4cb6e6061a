"""What tests of every kind may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from alembic import command
from argon2 import PasswordHasher
from hypothesis import settings
from keyring.backends import fail
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from muni_archive.demonstration.postgres import PostgresMissing, PostgresServer, postgres_server
from muni_archive.messages import use_language
from muni_archive.services.people import passwords
from tests.helpers import migrated

PATIENCE_MS = 30_000
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=500, print_blob=True)
settings.load_profile("same")
"""A run on the same code ends the same way; `pytest --hypothesis-profile=explore` looks where nobody looked yet."""


@pytest.fixture(autouse=True)
def english() -> None:
    """Every test begins in English, whatever language the test before it in this process left behind."""
    use_language("en")
    QLocale.setDefault(QLocale("en"))


@pytest.fixture(autouse=True, scope="session")
def patient_windows() -> Iterator[None]:
    """What a window will show is waited for on a busy machine too: no wait of a test ends before half a minute."""
    before = QtBot.waitUntil

    def patiently(bot: QtBot, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        before(bot, callback, timeout=max(timeout, PATIENCE_MS))

    QtBot.waitUntil = patiently
    yield
    QtBot.waitUntil = before


@pytest.fixture(autouse=True, scope="session")
def migrations_said_again() -> Iterator[None]:
    """Most tests begin with an empty archive: its migrations run once a process, a fifth of a second each time."""
    before, command.upgrade = command.upgrade, migrated.upgrade
    yield
    command.upgrade = before


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost nothing to compare, for tests that are about something else."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(passwords, "_nobody", "")


@pytest.fixture
def no_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys lie in files, whatever this machine has."""
    monkeypatch.setattr("keyring.core._keyring_backend", fail.Keyring())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests of this process (with xdist: of this worker); skips where it cannot run."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except PostgresMissing as missing:
            pytest.skip(str(missing))
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty database."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)
