"""The commands: what somebody asks there is recorded too, beside an open window as well."""

import csv
import io

import pytest

from muni_archive.bootstrap import open_workplace, recording_beside
from muni_archive.cli.main import main
from muni_archive.domain.finding import SearchRequest
from muni_archive.services.audit.record import record_search
from muni_archive.store import opening
from tests.helpers.audited import add_documents


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MUNI_ARCHIVE_STATION", "T1")
    monkeypatch.setenv("MUNI_ARCHIVE_OPERATOR", "نورة")
    with open_workplace(tmp_path / "a") as opened:
        add_documents(opened._store, 1, 1)
    return tmp_path / "a"


def lines(capsys, *arguments):
    assert main(arguments) == 0
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def test_a_search_at_the_command_line_is_recorded_beside_an_open_window(folder, capsys):
    with open_workplace(folder):
        assert main(["--archive", str(folder), "search", "رخصة"]) == 0
        capsys.readouterr()
        ((_at, who, what, _record, where, details),) = lines(
            capsys, "--archive", str(folder), "audit", "--kind", "searched"
        )
    assert (who, what, where) == ("نورة", "searched", "T1")
    assert "رخصة" in details
    assert main(["--archive", str(folder), "verify"]) == 0


def test_the_table_is_for_spreadsheets_and_is_recorded_itself(folder, tmp_path, capsys):
    target = tmp_path / "audit.csv"
    asked = ["--archive", str(folder), "audit", "--record", "T1-2026-000001", "--csv", str(target)]
    assert main(asked) == 0
    rows = list(csv.reader(io.StringIO(target.read_text("utf-8-sig"))))
    assert rows[0][:4] == ["When", "Who", "What", "Record"]
    assert {row[3] for row in rows[1:]} == {"T1-2026-000001"}
    assert [row[2] for row in rows[1:]] == ["document created", "page captured"]
    assert lines(capsys, "--archive", str(folder), "audit", "--kind", "data-exported")


def test_by_day_and_by_what_is_not_there(folder, capsys):
    capsys.readouterr()
    assert lines(capsys, "--archive", str(folder), "audit", "--until", "2000-01-01") == []
    assert lines(capsys, "--archive", str(folder), "audit", "--since", "2000-01-01", "--limit", "1")
    assert main(["--archive", str(folder), "audit", "--record", "T1-1999-000001"]) == 1


def test_the_journal_goes_out_with_its_proof(folder, tmp_path, capsys):
    target = str(tmp_path / "journal")
    assert main(["--archive", str(folder), "export-journal", target]) == 0
    key, checkpoint = (line.split() for line in capsys.readouterr().out.splitlines()[1:])
    assert main(["--archive", str(folder), "public-key"]) == 0
    assert capsys.readouterr().out.split() == [key[1]]
    assert main(["verify-journal", target, *key, *checkpoint]) == 0
    assert main(["--archive", str(folder), "verify", *checkpoint]) == 0
    assert main(["--archive", str(folder), "verify", "--checkpoint", f"1:{'0' * 64}"]) == 3
    assert main(["verify-journal", target, "--checkpoint", "nonsense"]) == 2


def test_where_nothing_can_be_written_nothing_is_recorded(folder, monkeypatch):
    """Tests may run as an administrator, who can write everywhere: what the system says is said for it."""
    monkeypatch.setattr(opening.os, "access", lambda path, _mode: path == folder)
    with open_workplace(folder, read_only=True) as opened, recording_beside(opened) as place:
        with opened.place.unit_of_work() as unit:
            before = unit.records.last_sequence()
        record_search(place, SearchRequest(query="رخصة"), 0)
        with opened.place.unit_of_work() as unit:
            assert unit.records.last_sequence() == before
