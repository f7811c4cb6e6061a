"""What a new archive's station may be called, so that a centre takes it later."""

import pytest

from muni_archive.bootstrap import STATION, open_workplace
from muni_archive.domain.errors import StationNameInvalid


@pytest.mark.parametrize("name", ["HW-2", "a1", "حولي", "LONGERTHANTWELVE"])
def test_an_archive_begins_under_no_name_that_a_centre_would_refuse(tmp_path, monkeypatch, name):
    monkeypatch.setenv(STATION, name)
    with pytest.raises(StationNameInvalid, match=name):
        open_workplace(tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_an_archive_that_exists_keeps_its_name_and_opens(tmp_path, monkeypatch):
    monkeypatch.setenv(STATION, "A1")
    open_workplace(tmp_path / "a").close()
    monkeypatch.setenv(STATION, "not a name")
    with open_workplace(tmp_path / "a") as opened:
        assert opened.place.station == "A1"
