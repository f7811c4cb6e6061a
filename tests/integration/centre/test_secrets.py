"""What is secret stays where it belongs: in no error's text, in no answer, in no file that others read."""

from __future__ import annotations

import dataclasses
import re
import sys

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from muni_archive.bootstrap import open_centre, open_workplace
from muni_archive.domain.errors import BlobCorrupt, DatabaseUnreachable, IndexDamaged
from muni_archive.server.app import create_app
from muni_archive.server.serving import open_to_all
from muni_archive.store.tables import credentials
from muni_archive.sync.keys import find_key, keep_key
from tests.helpers.asking import SPOKEN
from tests.helpers.in_process import AppClient


@pytest.fixture(params=["sqlite", "postgres"])
def centre(request, tmp_path):
    database = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_centre(tmp_path / "centre", database=database) as opened:
        yield opened


def test_an_error_of_the_database_does_not_repeat_what_was_to_be_written(centre):
    """Such errors are logged whole, and the log goes to people who may not read the archive."""
    row = insert(credentials).values(person_id="p", password_hash="$argon2id$ of somebody", changed_at="now")
    with centre.centre.unit_of_work() as unit:
        unit.lock()
        unit._connection.execute(row)
        with pytest.raises(IntegrityError) as told:
            unit._connection.execute(row)
    assert "argon2id" not in str(told.value)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DatabaseUnreachable(detail='connection to "10.1.2.3" failed for user "nobody-knows"'), 503),
        (IndexDamaged(path="/srv/10.1.2.3/index", detail="nobody-knows"), 500),
    ],
    ids=["database", "index"],
)
def test_a_stranger_learns_nothing_of_the_inside_from_an_error(tmp_path, caplog, error, status):
    with open_centre(tmp_path / "centre") as opened:
        app = create_app(opened.centre)

        def broken():
            raise error

        app.state.door.centre = dataclasses.replace(opened.centre, unit_of_work=broken)
        with AppClient(app) as http:
            said = {"station_id": "a", "challenge": "x", "signature": "00"}
            answer = http.post("/v1/sessions", json=said, headers=SPOKEN)
    assert (answer.status_code, answer.json()["code"]) == (status, error.code)
    assert "10.1.2.3" not in answer.text
    assert "nobody-knows" not in answer.text
    assert "10.1.2.3" in caplog.text
    number = re.search(f"{error.code} ([0-9a-f]{{8}})", answer.json()["message"])[1]
    assert f"{number} {error.code}: " in caplog.text, "an administrator finds what somebody tells of"


def test_what_nobody_foresaw_says_nothing(tmp_path, caplog):
    with open_centre(tmp_path / "centre") as opened:
        app = create_app(opened.centre)

        @app.get("/broken")
        def broken():
            raise RuntimeError("nobody-knows")

        with AppClient(app) as http:
            answer = http.get("/broken")
    told = answer.json()
    number = told["message"].removeprefix("internal error ")
    assert told == {"code": "error", "message": f"internal error {number}", "params": {}}
    assert re.fullmatch("[0-9a-f]{8}", number)
    assert f"{number} GET /broken failed" in caplog.text
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (500, "nosniff")
    assert "nobody-knows" in caplog.text


def test_what_the_asker_named_is_told_back(tmp_path):
    sha = "ab" * 32
    with open_centre(tmp_path / "centre") as opened:
        app = create_app(opened.centre)

        @app.get("/broken")
        def broken():
            raise BlobCorrupt(sha=sha)

        with AppClient(app) as http:
            assert http.get("/broken").json()["params"] == {"sha": sha}


def mode(path):
    return path.stat().st_mode & 0o777


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has lists of rights instead")
def test_a_stations_key_is_read_by_its_owner_only(tmp_path, no_key_store):
    """Also where a file lay before that everybody reads."""
    place = tmp_path / "station.key"
    place.write_text("an older one")
    place.chmod(0o644)
    assert keep_key(tmp_path, "station-a", "5f" * 32) is False
    assert mode(place) == 0o600
    assert find_key(tmp_path, "station-a") == "5f" * 32
    assert [path.name for path in tmp_path.iterdir()] == ["station.key"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has lists of rights instead")
def test_an_archive_and_a_centre_are_begun_for_their_owner_only(tmp_path):
    with open_centre(tmp_path / "centre"):
        pass
    with open_workplace(tmp_path / "archive"):
        pass
    assert (mode(tmp_path / "centre"), mode(tmp_path / "archive")) == (0o700, 0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has lists of rights instead")
def test_a_folder_that_was_opened_to_others_stays_so(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive").chmod(0o750)
    with open_workplace(tmp_path / "archive"):
        pass
    assert mode(tmp_path / "archive") == 0o750


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has lists of rights instead")
def test_what_everybody_may_read_is_told_when_serving_begins(tmp_path):
    places = [tmp_path / "data", tmp_path / "key.pem"]
    places[0].mkdir(mode=0o750)
    places[1].touch(mode=0o640)
    assert open_to_all(places) == []
    for place in places:
        place.chmod(place.stat().st_mode | 0o004)
    assert open_to_all(places) == places
