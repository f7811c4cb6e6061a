"""Reviewing by keyboard."""

import pytest
from PySide6.QtCore import Qt

from muni_archive.services.follow_journal import indexed_pages
from tests.integration.test_review_words import UnsurePool
from ui.settings import Settings


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "review")
    return kept


@pytest.fixture
def unsure(opened, monkeypatch):
    monkeypatch.setattr(opened, "_pool", UnsurePool())


def texts(opened):
    with opened.place.unit_of_work() as unit:
        return [page.text for page in indexed_pages(unit.records, opened.place.vault)]


def shown(shell, qtbot):
    screen = shell._screens["review"]
    qtbot.waitUntil(lambda: screen.shown is not None, timeout=10_000)
    return screen


def test_enter_accepts_typing_corrects_and_the_next_page_comes(two_documents, unsure, shell, qtbot, opened):
    screen = shown(shell, qtbot)
    first = screen.shown.page.id
    assert screen.edit.text() == "١٢٣"
    qtbot.keyClicks(screen.edit, "77")
    qtbot.keyClick(screen.edit, Qt.Key.Key_Return)
    assert screen.edit.text() == "صحبح"
    qtbot.keyClick(screen.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.shown is not None and screen.shown.page.id != first, timeout=10_000)
    assert sorted(texts(opened)) == ["القسيمة 77 صحبح", "القسيمة ١٢٣ صحبح"]


def test_what_is_no_text_goes_and_going_back_changes_the_answer(two_documents, unsure, shell, qtbot, opened):
    screen = shown(shell, qtbot)
    screen.no_text()
    screen.back()
    assert screen.at == 0
    screen.edit.setText("5")
    screen.accept()
    qtbot.waitUntil(lambda: not screen._answers.under_way, timeout=10_000)
    assert "القسيمة 5 صحبح" in texts(opened)


def test_pages_left_for_later_come_back(two_documents, unsure, shell, qtbot):
    screen = shown(shell, qtbot)
    first = screen.shown.page.id
    screen.later()
    qtbot.waitUntil(lambda: screen.shown is not None and screen.shown.page.id != first, timeout=10_000)
    screen.later()
    qtbot.waitUntil(lambda: screen.empty.isVisibleTo(screen), timeout=10_000)
    shell.go_to("search")
    shell.go_to("review")
    assert shown(shell, qtbot).shown.page.id == first


def test_an_empty_line_is_no_answer(two_documents, unsure, shell, qtbot):
    screen = shown(shell, qtbot)
    screen.edit.clear()
    screen.accept()
    assert screen.at == 0
