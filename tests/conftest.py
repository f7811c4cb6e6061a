"""What tests of every kind may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.postgres import PostgresMissing, PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests of this process (with xdist: of this worker); skips where it cannot run."""
    running = postgres_server()
    try:
        server = running.__enter__()
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    try:
        yield server
    finally:
        running.__exit__(None, None, None)


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty database."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)
