"""A copy needs the reading of every page: they come many at a time, and singly where that does not work."""

from __future__ import annotations

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.events import PageRead
from muni_archive.services.centre import files
from muni_archive.services.centre.files import read_small_files
from tests.helpers.linked import DirectLine, LinkedStation
from tests.helpers.stores import record
from tests.helpers.workplaces import PlainPool


class Counting(DirectLine):
    """Counts what is asked of it; `bundles` False: as a centre that knows no bundles."""

    bundles = True

    def __init__(self, centre, station_id):
        super().__init__(centre, station_id)
        self.together, self.singly = 0, 0

    def read_files(self, shas):
        self.together += 1
        if not self.bundles:
            raise CentreUnreachable(detail="no such question")
        return super().read_files(shas)

    def read_file(self, sha):
        self.singly += 1
        return super().read_file(sha)


@pytest.fixture
def office(tmp_path):
    """A centre with twelve read pages, and a station that is new."""
    with open_centre(tmp_path / "centre") as centre:
        stations = [LinkedStation(tmp_path / name, name) for name in ("A1", "N1")]
        for station in stations:
            station.enrol(centre)
            station.line = Counting(lambda: centre, station.id)
        old, new = stations
        old.add_document("x", pages=12)
        for at in range(12):
            reading = old.store.vault.put(PlainPool(f"نص {at}").reading().to_json())
            record(old.store, PageRead(page_id=f"x-p{at}", reading=reading, engine="plain", confidence=0.9, doubtful=0))
        old.sync()
        yield centre, new
        for station in stations:
            station.close()


def texts(station):
    return {page.text for page in station.index.pages.values()}


def test_readings_of_many_pages_come_together(office):
    _centre, new = office
    new.sync()
    assert texts(new) == {f"نص {at}" for at in range(12)}
    assert (new.line.together, new.line.singly) == (1, 0)


def test_what_does_not_come_together_comes_singly(office):
    _centre, new = office
    new.line.bundles = False
    new.sync()
    assert texts(new) == {f"نص {at}" for at in range(12)}
    assert new.line.singly == 12


def test_an_answer_holds_small_files_and_not_too_many(office, monkeypatch):
    centre, new = office
    new.sync()
    with centre.centre.unit_of_work() as unit:
        shas = [unit.records.reading_blob(f"x-p{at}") for at in range(12)]
        sight = unit.station(new.id).sight
    sizes = [centre.centre.place.vault.size(sha) for sha in shas]
    assert len(read_small_files(centre.centre, sight, [*shas, "0" * 64])) == 12
    monkeypatch.setattr(files, "BUNDLE", sum(sizes[:5]))
    assert list(read_small_files(centre.centre, sight, shas))[:5] == shas[:5]
    assert sum(map(len, read_small_files(centre.centre, sight, shas).values())) <= sum(sizes[:5])
    monkeypatch.setattr(files, "SMALL", min(sizes) - 1)
    assert read_small_files(centre.centre, sight, shas) == {}
