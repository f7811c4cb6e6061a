"""A station that was restored from an old copy, and two that share one key, come back with both sides' work."""

import shutil

import pytest

from muni_archive.bootstrap import open_centre, open_workplace, rejoin_archive
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import StationParted
from tests.helpers.centres import centre_problems
from tests.helpers.serving import served
from tests.helpers.stores import batch, page, record
from tests.helpers.together import Station


@pytest.fixture
def centre(tmp_path):
    with served(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def station(tmp_path, centre):
    return Station(tmp_path / "A1", "A1", centre)


def own_problems(station):
    with open_workplace(station.folder, read_only=True) as own:
        return list(own.place.integrity().problems(cancel=CancelToken(), progress=lambda *_: None))


def numbers(station):
    with open_workplace(station.folder, read_only=True) as own, own.place.unit_of_work() as unit:
        return [document.number for document in unit.records.documents()]


def proven(centre):
    centre.stop()
    with open_centre(centre.folder, beside=True) as opened:
        assert centre_problems(opened) == []


def yesterday(station, tmp_path, name="yesterday"):
    """Keep the archive as it is; returns what puts it back."""
    kept = tmp_path / name
    shutil.copytree(station.folder, kept)

    def restore():
        shutil.rmtree(station.folder)
        shutil.copytree(kept, station.folder)

    return restore


def keep_password(at):
    """What lets its person in while the line is away; no history, and so in no journal."""
    with at.store.unit_of_work() as unit:
        unit.lock()
        unit.people.keep_password("sara", "hash", "2026-01-01T00:00:00.000000+00:00")
        unit.commit()


def has_password(at):
    with at.store.unit_of_work() as unit:
        assert unit.people.password_hash("sara") == "hash"


def test_restored_from_yesterday_and_nothing_done_since(centre, station, tmp_path):
    station.work(lambda at: at.add_document("x"))
    station.sync()
    restore = yesterday(station, tmp_path)
    station.work(lambda at: at.add_document("y", 2))
    station.sync()
    restore()

    with pytest.raises(StationParted):
        station.sync()
    done = rejoin_archive(station.folder)
    station.sync()

    assert (done.written_again, done.renumbered) == (0, [])
    assert numbers(station) == ["A1-2026-000001", "A1-2026-000002"]
    assert own_problems(station) == []
    proven(centre)


def test_restored_and_gone_on(centre, station, tmp_path):
    station.work(lambda at: at.add_document("x"))
    station.sync()
    restore = yesterday(station, tmp_path)
    station.work(lambda at: at.add_document("y", 2))
    station.sync()
    restore()
    station.work(lambda at: at.add_document("z", 2, pages=3))
    station.work(keep_password)

    with pytest.raises(StationParted):
        station.sync()
    done = rejoin_archive(station.folder)
    station.sync()

    station.work(has_password)
    assert done.renumbered == [("A1-2026-000002", "A1-2026-000003")]
    assert sorted(numbers(station)) == ["A1-2026-000001", "A1-2026-000002", "A1-2026-000003"]
    assert station.at_centre("y-d").number == "A1-2026-000002"
    assert station.at_centre("z-d").number == "A1-2026-000003"
    assert own_problems(station) == []
    assert list((station.folder / "branches").glob("*.sqlite3"))
    proven(centre)


def test_restored_to_when_it_had_parted_already(centre, station, tmp_path):
    """The nightly backup was made between the restore and the way back."""
    station.work(lambda at: at.add_document("x"))
    station.sync()
    restore = yesterday(station, tmp_path)
    station.work(lambda at: at.add_document("y", 2))
    station.sync()
    restore()
    station.work(lambda at: at.add_document("z", 2))
    restore = yesterday(station, tmp_path, "parted")
    rejoin_archive(station.folder)
    station.sync()
    restore()
    station.work(lambda at: at.add_document("w", 3))

    with pytest.raises(StationParted):
        station.sync()
    rejoin_archive(station.folder)
    station.sync()

    assert sorted(numbers(station)) == [f"A1-2026-00000{n}" for n in (1, 2, 3, 4)]
    assert station.at_centre("z-d").number == "A1-2026-000003"
    assert own_problems(station) == []
    proven(centre)


def test_two_stations_with_one_key(centre, station, tmp_path):
    station.work(lambda at: at.add_document("x"))
    station.sync()
    twin = station.twin(tmp_path / "twin")
    station.work(lambda at: at.add_document("y", 2))
    twin.work(lambda at: at.add_document("z", 2))
    station.sync()
    with pytest.raises(StationParted):
        twin.sync()
    with pytest.raises(StationParted):  # neither goes on until somebody has looked
        station.sync()

    rejoin_archive(twin.folder)
    twin.sync()
    with pytest.raises(StationParted):
        station.sync()
    rejoin_archive(station.folder)
    station.sync()

    assert sorted(numbers(station)) == sorted(numbers(twin)) == [f"A1-2026-00000{n}" for n in (1, 2, 3)]
    proven(centre)


def test_a_station_of_some_departments_comes_back_with_pages_that_are_in_no_document(centre, tmp_path):
    limited = Station(tmp_path / "C3", "C3", centre, "licences")
    limited.sync()
    restore = yesterday(limited, tmp_path)
    limited.work(lambda at: record(at.store, batch("b"), page("p", "b", at.store.vault.put(b"blank"), 0)))
    limited.sync()
    restore()

    with pytest.raises(StationParted):
        limited.sync()
    assert rejoin_archive(limited.folder).taken_over == 2
    assert own_problems(limited) == []
