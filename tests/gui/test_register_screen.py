"""Registering by keyboard."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolTip

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveBusy
from muni_archive.paths import resource_path
from muni_archive.services.import_files import import_files
from muni_archive.services.together.state import Whereabouts
from ui.screens.register.screen import PLACE, RegisterScreen
from ui.settings import Settings


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "register")
    return kept


@pytest.fixture
def same_page_twice(opened):
    page = resource_path("samples", "01-licence-form.jpg")
    for _ in range(2):
        import_files(opened.place, [page], record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)


def shown(shell, qtbot, count):
    screen = shell._screens["register"]
    qtbot.waitUntil(lambda: screen.waiting.count() == count and screen.form is not None, timeout=10_000)
    return screen


def test_suggestions_appear_by_themselves_when_the_page_has_been_read(two_documents, shell, qtbot):
    screen = shown(shell, qtbot, 2)
    qtbot.waitUntil(lambda: screen.form.edits["parcel"].text() == "123", timeout=10_000)
    assert screen.form.edits["parcel"].property("suggested") is True


def test_it_says_that_nothing_waits_when_it_has_looked(shell, qtbot, monkeypatch):
    looks = []
    monkeypatch.setattr(shell._context.tasks, "run", lambda _work, **told: looks.append(told["done"]))
    screen = RegisterScreen(shell._context)
    qtbot.addWidget(screen)
    screen.show()
    screen.activated()
    assert not screen.empty.isVisible()
    looks.pop(0)(((), frozenset()))
    assert screen.empty.isVisible()
    assert not screen.split.isVisible()


def test_what_the_clerk_typed_is_not_overwritten(two_documents, shell, qtbot):
    screen = shown(shell, qtbot, 2)
    screen.form.edits["parcel"].clear()
    qtbot.keyClicks(screen.form.edits["parcel"], "77")
    screen.pages_read(screen.view.document.page_ids)
    qtbot.wait(200)
    assert screen.form.edits["parcel"].text() == "77"


def test_suggestions_are_still_suggestions_when_one_comes_back(two_documents, shell, qtbot):
    screen = shown(shell, qtbot, 2)
    qtbot.waitUntil(lambda: screen.form.edits["parcel"].text() == "123", timeout=10_000)
    before = screen.view
    qtbot.keyClicks(screen.form.edits["title"], "x")
    typed = screen.form.edits["title"].text()
    shell.go_to("settings")
    shell.go_to("register")
    qtbot.waitUntil(lambda: screen.view is not before, timeout=10_000)
    assert screen.form.edits["parcel"].text() == "123"
    assert screen.form.edits["parcel"].property("suggested") is True
    assert screen.form.edits["title"].text() == typed


def test_what_is_marked_on_a_page_is_not_marked_on_the_next_documents(two_documents, shell, qtbot):
    screen = shown(shell, qtbot, 2)
    qtbot.waitUntil(lambda: screen.form.edits["parcel"].text() == "123", timeout=10_000)
    screen.form.edits["parcel"].setFocus()
    qtbot.waitUntil(lambda: screen.picture._boxes[0] != (), timeout=5_000)
    first = screen.view.document.id
    screen._skip(1)
    qtbot.waitUntil(lambda: screen.view.document.id != first, timeout=5_000)
    assert screen.picture._boxes[0] == ()


def test_areas_can_be_chosen_from_a_list(two_documents, shell, qtbot):
    screen = shown(shell, qtbot, 2)
    edit = screen.form.edits["area"]
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert edit.completer().completionCount() > 50


def test_a_repeated_page_is_shown_beside_the_earlier_one(same_page_twice, shell, qtbot):
    screen = shown(shell, qtbot, 2)
    assert not screen.duplicates.isVisibleTo(screen)
    screen._skip(1)
    qtbot.waitUntil(lambda: screen.duplicates.isVisibleTo(screen), timeout=5_000)
    qtbot.waitUntil(lambda: screen.duplicates.picture._sheet is not None, timeout=5_000)
    screen.duplicates.set_aside.emit("the same page")
    shown(shell, qtbot, 1)


def test_an_error_does_not_keep_for_ever_how_far_documents_are_safe(two_documents, shell, qtbot, monkeypatch):
    screen, asked = shown(shell, qtbot, 2), []

    def fail_once(_place, ids, *_):
        asked.append(ids)
        if len(asked) == 1:
            raise ArchiveBusy
        return dict.fromkeys(ids, Whereabouts.SAFE)

    monkeypatch.setattr("ui.screens.register.screen.whereabouts", fail_once)
    monkeypatch.setattr(shell._centre, "_opened", SimpleNamespace(together=object(), close=lambda: None))
    shell._centre.changed.emit()
    qtbot.waitUntil(lambda: bool(asked) and not screen._marking, timeout=5_000)
    shell._centre.changed.emit()
    qtbot.waitUntil(lambda: screen.waiting.item(0).data(PLACE) == Whereabouts.SAFE, timeout=5_000)


def test_what_was_done_here_is_counted_at_once(two_documents, shell, qtbot, monkeypatch):
    screen, counted = shown(shell, qtbot, 2), []
    monkeypatch.setattr(shell._centre, "look_again", lambda: counted.append(screen.waiting.count()))
    screen.duplicates.set_aside.emit("the same page")
    qtbot.waitUntil(lambda: bool(counted), timeout=5_000)


def test_skipping_leaves_a_document_for_later(two_documents, shell, qtbot):
    screen = shown(shell, qtbot, 2)
    first = screen.view.document.id
    screen._skip(1)
    qtbot.waitUntil(lambda: screen.view.document.id != first, timeout=5_000)
    assert screen.waiting.count() == 2


def test_a_file_number_that_no_centre_could_take_is_refused(two_documents, shell, qtbot):
    screen = shown(shell, qtbot, 2)
    edit = screen.form.edits["file"]
    with qtbot.waitSignal(edit.inputRejected):
        edit.insert("9" * 600)
    assert len(edit.text()) == 500
    assert "500" in QToolTip.text()
