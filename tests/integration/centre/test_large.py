"""What a request asks of a large centre is found by indexes: no question reads all of a table that grows."""

import pytest
from sqlalchemy import event, select, text

from muni_archive.bootstrap import open_centre
from muni_archive.domain.events import PageRead, RenditionMade, VersionReceived
from muni_archive.store.tables import received_versions
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.older import take_back
from tests.helpers.stores import record

GROWING = {"journal", "pages", "documents", "document_versions", "readings", "renditions", "arrivals", "blobs"}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "centre"


@pytest.fixture
def centre(folder):
    with open_centre(folder) as opened:
        yield opened


@pytest.fixture
def document_id(centre, tmp_path):
    station = PlainStation(tmp_path / "A1", "A1")
    station.enrol(centre)
    document_id = station.add_document("x")
    reading, copy = station.store.vault.put(b"reading"), station.store.vault.put(b"copy")
    record(
        station.store,
        PageRead(page_id="x-p0", reading=reading, engine="e", confidence=1.0),
        RenditionMade(document_id=document_id, rendition="access-pdf", version=1, blob=copy, made_with="m"),
        *(received(document_id, entry) for entry in ("lost-1", "lost-2", "lost-1")),
    )
    station.send(centre)
    station.close()
    return document_id


def received(document_id, entry):
    return VersionReceived(
        document_id=document_id, version=2, entry=entry, changed_at="2026-01-01T00:00:00.000000+00:00", changed_by="m",
        record_class="building_file", department="licences", title="ملف", page_ids=("x-p0", "x-p1"), base="elsewhere",
    )  # fmt: skip


def scanned(centre, ask):
    """Names of the growing tables that are read from end to end for what `ask` asks."""
    engine, asked = centre.centre.place.integrity()._engine, []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with centre.centre.unit_of_work() as unit:
        ask(unit)
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        steps = [
            row[3]
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert steps
    return {step.split()[1] for step in steps if step.startswith("SCAN")} & GROWING


def blobs_of(centre):
    with centre.centre.place.integrity()._engine.connect() as connection:
        return [row.sha for row in connection.execute(text("SELECT sha FROM blobs"))]


def test_whose_a_file_is(centre, document_id):
    assert len(blobs_of(centre)) == 4
    for sha in blobs_of(centre):
        with centre.centre.unit_of_work() as unit:
            assert unit.departments_of_blob(sha) == ["licences"]
        assert scanned(centre, lambda unit, sha=sha: unit.departments_of_blob(sha)) == set()
    with centre.centre.unit_of_work() as unit:
        assert unit.departments_of_blob("0" * 64) == []


def test_who_received_a_version_that_is_lost_here(centre, document_id):
    with centre.centre.unit_of_work() as unit:
        first = unit.received_as(document_id, "lost-1")
        assert unit.records.event(first).entry == "lost-1"
        assert unit.received_as(document_id, "never") is None
        assert unit.received_as("another", "lost-1") is None
    assert scanned(centre, lambda unit: unit.received_as(document_id, "lost-1")) == set()
    assert centre_problems(centre) == []


def test_a_centre_of_before_is_taught_from_its_journal(folder, centre, document_id):
    engine = centre.centre.place.integrity()._engine
    with engine.connect() as connection:
        known = sorted(map(tuple, connection.execute(select(received_versions))))
        assert len(known) == 2
        take_back(connection, "0004")
        connection.commit()
    centre.close()
    with open_centre(folder) as again:
        with again.centre.place.integrity()._engine.connect() as connection:
            assert sorted(map(tuple, connection.execute(select(received_versions)))) == known
        assert centre_problems(again) == []
