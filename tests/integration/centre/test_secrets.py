"""What is secret stays where it belongs: in no error's text, in no answer, in no file that others read."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from muni_archive.bootstrap import open_centre
from muni_archive.store.tables import credentials


@pytest.fixture(params=["sqlite", "postgres"])
def centre(request, tmp_path):
    database = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_centre(tmp_path / "centre", database=database) as opened:
        yield opened


def test_an_error_of_the_database_does_not_repeat_what_was_to_be_written(centre):
    """Such errors are logged whole, and the log goes to people who may not read the archive."""
    row = insert(credentials).values(person_id="p", password_hash="$argon2id$ of somebody", changed_at="now")
    with centre.centre.unit_of_work() as unit, pytest.raises(IntegrityError) as told:
        unit.lock()
        for _ in range(2):
            unit._connection.execute(row)
    assert "argon2id" not in str(told.value)
