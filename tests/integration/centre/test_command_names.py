"""Commands at a station record under a name; where the centre knows who works there, it must be one of theirs."""

import json

import pytest

from muni_archive.bootstrap import OPERATOR, enrol_archive, open_centre, open_together, open_workplace
from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.people import Role
from muni_archive.organisation_files import read_units
from muni_archive.paths import resource_path
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.centre.people import add_person
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.together.synchronising import synchronise_once
from tests.helpers.serving import served_here


def sync(archive):
    with open_workplace(archive, read_only=True) as opened, open_together(archive, opened.place) as line:
        synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)


def end_of(archive):
    with open_workplace(archive, read_only=True) as opened, opened.place.unit_of_work() as unit:
        return unit.records.last_sequence()


@pytest.fixture
def archive(tmp_path):
    """A station of a centre that has given roles to two people."""
    with open_centre(tmp_path / "centre") as centre, served_here(centre) as port:
        begin_organisation(centre.centre.place, read_units())
        for name, role in (("clerk", "archivist"), ("reader", "auditor")):
            add_person(centre.centre, name, "four words and a river", role=Role.NONE)
            give_place(centre.centre.place, name, NewPlace(role=role, unit_id=""))
        station = tmp_path / "A1"
        with open_workplace(station, create=True):
            pass
        enrol_archive(station, url=f"http://127.0.0.1:{port}", code=invite_station(centre.centre))
        sync(station)
        yield station


@pytest.mark.parametrize(("name", "code"), [("root", 2), ("reader", 2), ("clerk", 0)])
def test_a_command_records_only_what_the_centre_will_take(archive, monkeypatch, capsys, name, code):
    before = end_of(archive)
    monkeypatch.setenv(OPERATOR, name)
    monkeypatch.setattr("muni_archive.cli.intake_commands.read_all", lambda _opened: 0)
    sample = str(resource_path("samples") / "01-licence-form.jpg")
    assert main(["--archive", str(archive), "import", sample, "--class", "correspondence"]) == code
    assert (end_of(archive) > before) == (code == 0)
    assert ("MUNI_ARCHIVE_OPERATOR" in capsys.readouterr().err) == (name == "root")
    sync(archive)


def test_a_search_is_a_persons_whom_the_copy_answers_within_their_sight(archive, monkeypatch, capsys):
    def search(name):
        monkeypatch.setenv(OPERATOR, name)
        code = main(["--archive", str(archive), "search", "x", "--json"])
        return code, capsys.readouterr()

    code, told = search("root")
    assert (code, "MUNI_ARCHIVE_OPERATOR" in told.err) == (2, True)
    code, told = search("clerk")
    assert (code, told.err) == (0, "")
    assert json.loads(told.out)["centre"]["from_copy"]
    sync(archive)  # what was asked stands under a name that the centre takes
