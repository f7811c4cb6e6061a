"""Stations and a served centre, over real HTTP: enrol, send, follow, find, and go on after cuts."""

import hashlib

import httpx
import pytest

from muni_archive.bootstrap import enrol_archive
from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import (
    CentreDiskFull,
    CentreError,
    CentreUnreachable,
    CodeInvalid,
    StationRefused,
)
from muni_archive.domain.errors import (
    ArchiveBusy,
    BlobMissing,
    DatabaseUnreachable,
    DiskFull,
    IndexUnavailable,
    NotFound,
    ObjectStoreFailed,
)
from muni_archive.server.answers import status_of
from muni_archive.services.centre.enrolling import revoke_station
from muni_archive.sync.client import _checked
from tests.helpers.centres import PlainStation
from tests.helpers.serving import served
from tests.helpers.together import Station


@pytest.fixture
def centre(tmp_path):
    with served(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def stations(tmp_path, centre):
    return [Station(tmp_path / name, name, centre) for name in ("A1", "B2")]


def test_one_station_scans_and_the_other_sees_it(centre, stations):
    one, other = stations
    document_id = one.work(lambda station: station.add_document("x"))
    one.sync()
    other.sync()

    assert other.at_centre(document_id).number == "A1-2026-000001"
    with other.line() as line:
        pages = line.together.copied.unit_of_work
        with pages() as unit:
            blobs = [page.blob for page in unit.records.pages_of_document(document_id)]
        assert line.together.copied.vault.get(blobs[0]) == b"A1 x 0"


def test_an_edit_elsewhere_comes_home(centre, stations):
    one, other = stations
    document_id = one.work(lambda station: station.add_document("x"))
    one.sync()
    other.sync()
    there = other.at_centre(document_id)
    other.work(lambda station: station.revise(there, title="من الفرع"))
    other.sync()
    one.sync()

    assert one.here(document_id).title == "من الفرع"
    mine = one.here(document_id)
    one.work(lambda station: station.revise(mine, date="2020-01-01"))
    one.sync()
    other.sync()
    now = other.at_centre(document_id)
    assert (now.title, now.date) == ("من الفرع", "2020-01-01")


def test_without_a_line_work_goes_on(centre, stations):
    one, other = stations
    centre.kill()
    document_id = one.work(lambda station: station.add_document("x"))
    with pytest.raises(CentreUnreachable):
        one.sync()
    centre.start()
    one.sync()
    other.sync()
    assert other.at_centre(document_id).id == document_id


def test_a_stopped_centre_goes_on_where_it_was(centre, stations):
    one, _ = stations
    one.work(lambda station: station.add_document("x"))
    one.sync()
    assert centre.stop() == 0
    centre.start()
    one.work(lambda station: station.add_document("y", 2))
    one.sync()


def test_a_used_code_does_not_enrol_again(tmp_path, centre):
    code = centre.invite()
    for name in ("N1", "N2"):
        PlainStation(tmp_path / name, name).close()
    enrol_archive(tmp_path / "N1", url=centre.url, code=code)
    with pytest.raises(CodeInvalid):
        enrol_archive(tmp_path / "N2", url=centre.url, code=code)


def test_a_revoked_station_is_out_at_once(centre, stations):
    from muni_archive.bootstrap import open_centre

    one, _ = stations
    one.sync()
    with one.line() as line:
        line.together.line.standing()
        with open_centre(centre.folder, beside=True) as opened:
            revoke_station(opened.centre, "A1", reason="lost")
        with pytest.raises(StationRefused):
            line.together.line.standing()


def test_a_limited_station_sees_only_its_departments(tmp_path, centre, stations):
    one, _ = stations
    limited = Station(tmp_path / "C3", "C3", centre, "personnel")
    document_id = one.work(lambda station: station.add_document("x"))
    one.sync()
    limited.sync()
    with limited.line() as line:
        with line.together.copy() as unit:
            assert unit.records.count_documents() == 0
        assert list(line.together.copied.integrity().problems(cancel=CancelToken(), progress=lambda *_: None)) == []
        with pytest.raises(NotFound):
            line.together.line.document(document_id)


def test_a_document_comes_into_sight_and_leaves_it(tmp_path, centre, stations):
    one, _ = stations
    limited = Station(tmp_path / "C3", "C3", centre, "personnel")
    document_id = one.work(lambda station: station.add_document("x"))

    def move(department):
        one.work(lambda station: station.revise(seen(station), department=department))
        one.sync()
        limited.sync()

    def seen(station):
        with station.store.unit_of_work() as unit:
            return unit.records.document(document_id)

    move("personnel")
    assert limited.at_centre(document_id).version == 2
    with limited.line() as line, line.together.copy() as unit:
        blob = unit.records.pages_of_document(document_id)[0].blob
        assert line.together.copied.vault.get(blob) == b"A1 x 0"
    move("licences")
    with pytest.raises(NotFound):
        limited.at_centre(document_id)
    with limited.line() as line:
        assert list(line.together.copied.integrity().problems(cancel=CancelToken(), progress=lambda *_: None)) == []


def test_a_file_that_is_lost_is_said_and_asked_for(centre, stations, capsys):
    one, _ = stations
    one.work(lambda station: station.add_document("x"))
    data = b"A1 x 1"
    lost = hashlib.sha256(data).hexdigest()
    place = one.folder / "vault" / lost[:2] / lost[2:4] / lost
    place.unlink()
    assert main(["--archive", str(one.folder), "sync"]) == 0
    assert "A1-2026-000001, page 2" in capsys.readouterr().err.replace("\u2068", "").replace("\u2069", "")
    with one.line() as line:
        assert line.together.line.wanted() == [lost]
    one.work(lambda station: station.store.vault.put(data))
    assert main(["--archive", str(one.folder), "sync"]) == 0
    assert capsys.readouterr().err == ""
    with one.line() as line:
        assert line.together.line.wanted() == []
        assert line.together.line.read_file(lost) == data


def test_what_the_centre_did_not_foresee_is_told_as_the_centre_says_it():
    said = {"code": "error", "message": "internal error", "params": {}}
    with pytest.raises(CentreError, match="internal error"):
        _checked(httpx.Response(500, json=said))


@pytest.mark.parametrize(
    ("error", "as_told"),
    [
        (DatabaseUnreachable(detail="1a2b"), CentreUnreachable),
        (IndexUnavailable(detail="1a2b"), CentreUnreachable),
        (ArchiveBusy(), CentreUnreachable),
        (ObjectStoreFailed(detail="1a2b"), ObjectStoreFailed),
        (DiskFull(), CentreDiskFull),
        (BlobMissing(sha="ab"), BlobMissing),
    ],
)
def test_a_centre_without_its_database_is_away_and_what_it_lacks_otherwise_is_told(error, as_told):
    said = {"code": error.code, "message": str(error), "params": error.params}
    with pytest.raises(as_told) as told:
        _checked(httpx.Response(status_of(error), json=said))
    assert type(told.value) is as_told
    said_of_it = (
        error.params if as_told is not CentreUnreachable else {"detail": error.params.get("detail", error.code)}
    )
    assert told.value.params == said_of_it
