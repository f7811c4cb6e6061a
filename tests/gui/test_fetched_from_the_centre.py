"""A document that comes over a slow line is shown to who still waits for it, where they asked, once."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication

from muni_archive.domain.centre_errors import OnlyElsewhere
from ui.screens.viewer import Viewer
from ui.settings import Settings

pytestmark = pytest.mark.usefixtures("two_documents")
SLOW_S = 40
FETCHED = "يجري جلب الوثيقة من المركز …"


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "search")
    return kept


@pytest.fixture
def ids(opened):
    with opened.place.unit_of_work() as unit:
        return [document.id for document in unit.records.documents()]


@pytest.fixture
def line(opened, shell, monkeypatch):
    """Slow: each document comes when its gate is opened; `asked` tells in which order they were."""
    line = SimpleNamespace(gates={}, asked=[], error=None)

    def gate(document_id):
        return line.gates.setdefault(document_id, threading.Event())

    def showing(_together, document_id):
        line.asked.append(document_id)
        gate(document_id).wait(SLOW_S)
        if line.error:
            raise line.error
        return opened.place

    monkeypatch.setattr("ui.shell.workplace_showing", showing)
    line.gate = gate
    shell._centre._opened = SimpleNamespace(together=object(), close=lambda: None)
    yield line
    for each in line.gates.values():
        each.set()


def viewers(shell):
    return [each for at in range(shell._stack.count()) if isinstance(each := shell._stack.widget(at), Viewer)]


def settled(shell, qtbot):
    qtbot.waitUntil(lambda: not shell._centre.far._running, timeout=30_000)
    QApplication.processEvents()


def test_one_that_is_slow_is_said_to_be_fetched_and_opens_once(shell, qtbot, line, ids):
    for _ in range(3):
        shell._open_elsewhere(ids[0], None, "")
    assert (shell._banner.text(), shell._banner.isVisible()) == (FETCHED, True)
    line.gate(ids[0]).set()
    settled(shell, qtbot)
    assert len(viewers(shell)) == 1
    assert shell._stack.currentWidget() is viewers(shell)[0]
    assert not shell._banner.isVisible()
    shell._stack.currentWidget().closed.emit()
    shell._open_elsewhere(ids[0], None, "")
    settled(shell, qtbot)
    assert line.asked == [ids[0]] * 2, "asked for again, it is fetched again"
    assert len(viewers(shell)) == 1


def test_it_does_not_open_over_what_one_does_by_then(shell, qtbot, line, ids):
    shell._open_elsewhere(ids[0], None, "")
    shell.go_to("register")
    register = shell._stack.currentWidget()
    line.gate(ids[0]).set()
    settled(shell, qtbot)
    assert viewers(shell) == []
    assert shell._stack.currentWidget() is register
    assert not (shell._banner.isVisible() and shell._banner.text() == FETCHED)


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_the_last_one_asked_for_opens_whichever_comes_first(shell, qtbot, line, ids, first):
    for document_id in ids:
        shell._open_elsewhere(document_id, None, "")
    for document_id in (ids[first], ids[1 - first]):
        line.gate(document_id).set()
        qtbot.waitUntil(lambda: len(line.asked) == 2, timeout=30_000)
        qtbot.wait(100)
    settled(shell, qtbot)
    assert [viewer._view.document.id for viewer in viewers(shell)] == [ids[1]]


def test_one_that_is_here_is_opened_at_once_and_stays(shell, qtbot, line, ids):
    shell._open_elsewhere(ids[0], None, "")
    shell._open_document(ids[1], None, "")
    here = shell._stack.currentWidget()
    qtbot.waitUntil(lambda: here._view is not None and len(shell._tasks._running) == 1, timeout=30_000)  # it reads
    here.closed.emit()
    line.gate(ids[0]).set()
    settled(shell, qtbot)
    assert viewers(shell) == []


def test_why_it_does_not_come_is_told_once(shell, qtbot, line, ids):
    line.error = OnlyElsewhere()
    for _ in range(2):
        shell._open_elsewhere(ids[0], None, "")
    line.gate(ids[0]).set()
    settled(shell, qtbot)
    assert "محفوظ في المركز فقط" in shell._banner.text()
    assert shell._banner.isVisible()
    assert line.asked == [ids[0]]
