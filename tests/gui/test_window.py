"""The window on a real archive."""

import threading
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from shiboken6 import isValid

from ui.settings import Settings
from ui.tasks import _LATE, THREADS, Tasks

pytestmark = pytest.mark.usefixtures("two_documents")


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "search")
    return kept


def test_it_opens_in_arabic_from_right_to_left(shell):
    assert QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert shell.windowTitle().startswith("أرشيف البلدية")


def test_what_was_imported_is_read_in_the_background_and_found_while_typing(shell, qtbot):
    search = shell._screens["search"]
    qtbot.waitUntil(lambda: _with(search, "رخصه") == 2, timeout=10_000)
    search.query.setText("لاشيءهنا")
    qtbot.waitUntil(lambda: search.hits.rowCount() == 0, timeout=5_000)


def _with(search, query):
    if search.query.text() != query:
        search.query.setText(query)
    else:
        search._ask()
    QApplication.processEvents()
    return search.hits.rowCount()


def test_documents_are_registered_one_after_another(shell, qtbot):
    shell.go_to("register")
    screen = shell._screens["register"]
    qtbot.waitUntil(lambda: screen.waiting.count() == 2 and screen.form is not None, timeout=5_000)
    first = screen.view.document.id
    qtbot.waitUntil(lambda: _suggested(screen) == "123", timeout=10_000)
    screen.form.fill("area", "السالمية")
    screen.register()
    qtbot.waitUntil(lambda: screen.waiting.count() == 1 and screen.view.document.id != first, timeout=5_000)


def _suggested(screen):
    """The parcel that was read; the form is asked for anew until reading has come so far."""
    if not screen.form.edits["parcel"].text():
        screen._open(screen.waiting.currentItem())
    return screen.form.edits["parcel"].text()


def test_required_fields_are_asked_for(shell, qtbot):
    shell.go_to("register")
    screen = shell._screens["register"]
    qtbot.waitUntil(lambda: screen.form is not None, timeout=5_000)
    screen.form.fill("title", "عنوان")
    screen.form.edits["area"].setText("")
    screen.register()
    qtbot.waitUntil(lambda: "المنطقة" in shell._banner.text(), timeout=5_000)


def test_a_task_whose_page_was_closed_says_nothing(qtbot, caplog):
    tasks, gate, seen = Tasks(), threading.Event(), []
    label = QLabel()
    tasks.run(lambda _: gate.wait(5) and "late", done=label.setText)
    tasks.run(lambda _: 1 / (not gate.wait(5)), failed=label.setText)
    label.deleteLater()
    qtbot.waitUntil(lambda: not isValid(label), timeout=2_000)
    gate.set()
    tasks.run(lambda _: 1, done=seen.append)
    qtbot.waitUntil(lambda: seen == [1] and not tasks._running, timeout=2_000)
    assert tasks.close()


def test_a_window_that_goes_waits_for_no_late_work(qtbot, capfd):
    """Whoever destroyed it stood still until the last of its threads had ended: that was the next window."""
    window, gate, began = QLabel(), threading.Event(), []
    tasks = Tasks(window)
    for _ in range(THREADS + 1):
        tasks.run(lambda _: began.append(gate.wait(40)))
    qtbot.waitUntil(lambda: tasks._pool.activeThreadCount() == THREADS, timeout=30_000)
    pool, since = tasks._pool, time.monotonic()
    assert not tasks.close(timeout_ms=50)
    window.deleteLater()
    qtbot.waitUntil(lambda: not isValid(window), timeout=30_000)
    assert time.monotonic() - since < 20
    gate.set()
    assert pool.waitForDone(30_000)
    assert began == [True] * THREADS, "what had not begun never does"
    assert pool in _LATE
    assert Tasks().close()
    assert pool not in _LATE
    assert "Signal source" not in capfd.readouterr().err


def test_a_task_brings_its_result_to_the_window(qtbot):
    tasks, seen = Tasks(), []
    tasks.run(lambda task: (task.report(1), 2)[1], done=seen.append, progress=seen.append)
    qtbot.waitUntil(lambda: seen == [1, 2], timeout=2_000)
    tasks.run(lambda _: 1 / 0, failed=lambda error: seen.append(type(error)))
    qtbot.waitUntil(lambda: seen[-1] is ZeroDivisionError, timeout=2_000)
    assert tasks.close()
