"""Words that were read with doubt: framed in the viewer, looked at from there."""

import pytest
from PySide6.QtCore import Qt

from muni_archive.domain.geometry import Box
from tests.integration.test_review_words import UnsurePool
from ui.screens.viewer import Viewer
from ui.settings import Settings

NUMBER, WORD = Box(1550, 300, 200, 60), Box(1300, 300, 200, 60)
"""Where the pool reads with doubt."""


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "search")
    return kept


@pytest.fixture
def unsure(opened, monkeypatch):
    monkeypatch.setattr(opened, "_pool", UnsurePool())


@pytest.fixture
def viewer(two_documents, unsure, shell, qtbot, opened):
    """The document that came last, so that it is not the page which Review would show by itself."""

    def read():
        with opened.place.unit_of_work() as unit:
            return unit.records.count_to_review() == 2

    qtbot.waitUntil(read, timeout=10_000)
    with opened.place.unit_of_work() as unit:
        page = unit.records.pages_to_review(10)[-1]
    shell._open_document(page.document_id, page.id, "")
    viewer = shell._stack.currentWidget()
    assert isinstance(viewer, Viewer)
    qtbot.waitUntil(lambda: viewer.picture._sheet is not None and viewer.marks.legend.isVisible(), timeout=10_000)
    return viewer


def page_in(viewer):
    return viewer._view.pages[viewer._at].id


def reviewing(viewer, shell, qtbot):
    """Review, on the viewer's page."""
    qtbot.keyClick(shell, Qt.Key.Key_F4)
    screen = shell._screens["review"]
    qtbot.waitUntil(lambda: screen.shown is not None and screen.shown.page.id == page_in(viewer), timeout=10_000)
    return screen


def test_they_are_framed_and_counted(viewer):
    assert set(viewer.picture.doubts) == {NUMBER, WORD}
    assert viewer.picture._doubt_marks is not None
    assert "كلمتان" in viewer.marks.legend.text()


def test_a_key_hides_the_frames_and_that_is_remembered(viewer, shell, qtbot, settings):
    qtbot.keyClick(shell, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert viewer.picture.doubts == ()
    assert not viewer.marks.legend.isVisible()
    assert settings.get("doubts", True) is False

    qtbot.keyClick(shell, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert set(viewer.picture.doubts) == {NUMBER, WORD}


def test_one_that_was_looked_at_is_framed_no_more(viewer, shell, qtbot):
    screen = reviewing(viewer, shell, qtbot)
    assert screen.shown.doubts[0].read.box == NUMBER
    screen.edit.setText("77")
    qtbot.keyClick(screen.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not screen._answers.under_way, timeout=10_000)
    qtbot.keyClick(shell, Qt.Key.Key_Escape)

    assert shell._stack.currentWidget() is viewer
    qtbot.waitUntil(lambda: viewer.picture.doubts == (WORD,), timeout=10_000)
    assert "77" in viewer.text.toPlainText()


def test_after_the_pages_last_word_the_document_is_there_again(viewer, shell, qtbot):
    screen = reviewing(viewer, shell, qtbot)
    for _ in range(2):
        qtbot.keyClick(screen.edit, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: shell._stack.currentWidget() is viewer, timeout=10_000)
    qtbot.waitUntil(lambda: viewer.picture.doubts == () and not viewer.marks.legend.isVisible(), timeout=10_000)
    qtbot.keyClick(shell, Qt.Key.Key_F4)
    assert shell._stack.currentWidget() is viewer
    viewer.closed.emit()
    assert shell._stack.currentWidget() is shell._screens["search"]


def test_who_goes_to_review_by_the_rail_is_not_led_back(viewer, shell, qtbot):
    screen = reviewing(viewer, shell, qtbot)
    shell.go_to("review")
    assert not screen.to_document.isVisible()
    for _ in range(2):
        qtbot.keyClick(screen.edit, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: screen.shown is not None and screen.shown.page.id != page_in(viewer), timeout=10_000)
    assert shell._stack.currentWidget() is screen


def test_a_page_that_waits_no_longer_leads_back_at_once(viewer, shell, qtbot):
    screen = reviewing(viewer, shell, qtbot)
    for _ in range(2):
        qtbot.keyClick(screen.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shell._stack.currentWidget() is viewer, timeout=10_000)
    shell._review_page(page_in(viewer))

    qtbot.waitUntil(lambda: shell._stack.currentWidget() is viewer, timeout=10_000)
    assert shell._banner.isVisible()
