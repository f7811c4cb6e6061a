"""The archive's form, from the first table on, moved forward by Alembic.

An archive that is up to date is recognised by one question, without loading Alembic.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from muni_archive.domain.errors import ArchiveDamaged, ArchiveTooNew
from muni_archive.store.projecting_anew import mention_anew, project_anew
from muni_archive.store.transactions import begin_writing, end

HEAD = "0018"
"""The revision that this program writes; a test holds it against the migration scripts."""
PROJECTED_ANEW = "0018"
"""What a journal gives was another in forms before this one."""
SCRIPTS = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine, folder: Path) -> None:
    """Create or upgrade the tables. Raises `ArchiveTooNew` for a form that this program does not know."""
    if is_current(engine):
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        begin_writing(connection)
        present = _revision(connection)  # not from before: who held the lock may have brought it forward
        if present and present not in known:
            raise ArchiveTooNew(path=folder)
        command.upgrade(config, "head")
        if present and present < PROJECTED_ANEW:
            project_anew(connection)
            mention_anew(connection)
        end(connection, "COMMIT")


def is_current(engine: Engine) -> bool:
    """Whether the tables have the form that this program writes."""
    with engine.connect() as connection:
        return _revision(connection) == HEAD


def refuse_newer(engine: Engine, folder: Path) -> None:
    """For readers, who cannot upgrade: the form must be the one that this program writes."""
    with engine.connect() as connection:
        present = _revision(connection)
    if present is None:
        raise ArchiveDamaged(detail=f"{folder} holds no archive tables")
    if present != HEAD:
        raise ArchiveTooNew(path=folder)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
