"""What the dashboard counts, held against work that is known to the page."""

import csv
import io
from datetime import datetime

import pytest

from muni_archive.domain.events import ConflictFound, DocumentRevised, PageRead, PageStateChanged
from muni_archive.services.dashboard.export_csv import export_figures
from muni_archive.services.dashboard.figures import Done, dashboard
from tests.helpers.audited import SetClock, add_documents, audited
from tests.helpers.stores import record

NOON = datetime(2026, 11, 25, 12).astimezone()
"""In the middle of a day here, wherever here is."""


@pytest.fixture
def clock():
    return SetClock(at=NOON)


def read(page_id, confidence=0.9, **said):
    return PageRead(page_id=page_id, reading="f" * 64, engine="e", confidence=confidence, **said)


@pytest.fixture
def folder(tmp_path, clock):
    """Noura scans two documents, of two pages and of one; Badr one of three pages, two days later."""
    with audited(tmp_path / "a", clock=clock) as (_place, store):
        add_documents(store, 1, 1, pages=2)
        add_documents(store, 2, 1, pages=1)
        clock.forward(hours=1)
        record(store, read("p1-0"), read("p1-1", doubtful=4), read("p2-0", confidence=0.3, unreadable=True))
        clock.forward(hours=2)
        record(
            store,
            DocumentRevised(
                document_id="d1", version=2, record_class="building_file", department="personnel", title="ملف",
                page_ids=("p1-0", "p1-1"), registered=True,
            ),
            PageStateChanged(page_id="p2-0", state="kept"),
        )  # fmt: skip
    clock.forward(days=2, hours=-3)
    with audited(tmp_path / "a", clock=clock, actor="بدر") as (_place, store):
        add_documents(store, 3, 1, pages=3)
        record(
            store,
            PageStateChanged(page_id="p3-2", state="rejected"),
            ConflictFound(
                conflict_id="c",
                document_id="d1",
                reason="same-field",
                base="a",
                ours="b",
                theirs="c",
                fields=("title",),
            ),
        )
    return tmp_path / "a"


def figures(folder, clock, days=7):
    with audited(folder, clock=clock, read_only=True) as (place, _store):
        return dashboard(place, days=days)


def test_by_clerk_department_and_day(folder, clock):
    found = figures(folder, clock)
    assert list(found.clerks) == [Done(key="نورة", pages=3, documents=2), Done(key="بدر", pages=2, documents=1)]
    assert list(found.departments) == [
        Done(key="licences", pages=4, documents=2),
        Done(key="personnel", pages=2, documents=1),
    ]
    assert [(day.key[-2:], day.pages, day.documents) for day in found.days] == [
        ("21", 0, 0), ("22", 0, 0), ("23", 0, 0), ("24", 0, 0), ("25", 3, 2), ("26", 0, 0), ("27", 2, 1),
    ]  # fmt: skip
    assert (found.pages, found.documents) == (5, 3)


def test_only_the_days_that_are_asked_for(folder, clock):
    found = figures(folder, clock, days=2)
    assert [done.key for done in found.clerks] == ["بدر"]
    assert found.steps == []


def test_what_waits_and_since_when(folder, clock):
    waiting = {
        each.what: (each.count, each.oldest and each.oldest.astimezone().day) for each in figures(folder, clock).waiting
    }
    assert waiting == {
        "read": (2, 27),
        "review": (4, 25),
        "register": (2, 25),
        "conflicts": (1, 27),
        "cases": (0, None),
    }


def test_how_long_the_steps_take(folder, clock):
    steps = {step.step: (step.documents, step.median) for step in figures(folder, clock).steps}
    assert steps == {"read": (2, 1.0), "registered": (1, 2.0), "whole": (1, 3.0)}


def test_how_well_pages_read(folder, clock):
    (day,) = figures(folder, clock).quality
    assert (day.pages, day.unreadable, day.doubtful) == (3, pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert (day.words, day.confidence) == (pytest.approx(4 / 3), pytest.approx(0.7))


def test_an_empty_archive_has_days_and_nothing_else(tmp_path, clock):
    with audited(tmp_path / "b", clock=clock) as (place, _store):
        found = dashboard(place, days=3)
    assert [day.pages for day in found.days] == [0, 0, 0]
    assert not any((found.clerks, found.departments, found.steps, found.quality, found.profiles))
    assert all(each.count == 0 and each.oldest is None for each in found.waiting)


def test_the_table_holds_every_figure(folder, clock, tmp_path):
    with audited(folder, clock=clock) as (place, _store):
        found = dashboard(place, days=7)
        export_figures(place, found, tmp_path / "figures.csv", named=lambda sort, key: f"{sort} {key}")
        with place.unit_of_work() as unit:
            assert unit.records.journal(after=unit.records.last_sequence() - 1)[0].kind == "data-exported"
    rows = list(csv.reader(io.StringIO((tmp_path / "figures.csv").read_text("utf-8-sig"))))
    assert ["Department", "department personnel", "pages", "2"] in rows
    assert ["Clerk", "بدر", "documents", "1"] in rows
    assert ["Waiting", "words to review", "how many", "4"] in rows
    assert ["Reading by profile", "profile p", "pages read", "3"] in rows
