"""A database as an earlier program left it: what later migrations added is taken away again."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, inspect

from muni_archive.store.migrating import SCRIPTS


def take_back(connection: Connection, revision: str) -> None:
    """Drop every table, index and column that the migrations up to `revision` do not make. The caller ends the
    transaction.
    """
    with _as_made_by(revision) as earlier:
        kept, columns = _parts(earlier), _columns(earlier)
    for kind, name in sorted(_parts(connection) - kept):  # indices before tables
        connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")
    for table, column in sorted(_columns(connection) - columns):
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def made_by(connection: Connection, revision: str) -> None:
    """The tables that the migrations up to `revision` make in an empty database. The caller ends the transaction."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@contextmanager
def _as_made_by(revision: str) -> Iterator[Connection]:
    with create_engine("sqlite://").connect() as connection:
        made_by(connection, revision)
        yield connection


def _columns(connection: Connection) -> set[tuple[str, str]]:
    found = inspect(connection)
    return {(table, str(column["name"])) for table in found.get_table_names() for column in found.get_columns(table)}


def _parts(connection: Connection) -> set[tuple[str, str]]:
    found = inspect(connection)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of indices over expressions
        tables = found.get_table_names()
        indices = {str(index["name"]) for table in tables for index in found.get_indexes(table)}
    hidden = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return {("TABLE", table) for table in tables} | {("INDEX", name) for name in indices | set(hidden.scalars())}
