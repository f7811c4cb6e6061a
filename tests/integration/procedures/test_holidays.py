"""Public holidays: a file beside the archive, and what is due while they are known and before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from muni_archive.bootstrap import open_workplace
from muni_archive.cli.main import main
from muni_archive.domain.errors import DataFileInvalid
from muni_archive.domain.working_time import KUWAIT
from muni_archive.holiday_files import HolidayBook, calculated, read_holidays
from muni_archive.paths import resource_path
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.replaying import check_cases
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.waiting import show_task
from tests.helpers.people_at_work import office

EID = """
[[holidays]]
first = 2027-03-10
last = 2027-03-14
label = { ar = "عيد الفطر", en = "Eid al-Fitr" }
"""


@pytest.fixture
def book(tmp_path):
    return HolidayBook(tmp_path)


def written(tmp_path, text):
    file = tmp_path / "given.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_those_of_each_year_are_known_from_the_start(book):
    known = book()
    assert [known.covers(date(2030, *day)) for day in ((1, 1), (2, 25), (2, 26), (2, 27))] == [True, True, True, False]


def test_a_file_that_is_loaded_counts_at_once_and_one_with_a_slip_changes_nothing(book, tmp_path):
    assert not book().covers(date(2027, 3, 11))
    assert book.load(written(tmp_path, EID)).covers(date(2027, 3, 11))
    assert HolidayBook(tmp_path)().covers(date(2027, 3, 14))
    assert not book().covers(date(2027, 3, 15))
    for slip in (
        EID.replace("2027-03-14", "2027-03-09"),
        EID.replace("2027-03-14", "2028-03-14"),
        EID.replace("first", "frist"),
        EID.replace("2027-03-10", '"soon"'),
        '[[holidays]]\nmonth = 2\nday = 30\nlabel = { ar = "أ", en = "a" }',
        "[[holidays",
    ):
        with pytest.raises(DataFileInvalid):
            book.load(written(tmp_path, slip))
        assert book().covers(date(2027, 3, 14))


def test_what_is_calculated_can_be_loaded(tmp_path, capsys):
    with open_workplace(tmp_path / "a"):
        pass
    archive = ["--archive", str(tmp_path / "a")]
    assert main([*archive, "holidays", "propose", "2027"]) == 0
    proposed = written(tmp_path, capsys.readouterr().out)
    assert len(read_holidays(proposed)) == 6  # one of them twice: a year of the moon is shorter
    assert main([*archive, "holidays", "list", "--year", "2027"]) == 0
    assert "2027" in capsys.readouterr().err
    assert main([*archive, "holidays", "load", str(proposed)]) == 0
    capsys.readouterr()
    assert main([*archive, "holidays", "list", "--year", "2027"]) == 0
    told = capsys.readouterr()
    assert "2027-03-10\tEid al-Fitr" in told.out.splitlines()
    assert "2027-02-25\tNational Day" in told.out.splitlines()
    assert told.err == ""
    assert {each.first.year for each in calculated(2008)} == {2008}
    assert sum(each.label["en"] == "Islamic New Year" for each in calculated(2008)) == 2


def test_every_shipped_one_has_its_day():
    assert all(each.yearly for each in read_holidays(resource_path("holidays.toml")))


def waiting(works, case):
    with works.opened.place.unit_of_work() as unit:
        return next(step for step in unit.cases.steps(case.id) if step.state == "open" and not step.timer)


def test_a_running_case_keeps_its_due_times_and_the_next_step_has_another(tmp_path):
    """Two working days each; the days after today become holidays while the first step waits."""
    with office(tmp_path / "a") as works:
        clerk = works.person("Ali", "clerk")
        case = start_case(clerk.place, "archiving", actor=clerk.actor, document_id=works.document(clerk))
        due = waiting(works, case).due
        today = works.clock.at.astimezone(KUWAIT).date()
        text = f"[[holidays]]\nfirst = {today + timedelta(days=1)}\nlast = {today + timedelta(days=20)}\n"
        file = written(tmp_path, text + 'label = { ar = "عيد", en = "Feast" }\n')
        HolidayBook(works.opened.folder).load(file)
        assert waiting(works, case).due == due
        step = waiting(works, case)
        task = show_task(clerk.place, case.id, step.number, clerk.actor)
        ticked = tuple(item.id for item in task.checklist)
        take_step(clerk.place, case.id, step.number, Decision(outcome="done", ticked=ticked), actor=clerk.actor)
        later = waiting(works, case)
        assert later.element != step.element
        assert later.due.astimezone(KUWAIT).date() > today + timedelta(days=20)
        assert check_cases(works.opened.place) == ()
