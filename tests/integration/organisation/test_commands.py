"""People and units from the command line, as a script begins an archive with them."""

import pytest

from muni_archive.cli import main
from muni_archive.domain.people import Role

pytestmark = pytest.mark.usefixtures("cheap_passwords")
SECRET = "four words and a river"


@pytest.fixture
def run(tmp_path, capsys):
    def command(*arguments):
        code = main(["--archive", str(tmp_path / "a"), *arguments])
        told = capsys.readouterr()
        return code, told.out + told.err

    return command


def test_an_archive_begins_with_units_people_and_roles(run):
    assert run("organisation", "begin")[0] == 0
    assert run("people", "set-up", "Admin", "--password", SECRET) == (0, "Admin\tadministrator\tactive\t\n")
    assert run("people", "set-up", "Other", "--password", SECRET)[0] == 2
    assert run("people", "add", "مريم", "--password", SECRET)[1].split("\t")[:2] == ["مريم", Role.NONE]
    code, place = run("organisation", "give", "مريم", "clerk", "--unit", "survey", "--until", "31/12/2099")
    assert code == 0
    listed = run("organisation", "list")[1]
    assert f"- مريم\tclerk\t{_last_moment(listed)}\t{place.strip()}" in listed
    assert run("organisation", "close", "survey", "--reason", "x")[0] == 2
    assert run("organisation", "end", place.strip(), "--reason", "نقل")[0] == 0
    assert "مريم" not in run("organisation", "list")[1]


def _last_moment(listed):
    return next(line.split("\t")[2] for line in listed.splitlines() if "clerk" in line)


def test_what_is_wrong_is_said(run):
    run("organisation", "begin")
    assert run("organisation", "begin")[0] == 2
    assert run("people", "set-up", "Admin", "--password", "short")[0] == 2
    run("people", "set-up", "Admin", "--password", SECRET)
    assert run("people", "disable", "Admin", "--reason", "x")[0] == 2
    assert run("organisation", "give", "Admin", "king")[0] == 2
    assert run("organisation", "give", "Admin", "clerk", "--until", "never")[0] == 1
    assert run("people", "list")[1] == "Admin\tadministrator\tactive\t\n"
    assert run("people", "sign-ins") == (0, "")


def test_a_unit_is_opened_and_a_person_leaves_and_comes_back(run):
    run("organisation", "begin")
    opened = ("organisation", "open", "tents", "--kind", "section", "--ar", "قسم", "--en", "Tents", "--under", "survey")
    assert run(*opened) == (0, "tents\n")
    assert "Tents\ttents\tsection" in run("organisation", "list")[1]
    run("people", "add", "Maryam", "--password", SECRET)
    assert "disabled\tleft" in run("people", "disable", "Maryam", "--reason", "left")[1]
    assert "active" in run("people", "admit-again", "Maryam", "--password", SECRET)[1]
    assert "active" in run("people", "set-password", "Maryam", "--password", f"{SECRET} too")[1]


def test_the_centre_has_units_and_roles_too(tmp_path, capsys):
    def run(*arguments):
        code = main(["centre", "--data", str(tmp_path / "centre"), *arguments])
        return code, capsys.readouterr().out

    assert run("add-person", "Maryam", "--role", "none", "--password", SECRET)[0] == 0
    assert run("organisation", "begin")[0] == 0
    assert run("organisation", "give", "Maryam", "clerk", "--unit", "survey")[0] == 0
    assert "- Maryam\tclerk\t-" in run("organisation", "list")[1]


def test_a_department_that_is_none_is_refused_where_it_is_typed(tmp_path, capsys):
    """A station that was invited for a slip of the hand could send nothing, and would not know why."""

    def run(*arguments):
        code = main(["centre", "--data", str(tmp_path / "centre"), *arguments])
        return code, capsys.readouterr()

    for command in (("invite",), ("add-person", "Maryam", "--password", SECRET)):
        code, told = run(*command, "--department", "personnel", "--department", "licenses")
        assert (code, told.out) == (2, "")
        assert "licenses" in told.err
        assert "building_licences, engineering_drawings" in told.err
    assert run("people")[1].out == ""
    assert run("invite", "--department", "personnel")[0] == 0
