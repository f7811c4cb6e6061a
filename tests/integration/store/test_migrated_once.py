"""The short cut that the other tests take through the migrations leads to where the migrations lead."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from muni_archive.bootstrap import open_centre
from tests.helpers import migrated

SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master"
POSTGRESQL = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default, generation_expression"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <> 13",
    "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT extname, '' FROM pg_extension",
)


def form(engine, *questions):
    with engine.connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version, [sorted(map(str, connection.execute(text(question)))) for question in questions]


def made(folder, database, *questions):
    """The form of a centre that is made now, and what it holds beside its first entry."""
    with open_centre(folder, database=database):
        pass
    engine = create_engine(database or f"sqlite:///{folder / 'centre.sqlite3'}")
    found = form(engine, *questions)
    engine.dispose()
    return found


def test_sqlite(tmp_path, monkeypatch):
    made(tmp_path / "first", "", SQLITE)
    assert migrated._said["sqlite"]
    short = made(tmp_path / "short", "", SQLITE)
    monkeypatch.setattr(command, "upgrade", migrated._upgrade)
    assert made(tmp_path / "whole", "", SQLITE) == short


def test_postgresql(tmp_path, monkeypatch, postgres):
    first, second, third = (postgres.url(postgres.create_database()) for _ in range(3))
    made(tmp_path / "first", first, *POSTGRESQL)
    assert migrated._said["postgresql"]
    short = made(tmp_path / "short", second, *POSTGRESQL)
    monkeypatch.setattr(command, "upgrade", migrated._upgrade)
    assert made(tmp_path / "whole", third, *POSTGRESQL) == short


@pytest.mark.parametrize("what", ["not the head", "not empty"])
def test_anything_else_meets_the_migrations(tmp_path, monkeypatch, what):
    from alembic.config import Config

    asked = []
    monkeypatch.setattr(migrated, "_upgrade", lambda *arguments, **_: asked.append(arguments[1]))
    engine = create_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with engine.connect() as connection:
        config = Config()
        config.attributes["connection"] = connection
        if what == "not empty":
            connection.exec_driver_sql("CREATE TABLE journal (sequence INTEGER)")
        migrated.upgrade(config, "0003" if what == "not the head" else "head")
    engine.dispose()
    assert asked == ["0003" if what == "not the head" else "head"]
