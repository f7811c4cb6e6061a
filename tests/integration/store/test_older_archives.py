"""An archive that an older program wrote is brought forward, with everything in it, and can join a centre.

`archive-0002.sql` was written by the program before there was a centre: three documents of two pages, with one, two
and three versions more. There is no PostgreSQL of that time: centres began with 0003.
"""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, create_engine, select

from muni_archive.bootstrap import open_centre
from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.events import DisposalProposed, FileClosed
from muni_archive.store.migrating import HEAD, SCRIPTS
from muni_archive.store.tables import arrived, closed_files
from tests.helpers.centres import PlainStation, seen
from tests.helpers.older import made_by, take_back
from tests.helpers.proofs import engine_of, prove_arrived, prove_clean, prove_once, tables_hash
from tests.helpers.stores import new_store, record

OLD = Path(__file__).with_name("archive-0002.sql")
STEPS = SCRIPTS / "versions"
WRITTEN = {
    "0001_first_tables": "43db0512930df9d4",
    "0002_word_reviews": "dfae78c4ad7bf6c1",
    "0003_stations_together": "863c1eb03fd4b9b7",
    "0004_people": "d610917a7b07bb02",
    "0005_found_at_once": "e0ce0dd74feddb1d",
    "0006_told_again": "5d0493fef42f2ab4",
    "0007_organisation": "3399cd11611d25b0",
    "0008_cases": "342f8bf1ff8058f5",
    "0009_audit": "6dc7b823e9d3df08",
    "0010_retention": "0782849d40f732d9",
    "0011_marks": "6d6c868c91718dd7",
    "0012_accounts": "53db4a323c4f12a8",
    "0013_central_destruction": "b057c7869654c34b",
    "0014_cases_together": "f5329727fe3aba05",
    "0015_entrances": "abb97e6743b94ac2",
    "0016_document_levels": "68bbb214843c0efa",
    "0017_when_it_came": "5dd328be4d8db365",
    "0018_ends_that_came_first": "af81235c126b555d",
}
"""Each step to a newer form, and the beginning of the SHA-256 of its file."""


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "T1"
    new_store(place).close()  # for its vault and lock; the tables are put in their older form
    for file in place.glob("archive.sqlite3*"):
        file.unlink()
    connection = sqlite3.connect(place / "archive.sqlite3")
    connection.executescript(OLD.read_text(encoding="utf-8"))
    connection.close()
    return place


def fill_vault(store):
    for document in (1, 2, 3):
        for at in (0, 1):
            store.vault.put(f"page {document} {at}".encode())


def test_a_step_stays_as_it_was_written():
    """Archives that have taken it would lack what comes into it, or before it, afterwards. A new step is added here."""
    found = {file.stem: sha256(file.read_bytes()).hexdigest()[:16] for file in STEPS.glob("0*.py")}
    assert found == WRITTEN
    assert max(found)[:4] == HEAD


def test_tables_that_lack_something_are_told_in_words(folder):
    store = new_store(folder, create=False)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE case_moves DROP COLUMN entry")
    with pytest.raises(ArchiveDamaged, match="no such column"):
        prove_clean(store.integrity())
    store.close()


def test_an_older_archive_is_brought_forward_whole(folder):
    store = new_store(folder, create=False)
    fill_vault(store)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
    prove_clean(store.integrity())
    with store.unit_of_work() as unit:
        assert {document.id: document.version for document in unit.records.documents()} == {"d1": 2, "d2": 3, "d3": 4}
        entries = {entry.id for entry in unit.records.journal(after=0, limit=1000)}
        assert all(document.entry in entries for document in unit.records.documents())
    store.close()


def test_it_joins_a_centre_and_goes_on(folder, tmp_path):
    station = PlainStation(folder, "T1")
    fill_vault(station.store)
    with station.store.unit_of_work() as unit:
        known = unit.records.document("d3")
    station.revise(known, title="بعد الترقية")
    with open_centre(tmp_path / "centre") as centre:
        station.enrol(centre)
        station.send(centre)
        prove_arrived(centre, station)
        prove_once(centre)
        prove_clean(centre.centre.place.integrity())
        with centre.centre.unit_of_work() as unit:
            assert unit.records.document("d3").title == "بعد الترقية"
    prove_clean(station.store.integrity())
    station.close()


@pytest.fixture
def station(folder):
    opened = PlainStation(folder, "T1")
    fill_vault(opened.store)
    yield opened
    opened.close()


@pytest.fixture
def central(tmp_path, station):
    """A centre on SQLite with those entries and later ones; gives its folder and the hash of its tables."""
    station.add_document("new", 4)
    with open_centre(tmp_path / "centre") as opened:
        station.enrol(opened)
        station.send(opened)
        return opened.folder, tables_hash(engine_of(opened))


@pytest.mark.parametrize("revision", ["0003", "0007", "0012", "0015"])
def test_an_older_centre_on_postgresql_is_brought_forward_whole(central, station, postgres, revision):
    folder, expected = central
    url = postgres.url(postgres.create_database())
    put_on_postgresql(folder / "centre.sqlite3", url, revision)
    sent = len(station.entries())
    with open_centre(folder, database=url) as opened:
        with engine_of(opened).connect() as connection:
            assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
        assert tables_hash(engine_of(opened)) == expected
        prove_clean(opened.centre.place.integrity())  # the tables are also what a replay of the journal gives
        prove_arrived(opened, station)
        with station.store.unit_of_work() as unit:
            known = unit.records.document("d3")
        station.revise(known, title="بعد الترقية")
        station.send(opened, after=sent)
        prove_arrived(opened, station)
        prove_once(opened)
        prove_clean(opened.centre.place.integrity())


def put_on_postgresql(sqlite, url, revision):
    """The centre as the program of `revision` would have it: its own tables, filled with the same rows."""
    before, after = create_engine(f"sqlite:///{sqlite}"), create_engine(url)
    with before.begin() as old, after.begin() as new:
        take_back(old, revision)
        made_by(new, revision)
        rows = copy_rows(old, new)
    before.dispose()
    after.dispose()
    assert rows["journal"] > rows["arrivals"] > 20  # the first of them are the centre's own
    assert rows["document_versions"] == 10


def copy_rows(old: Connection, new: Connection) -> dict[str, int]:
    tables = MetaData()
    tables.reflect(new)
    counted = {}
    for table in tables.sorted_tables:
        rows = [row._asdict() for row in old.execute(select(table))]
        counted[table.name] = len(rows)
        if rows and table.name != "alembic_version":
            new.execute(table.insert(), rows)
    return counted


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_a_centre_heard_before_is_counted_from_then(tmp_path, request, database):
    """Put back to the form before: from its arrivals it knows again when things came, and by what files were closed."""
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
    station = PlainStation(tmp_path / "T1", "T1")
    with open_centre(tmp_path / "centre", database=url) as centre:
        station.enrol(centre)
        station.add_document("x")
        station.send(centre)
        station.revise(seen(centre, "x-d"), file_reference="F-1")
        proposed = DisposalProposed(disposal_id="p", document_id="x-d", rule="r", due="2026-01-01", reason="r")
        record(station.store, *(FileClosed(reference="F-1", reason=reason) for reason in ("a", "b")), proposed)
        station.send(centre)
        engine = engine_of(centre)
        before = arrived_in(engine)
        closed = station.entries()[-2].id
        with engine.begin() as connection:
            for table in ("arrived", "early_ends", "reopened_files", "destroyed_places"):
                connection.exec_driver_sql(f"DROP TABLE {table}")
            connection.exec_driver_sql("ALTER TABLE closed_files DROP COLUMN entry")
            connection.exec_driver_sql("ALTER TABLE hearings DROP COLUMN opened")
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0016'")
    assert len(before) == 4
    with open_centre(tmp_path / "centre", database=url) as centre:
        assert arrived_in(engine_of(centre)) == before
        prove_clean(centre.centre.place.integrity())
        with engine_of(centre).connect() as connection:
            assert connection.execute(select(closed_files.c.entry)).scalars().all() == [closed]
    station.close()


def arrived_in(engine):
    with engine.connect() as connection:
        return {row.subject: row.at for row in connection.execute(select(arrived))}
