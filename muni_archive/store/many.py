"""Many rows at once. SQLite is in the same process, where a statement costs little; PostgreSQL is asked in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Boolean, Column, Connection, Float, Integer, Table, bindparam, insert, update
from sqlalchemy.exc import DBAPIError

Rows = Sequence[Mapping[str, Any]]


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Add the rows, which all have the same columns."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), list(rows))
        return
    names = list(rows[0])
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with _cursor(connection) as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def update_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Set the other columns of the rows whose `id` each names; of several for one id the last counts."""
    last = {row["id"]: row for row in rows}
    if not last:
        return
    names = [name for name in rows[0] if name != "id"]
    if connection.dialect.name != "postgresql":
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        changed = update(table).where(table.c.id == bindparam("which")).values(values)
        said = [{"which": key, **{f"new_{name}": row[name] for name in names}} for key, row in last.items()]
        connection.execute(changed, said)
        return
    arrays = sql.SQL(", ").join(
        sql.SQL("%s::{}[]").format(sql.SQL(_kind(table.c[name]))) for name in ("id", *names)
    )  # fmt: skip
    command = sql.SQL("UPDATE {table} SET {set} FROM unnest({arrays}) AS v({names}) WHERE {table}.id = v.id").format(
        table=sql.Identifier(table.name),
        set=sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(sql.Identifier(name)) for name in names),
        arrays=arrays,
        names=sql.SQL(", ").join(map(sql.Identifier, ("id", *names))),
    )
    with _cursor(connection) as cursor:
        cursor.execute(command, [[row[name] for row in last.values()] for name in ("id", *names)])


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """The driver's own, within the same transaction; its errors are SQLAlchemy's, which others know what to do with."""
    raw = connection.connection.driver_connection
    assert raw is not None
    try:
        with raw.cursor() as cursor:
            yield cursor
    except psycopg.Error as exc:
        raise DBAPIError.instance(None, None, exc, psycopg.Error) from exc


def _kind(column: Column[Any]) -> str:
    """The name of the column's type in PostgreSQL."""
    kinds = ((Boolean, "boolean"), (Float, "float8"), (Integer, "bigint"))
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")
