"""Procedures in the organisation screen: versions, a file that is refused, a file that is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from muni_archive.paths import resource_path
from muni_archive.services.procedures.versions import procedure_versions

FILE = Path(__file__).parent.parent / "e2e" / "outgoing_letter.bpmn"
PATIENCE = 20_000


@pytest.fixture
def page(qtbot, shell):
    shell.go_to("organisation")
    screen = shell._screens["organisation"]
    screen._turn(1)
    assert screen.tabs.currentWidget() is screen.procedures
    qtbot.waitUntil(lambda: bool(screen.procedures.versions), timeout=PATIENCE)
    return screen.procedures


def test_what_is_shipped_is_listed_and_drawn(page):
    assert page.table.rowCount() == 5
    assert page.diagram.drawn is not None
    assert {one.loaded_at for one in page.versions} == {None}


def test_a_file_with_a_flaw_is_refused_with_the_element_named(qtbot, page, tmp_path):
    bad = tmp_path / "bad.bpmn"
    bad.write_bytes(resource_path("procedures", "archiving.bpmn").read_bytes().replace(b"clerk", b"nobody"))
    page.check(bad)
    qtbot.waitUntil(lambda: page.flaws.count() > 0, timeout=PATIENCE)
    assert "lane_nobody" in page.flaws.item(0).text()
    assert page.question is None


def test_a_file_is_loaded_after_a_question_and_a_later_one_replaces_it(qtbot, opened, page, tmp_path):
    page.check(FILE)
    qtbot.waitUntil(lambda: page.question is not None, timeout=PATIENCE)
    assert len(procedure_versions(opened.place)) == 5
    page.question.accept()
    qtbot.waitUntil(lambda: len(page.versions) == 6, timeout=PATIENCE)
    later, page.question = tmp_path / "later.bpmn", None
    later.write_bytes(FILE.read_bytes() + b"\n")
    page.check(later)
    qtbot.waitUntil(lambda: page.question is not None, timeout=PATIENCE)
    page.question.accept()
    qtbot.waitUntil(lambda: len(page.versions) == 7, timeout=PATIENCE)
    mine = [one for one in page.versions if one.id == "outgoing_letter"]
    assert [one.current for one in mine] == [True, False]
    assert all(one.loaded_by for one in mine)
    page.question = None
    page.check(later)
    qtbot.waitUntil(lambda: page.diagram.drawn is not None, timeout=PATIENCE)
    assert len(procedure_versions(opened.place)) == 7
