"""How long the steps of cases take, in working time, held against cases whose course is known to the hour."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from muni_archive.domain.events import DocumentRevised, FileOpened, LevelSet
from muni_archive.domain.scope import Area, Scope
from muni_archive.domain.working_time import KUWAIT
from muni_archive.holiday_files import HolidayBook
from muni_archive.services.dashboard.export_csv import export_figures
from muni_archive.services.dashboard.figures import dashboard
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.waiting import show_task
from tests.helpers.people_at_work import office


@pytest.fixture
def works(tmp_path):
    with office(tmp_path / "a") as works:
        yield works


def begin(works, by):
    return start_case(by.place, "archiving", actor=by.actor, document_id=works.document(by))


def take(works, by, case, outcome="done", **fields):
    with works.opened.place.unit_of_work() as unit:
        step = next(step for step in unit.cases.steps(case.id) if step.state == "open" and not step.timer)
    task = show_task(by.place, case.id, step.number, by.actor)
    ticked = tuple(item.id for item in task.checklist)
    decision = Decision(outcome=outcome, ticked=ticked, fields=fields)
    take_step(by.place, case.id, step.number, decision, actor=by.actor)


def told(by, days=30):
    return {(each.procedure_id, each.element): each for each in dashboard(by.place, days=days).cases}


def test_number_median_nine_in_ten_and_what_was_late(works):
    """Begun on Sunday at nine, due after two working days: taken after 1, 2, 3 and 60 hours."""
    clerk = works.person("Ali", "clerk")
    cases = [begin(works, clerk) for _ in range(4)]
    for case, hours in zip(cases, (1, 1, 1, 57), strict=True):
        works.clock.forward(hours=hours)
        take(works, clerk, case)
    prepare = told(clerk)["archiving", "prepare"]
    assert (prepare.count, prepare.with_due, prepare.overdue) == (4, 4, 0.25)
    assert prepare.median == pytest.approx(2.5)
    assert prepare.most == pytest.approx(3 + 0.7 * 57)
    assert prepare.procedure["en"]
    assert prepare.step["ar"]
    assert set(told(clerk)) == {("archiving", "prepare")}  # what waits still has taken no time yet


def test_free_days_are_no_working_time(works):
    clerk = works.person("Ali", "clerk")
    works.clock.forward(days=4)  # Thursday
    case = begin(works, clerk)
    monday = (works.clock.at + timedelta(days=4)).astimezone(KUWAIT).date()
    works.opened.folder.joinpath("given.toml").write_text(
        f'[[holidays]]\nfirst = {monday}\nlabel = {{ ar = "عيد", en = "Feast" }}\n', encoding="utf-8"
    )
    HolidayBook(works.opened.folder).load(works.opened.folder / "given.toml")
    works.clock.forward(days=5)
    take(works, clerk, case)
    assert told(clerk)["archiving", "prepare"].median == pytest.approx(48)


def test_only_what_was_taken_in_the_time(works):
    clerk, reviewer = works.person("Ali", "clerk"), works.person("Dana", "reviewer")
    case = begin(works, clerk)
    take(works, clerk, case)
    works.clock.forward(days=10)
    take(works, reviewer, case, "approve")
    elements = [element for _procedure, element in told(clerk)]
    assert elements[0] == "prepare"
    assert len(elements) == 2
    assert set(told(clerk, days=5)) == {("archiving", elements[1])}


def test_a_case_counts_where_its_document_is_now(works):
    clerk = works.person("Ali", "clerk")
    case = begin(works, clerk)
    take(works, clerk, case)
    with works.opened.place.unit_of_work() as unit:
        document = unit.records.document(case.document_id)

    def steps(*departments):
        with works.opened.place.unit_of_work() as unit:
            scope = Scope.of_departments(frozenset(departments))
            return len(list(unit.figures.taken_steps(since="", until="", scope=scope)))

    assert (steps(document.department), steps("elsewhere"), steps()) == (1, 0, 0)
    with clerk.place.unit_of_work() as unit:
        unit.record(
            DocumentRevised(
                document_id=document.id, version=document.version + 1, base=document.entry, title="x",
                record_class=document.record_class, department="elsewhere", page_ids=document.page_ids,
            )
        )  # fmt: skip
        unit.commit()
    assert (steps(document.department), steps("elsewhere")) == (0, 1)


def test_cases_about_a_file_count_though_some_document_has_a_level_of_its_own(works):
    reader = works.person("Rashid", "reader")
    document_id = works.document(reader)
    with reader.place.unit_of_work() as unit:
        unit.record(FileOpened(file_id="f", reference="R1", record_class="building_file", department="licences"))
        unit.commit()
    case = start_case(reader.place, "borrowing", actor=reader.actor, file_reference="R1")
    take(works, reader, case, kind="view", purpose="complaint")

    def steps():
        with works.opened.place.unit_of_work() as unit:
            scope = Scope(areas=(Area(closed=frozenset({"secret"})),), files=frozenset({"R2"}))
            return len(list(unit.figures.taken_steps(since="", until="", scope=scope)))

    assert steps() == 1
    with reader.place.unit_of_work() as unit:
        said = {"document_id": document_id, "record_class": "building_file", "department": "licences"}
        unit.record(LevelSet(**said, level="secret", reason="r"))
        unit.commit()
    assert steps() == 1


def test_the_table_has_a_line_for_each_figure(works, tmp_path):
    clerk = works.person("Ali", "clerk")
    case = begin(works, clerk)
    works.clock.forward(hours=5)
    take(works, clerk, case)
    export_figures(clerk.place, dashboard(clerk.place, days=7), tmp_path / "f.csv", named=lambda _sort, key: key)
    rows = list(csv.reader(io.StringIO((tmp_path / "f.csv").read_text("utf-8-sig"))))
    figures = {row[2]: row[3] for row in rows if row[0] == "Working hours of a step"}
    assert figures == {"steps taken": "1", "median": "5.0", "nine in ten": "5.0", "share taken too late": "0.0"}
