"""Looking through the drawing register by keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from tests.gui.keys import type_text
from tests.integration.test_drawing_register import register
from ui.models.drawings import COLUMNS
from ui.screens.viewer import Viewer
from ui.settings import Settings
from ui.theme import color


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "drawings")
    return kept


@pytest.fixture
def numbers(opened):
    return [
        register(opened.place, revision, sheet=sheet)
        for sheet, revision in (("A-101", "1"), ("A-101", "2"), ("S-5", "0"))
    ]


def shown(screen):
    rows = range(screen.model.rowCount())
    return [screen.model.row_at(row).number for row in rows]


def filled(shell, qtbot, count):
    screen = shell._screens["drawings"]
    qtbot.waitUntil(lambda: screen.model.rowCount() == count, timeout=10_000)
    return screen


def cell(screen, row, name):
    return screen.model.index(row, [column for column, _ in COLUMNS].index(name))


def test_older_revisions_stand_faint_below_what_supersedes_them(numbers, shell, qtbot):
    screen = filled(shell, qtbot, 3)
    first, second, other = numbers

    assert shown(screen) == [second, first, other]
    assert cell(screen, 1, "title").data(Qt.ItemDataRole.ForegroundRole) == QColor(color("faint"))
    assert cell(screen, 0, "title").data(Qt.ItemDataRole.ForegroundRole) is None
    assert "2" in cell(screen, 1, "stands").data()


def test_typing_narrows_in_arabic_digits_and_escape_shows_all(numbers, shell, qtbot):
    screen = filled(shell, qtbot, 3)
    type_text(screen.filter, "١٠١")
    assert shown(screen) == [numbers[1], numbers[0]]

    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    assert screen.filter.text() == ""
    assert screen.model.rowCount() == 3


def test_arrows_choose_and_enter_opens_what_was_chosen(numbers, shell, qtbot):
    screen = filled(shell, qtbot, 3)
    qtbot.keyClick(screen.filter, Qt.Key.Key_Down)
    qtbot.keyClick(screen.filter, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(shell._stack.currentWidget(), Viewer), timeout=5_000)
    viewer = shell._stack.currentWidget()
    qtbot.waitUntil(lambda: viewer._view is not None, timeout=5_000)
    assert viewer._view.document.number == numbers[0]
    qtbot.waitUntil(viewer.superseded.isVisible, timeout=5_000)

    viewer.closed.emit()
    assert shell._stack.currentWidget() is screen
    assert screen.table.currentIndex().row() == 1


def test_only_in_force_is_remembered(numbers, shell, qtbot, settings):
    screen = filled(shell, qtbot, 3)
    screen.only.click()
    assert shown(screen) == [numbers[1], numbers[2]]
    assert settings.get("drawings_in_force", False)


def test_the_chosen_drawing_stays_chosen_while_the_filter_changes(numbers, shell, qtbot):
    screen = filled(shell, qtbot, 3)
    screen.table.choose(2)
    type_text(screen.filter, "s")
    assert shown(screen)[screen.table.currentIndex().row()] == numbers[2]
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    assert screen.table.currentIndex().row() == 2


def test_what_was_registered_since_is_there_when_one_comes_back(numbers, shell, qtbot, opened):
    screen = filled(shell, qtbot, 3)
    shell.go_to("search")
    newest = register(opened.place, "3")
    shell.go_to("drawings")
    qtbot.waitUntil(lambda: shown(screen)[:1] == [newest], timeout=10_000)


def test_an_archive_without_drawings_says_what_to_do(shell, qtbot):
    screen = shell._screens["drawings"]
    qtbot.waitUntil(screen.empty.isVisible, timeout=10_000)
    assert "تسجيل" in screen.empty.text()
    assert not screen.table.isVisible()


def test_a_filter_that_holds_nothing_says_so(numbers, shell, qtbot):
    screen = filled(shell, qtbot, 3)
    type_text(screen.filter, "zzz")
    assert screen.empty.isVisible()
    qtbot.keyClick(screen.filter, Qt.Key.Key_Return)
    assert shell._stack.currentWidget() is screen
