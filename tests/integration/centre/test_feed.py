"""The feed skips nothing while several write, and copies are the centre's tables."""

import json
import threading

import pytest
from sqlalchemy import select

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreTooNew, CopyParted
from muni_archive.domain.journal import GENESIS, JournalEntry, entry_hash
from muni_archive.services.centre.feeding_back import feed, own_journal
from muni_archive.store.blob_cache import BlobCache
from muni_archive.store.central_opening import open_copy
from muni_archive.store.fetched_vault import FetchedVault
from muni_archive.store.identity import SystemClock, Uuid7Ids
from muni_archive.store.tables import PROJECTIONS
from tests.helpers.centres import PlainStation, centre_problems

WRITERS, ROUNDS = 4, 12


@pytest.fixture(params=["sqlite", "postgres"])
def centre(tmp_path, request):
    database = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_centre(tmp_path / "centre", database=database) as opened:
        yield opened


@pytest.fixture
def copy(tmp_path):
    vault = FetchedVault(BlobCache(tmp_path / "files", 1 << 30), None)
    store = open_copy(tmp_path / "copy", vault=vault, clock=SystemClock(), ids=Uuid7Ids())
    yield store
    store.close()


def whole(centre, station_id):
    with centre.centre.unit_of_work() as unit:
        return unit.station(station_id)


def rows(engine):
    with engine.connect() as connection:
        return {table.name: sorted(map(tuple, connection.execute(select(table)))) for table in PROJECTIONS}


def test_a_reader_misses_nothing_while_stations_write(tmp_path, centre, copy):
    stations = [PlainStation(tmp_path / f"W{n}", f"W{n}") for n in range(WRITERS)]
    for station in stations:
        station.enrol(centre)

    def write(station):
        after = 0
        for serial in range(1, ROUNDS + 1):
            station.add_document(f"{station.name}-{serial}", serial)
            station.send(centre, after)
            after = len(station.entries())

    threads = [threading.Thread(target=write, args=[station]) for station in stations]
    for thread in threads:
        thread.start()
    seen, link, reader = 0, GENESIS, whole(centre, stations[0].id)
    while True:
        alive = any(thread.is_alive() for thread in threads)
        entries = feed(centre.centre, reader, after=seen, link=link, limit=7)
        for entry in entries:
            assert entry.sequence == seen + 1
            seen, link = entry.sequence, entry.hash
        with copy.unit_of_work() as unit:
            unit.follow(entries)
            unit.commit()
        if not alive and not entries:
            break

    with centre.centre.unit_of_work() as unit:
        assert seen == unit.records.last_sequence()
        assert unit.records.count_documents() == WRITERS * ROUNDS
    assert rows(copy.engine) == rows(centre.centre.place.integrity()._engine)
    for station in stations:
        station.close()


@pytest.mark.parametrize("departments", [(), ("licences",)])
def test_entries_that_are_long_are_told_in_smaller_parts(tmp_path, centre, departments, monkeypatch):
    """A part has so many entries at most, and so many signs: thousands of very long entries fill no memory."""
    for module in ("services.centre.feeding_back", "services.centre.showing"):
        monkeypatch.setattr(f"muni_archive.{module}.LONGEST_PART", 3_000)
    station, reader = (PlainStation(tmp_path / name, name) for name in ("A1", "B2"))
    station.enrol(centre)
    reader.enrol(centre, departments)
    document_id = station.add_document("A1-1")
    with station.store.unit_of_work() as unit:
        seen = unit.records.document(document_id)
    for number in range(4):
        station.revise(seen, title=f"{number}" * 2_000)
    station.send(centre)
    known = whole(centre, reader.id)

    def parts(ask):
        told = list[list[JournalEntry]]()
        while part := list(ask(told[-1][-1] if told else None)):
            told.append(part)
        return told

    fed = parts(lambda last: feed(centre.centre, known, after=last.sequence, link=last.hash) if last
                else feed(centre.centre, known, after=0, link=GENESIS))  # fmt: skip
    own = parts(lambda last: own_journal(centre.centre, station.id, after=last.sequence if last else 0))
    for told in (fed, own):
        assert [entry.sequence for part in told for entry in part] == list(range(1, len(sum(told, [])) + 1))
        assert all(len(part) == 1 or sum(len(entry.payload) for entry in part) <= 3_000 for part in told)
        assert sum(len(entry.payload) > 2_000 for part in told for entry in part) == 4
    station.close()
    reader.close()


@pytest.mark.parametrize(
    ("said", "read"), [("a\0b", "a\ufffdb"), ("a\\u0000b", "a\\u0000b"), ("\\\0\0", "\\\ufffd\ufffd")]
)
def test_a_sign_that_postgresql_cannot_keep_stops_no_station(tmp_path, centre, copy, said, read):
    """The journal keeps what was said, and all tables show the same."""
    station = PlainStation(tmp_path / "A1", "A1")
    station.enrol(centre)
    document_id = station.add_document("A1-1")
    with station.store.unit_of_work() as unit:
        station.revise(unit.records.document(document_id), title=said, metadata={"owner": said})
    station.send(centre)
    entries = feed(centre.centre, whole(centre, station.id), after=0, link=GENESIS)
    assert any(json.loads(entry.payload).get("title") == said for entry in entries)
    with copy.unit_of_work() as unit:
        unit.follow(entries)
        unit.commit()
    for unit_of_work in (station.store.unit_of_work, centre.centre.unit_of_work, copy.unit_of_work):
        with unit_of_work() as unit:
            known = unit.records.document(document_id)
            assert (known.title, known.metadata["owner"]) == (read, read)
    assert list(station.store.integrity().problems(cancel=CancelToken(), progress=lambda *_: None)) == []
    assert centre_problems(centre) == []
    station.close()


def test_a_copy_of_another_centre_is_told(tmp_path, centre):
    station = PlainStation(tmp_path / "A1", "A1")
    station.enrol(centre)
    known = whole(centre, station.id)
    with pytest.raises(CopyParted):
        feed(centre.centre, known, after=1, link="f" * 64)
    with pytest.raises(CopyParted):
        feed(centre.centre, known, after=999, link=GENESIS)
    station.close()


def test_a_centre_of_a_later_program_is_no_damage(tmp_path, centre, copy):
    """Its new kinds of entries cannot be copied; what is told is to update, and not to restore a backup."""
    station = PlainStation(tmp_path / "A1", "A1")
    station.enrol(centre)
    entries = list(feed(centre.centre, whole(centre, station.id), after=0, link=GENESIS))
    station.close()
    values = {name: getattr(entries[-1], name) for name in ("id", "at", "actor", "station", "payload")}
    later = {**values, "id": "later", "kind": "page-dreamt", "sequence": len(entries) + 1, "previous": entries[-1].hash}
    news = JournalEntry(**later, hash=entry_hash(**later))
    with copy.unit_of_work() as unit, pytest.raises(CentreTooNew) as told:
        unit.follow([*entries, news])
    assert told.value.params == {"kind": "page-dreamt"}
    with copy.unit_of_work() as unit:
        assert unit.records.last_sequence() == 0
        unit.follow(entries)
        unit.commit()
        assert unit.records.last_sequence() == len(entries)
