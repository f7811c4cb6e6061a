"""Procedures and cases at the command line."""

from __future__ import annotations

import pytest

from muni_archive.cli.main import main
from tests.helpers.people_at_work import office
from tests.helpers.procedures import letters


@pytest.fixture
def folder(tmp_path):
    with office(tmp_path / "a") as works:
        works.document(works.person("Ali", "clerk"))
        works.number = works.opened.place.station + "-2026-000001"
    return tmp_path / "a", works.number


def run(folder, *arguments):
    return main(["--archive", str(folder), *arguments])


def test_a_file_is_checked_and_what_is_wrong_is_named(tmp_path, capsys):
    good, bad = tmp_path / "good.bpmn", tmp_path / "bad.bpmn"
    good.write_bytes(letters())
    bad.write_bytes(letters(sign='<bpmn:scriptTask id="sign" name="Run"/>'))
    assert main(["procedures", "check", str(good)]) == 0
    assert "sign\tsupervisor\tapprove (approve), return (return)" in capsys.readouterr().out
    assert main(["procedures", "check", str(bad)]) == 2
    assert "sign" in capsys.readouterr().err
    assert main(["procedures", "check", str(tmp_path / "none.bpmn")]) == 2


def test_a_case_from_start_to_proof(folder, tmp_path, capsys):
    archive, number = folder
    file = tmp_path / "letters.bpmn"
    file.write_bytes(letters())
    assert run(archive, "procedures", "load", str(file)) == 0
    assert run(archive, "procedures", "list") == 0
    assert "letters" in capsys.readouterr().out
    assert run(archive, "cases", "start", "letters", "--document", number) == 0
    case = capsys.readouterr().out.split()[-1]
    assert run(archive, "cases", "list") == 0
    assert case in capsys.readouterr().out
    assert run(archive, "cases", "take", case, "1", "done", "--tick", "all", "--note", "written") == 0
    assert run(archive, "cases", "take", case, "2", "approve") == 1
    assert "Somebody else must approve this" in capsys.readouterr().err
    assert run(archive, "cases", "pass-on", case, "2", "Fahad", "--note", "his") == 0
    assert run(archive, "cases", "show", case) == 0
    assert "written" in capsys.readouterr().out
    assert run(archive, "cases", "withdraw", case, "--note", "by mistake") == 0
    assert run(archive, "cases", "sample", "Ali", "--percent", "50") == 0
    assert run(archive, "cases", "verify") == 0
    assert run(archive, "verify") == 0


def test_wrong_use_is_told(folder):
    archive, number = folder
    assert run(archive, "cases", "start", "letters") == 2
    assert run(archive, "cases", "start", "nothing", "--document", number) == 1
    assert run(archive, "cases", "take", "none", "1", "done", "--field", "x") == 2
