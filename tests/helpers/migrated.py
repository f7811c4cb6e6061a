"""Migrations of an empty database, run once a process and said again from then on: most tests begin with one."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, inspect

_upgrade = command.upgrade
_said: dict[str, list[tuple[str, Any]]] = {}
"""By the kind of database, what the migrations told it."""


def upgrade(config: Config, revision: str, **options: Any) -> None:
    """In place of `alembic.command.upgrade`. A database that holds anything meets the migrations themselves."""
    connection = config.attributes.get("connection")
    if options or revision != "head" or not isinstance(connection, Connection) or inspect(connection).get_table_names():
        _upgrade(config, revision, **options)
    elif told := _said.get(connection.dialect.name):
        for statement, values in told:
            connection.exec_driver_sql(statement, values or None)
    else:
        _said[connection.dialect.name] = _listened(connection, config)


def _listened(connection: Connection, config: Config) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            told.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        _upgrade(config, "head")
    finally:
        event.remove(connection, "before_cursor_execute", hear)
    return told
