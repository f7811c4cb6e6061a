"""A records manager at the retention screen: due, held, proposed, confirmed by another, and what is shown after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.holds import HoldScope
from muni_archive.services.register_document import register_document, waiting_documents
from muni_archive.services.retention.disposing import propose_disposal
from muni_archive.services.retention.holding import place_hold, resting_holds
from muni_archive.services.retention.remaining import destroyed_documents
from tests.helpers.retained import SHORT
from ui.screens.retention import screen as retention_screen
from ui.screens.retention.keeping_bar import KeepingBar
from ui.screens.viewer import Viewer
from ui.settings import Settings

WAIT = 30_000


class _Later:
    def now(self):
        return datetime.now(UTC) + timedelta(days=366 * 7)


class _Classes:
    """The shipped ones, with a rule."""

    def __init__(self, shipped):
        self._shipped = shipped

    def all(self):
        return [replace(one, retention=SHORT) for one in self._shipped.all()]

    def get(self, name):
        return replace(self._shipped.get(name), retention=SHORT)


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "retention")
    return kept


@pytest.fixture
def people(opened, two_documents, monkeypatch):
    """Workplaces of several people, years after two documents were registered; the window is Sara's."""
    place, store = opened.place, opened._store
    for waiting in waiting_documents(place):
        register_document(
            place, waiting, title="ملف سالم", record_class="building_file", file_reference="F-1", date=None,
            metadata={"parcel": "1", "area": "الروضة"},
        )  # fmt: skip

    def of(name):
        def unit():
            unit = store.unit_of_work()
            unit._actor = name
            return unit

        return replace(place, unit_of_work=unit, clock=_Later(), record_classes=_Classes(place.record_classes))

    monkeypatch.setattr(opened, "place", of("sara"))
    return of


@pytest.fixture
def screen(people, shell, qtbot):
    screen = shell._screens["retention"]
    qtbot.waitUntil(lambda: screen.due.model.rowCount() == 2, timeout=WAIT)
    return screen


def press(qtbot, widget, key):
    """With Ctrl; the window is in front again after a dialog, as a window system would have it."""
    widget.window().activateWindow()
    qtbot.waitUntil(widget.window().isActiveWindow, timeout=WAIT)
    qtbot.keyClick(widget, key, Qt.KeyboardModifier.ControlModifier)


def say(dialog, **texts):
    for name, text in texts.items():
        said = dialog.inputs[name]
        assert isinstance(said, QLineEdit)
        said.setText(text)


def test_a_proposal_goes_to_the_second_person(screen, qtbot, people):
    press(qtbot, screen, Qt.Key.Key_D)
    dialog = screen.questions.dialog
    dialog.accept()
    assert dialog.isVisible()  # without a reason nothing is proposed
    say(dialog, reason="انتهت المدة")
    press(qtbot, dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.waiting.model.rowCount() == 1, timeout=WAIT)
    assert screen.due.model.rowCount() == 1
    press(qtbot, screen, Qt.Key.Key_PageDown)
    assert screen.tabs.currentWidget() is screen.waiting


def test_nobody_confirms_what_they_proposed(screen, shell, qtbot):
    propose_disposal(screen.context.place, screen.due.chosen.kept.number, reason="r")
    screen.refresh()
    qtbot.waitUntil(lambda: screen.waiting.model.rowCount() == 1, timeout=WAIT)
    screen.tabs.setCurrentWidget(screen.waiting)
    press(qtbot, screen, Qt.Key.Key_Return)
    screen.questions.dialog.accept()
    qtbot.waitUntil(lambda: "sara" in shell._banner.text(), timeout=WAIT)
    assert destroyed_documents(screen.context.place) == ()


def test_a_second_person_confirms_and_what_remains_is_shown(screen, shell, qtbot, people):
    number = screen.due.chosen.kept.number
    propose_disposal(people("ali"), number, reason="انتهت المدة")
    screen.refresh()
    qtbot.waitUntil(lambda: screen.waiting.model.rowCount() == 1, timeout=WAIT)
    screen.tabs.setCurrentWidget(screen.waiting)
    press(qtbot, screen, Qt.Key.Key_Return)
    screen.questions.dialog.accept()
    qtbot.waitUntil(lambda: screen.gone.model.rowCount() == 1, timeout=WAIT)

    screen.tabs.setCurrentWidget(screen.gone)
    screen.gone.table.activated.emit(screen.gone.table.currentIndex())
    viewer = shell._stack.currentWidget()
    assert isinstance(viewer, Viewer)
    qtbot.waitUntil(viewer.remains.isVisible, timeout=WAIT)
    assert number in viewer.title.text()
    assert viewer.remains.proof.toPlainText()
    assert not viewer.split.isVisible()
    for keys in (Qt.Key.Key_E, Qt.Key.Key_P):
        shell._banner.setText("")
        press(qtbot, viewer, keys)
        assert "ali" in shell._banner.text()


def test_a_hold_is_placed_and_lifted(screen, qtbot):
    number = screen.due.chosen.kept.number
    press(qtbot, screen, Qt.Key.Key_H)
    dialog = screen.questions.dialog
    assert dialog.inputs["target"].text() == number
    say(dialog, reason="دعوى", authority="المحكمة")
    dialog.accept()
    qtbot.waitUntil(lambda: screen.holds.model.rowCount() == 1, timeout=WAIT)
    assert [row.icon for row in (screen.due.model.row_at(0), screen.due.model.row_at(1))].count("lock") == 1

    screen.tabs.setCurrentWidget(screen.holds)
    press(qtbot, screen, Qt.Key.Key_Delete)
    say(screen.questions.dialog, reason="انتهت")
    screen.questions.dialog.accept()
    qtbot.waitUntil(lambda: screen.holds.model.rowCount() == 0, timeout=WAIT)
    assert resting_holds(screen.context.place) == ()


def test_the_viewer_says_that_a_document_is_held(screen, shell, qtbot):
    kept = screen.due.chosen.kept
    place_hold(screen.context.place, HoldScope.FILE, "F-1", reason="دعوى <b>7</b>", authority="المحكمة")
    shell._open_document(kept.document_id, None, "")
    viewer = shell._stack.currentWidget()
    qtbot.waitUntil(viewer.keeping.isVisible, timeout=WAIT)
    assert "المحكمة" in viewer.keeping.text.text()

    press(qtbot, viewer, Qt.Key.Key_K)
    dialog = viewer.keeping.dialog
    qtbot.waitUntil(lambda: dialog.holds.count() == 1, timeout=WAIT)
    assert not dialog.propose.isEnabled()
    dialog._turn_file()
    say(dialog.questions.dialog, reason="اكتمل")
    dialog.questions.dialog.accept()
    qtbot.waitUntil(lambda: "اكتمل" in dialog.file.text(), timeout=WAIT)
    dialog._lift()
    say(dialog.questions.dialog, reason="انتهت")
    dialog.questions.dialog.accept()
    qtbot.waitUntil(lambda: not viewer.keeping.isVisible() and dialog.propose.isEnabled(), timeout=WAIT)
    dialog.reject()


def test_a_record_is_kept_longer(screen, qtbot):
    press(qtbot, screen, Qt.Key.Key_K)
    say(screen.questions.dialog, until="١/١/٢٠٩٠", reason="قيمة تاريخية")
    screen.questions.dialog.accept()
    qtbot.waitUntil(lambda: screen.due.model.rowCount() == 1, timeout=WAIT)


def test_the_archive_screen_leads_to_what_is_held(screen, shell, qtbot):
    place_hold(screen.context.place, HoldScope.FILE, "F-1", reason="r", authority="a")
    shell.go_to("archive")
    archive = shell._screens["archive"]
    qtbot.waitUntil(archive.kept.isVisible, timeout=WAIT)
    archive.kept.click()
    assert shell._stack.currentWidget() is screen


def test_a_long_list_says_how_long_it_is_and_shows_more(screen, qtbot, monkeypatch):
    assert not screen.due.more.isVisible()
    monkeypatch.setattr(retention_screen, "MOST_SHOWN", 1)
    screen._most = 1
    screen.refresh()
    qtbot.waitUntil(lambda: screen.due.model.rowCount() == 1, timeout=WAIT)
    assert "٢" in screen.tabs.tabText(0)
    assert "٢" in screen.due.more.text()
    press(qtbot, screen, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: screen.due.model.rowCount() == 2, timeout=WAIT)
    assert screen.due.more.text() == ""


class _AtOnce:
    """Does what it is given before it comes back."""

    def run(self, work, *, done, failed):
        try:
            found = work(None)
        except ArchiveError as error:
            failed(error)
        else:
            done(found)


def test_of_a_document_that_the_copy_has_not_heard_of_nothing_is_said(opened, two_documents, shell):
    told = []
    document = replace(waiting_documents(opened.place)[0], id="at the centre")
    context = replace(shell._context, tasks=_AtOnce(), show_error=told.append)
    bar = KeepingBar(shell, context)
    bar.look(document)
    assert (bar.isVisibleTo(shell), told) == (False, [])
