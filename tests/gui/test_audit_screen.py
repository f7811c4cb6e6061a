"""Looking through the audit trail, and what the window itself puts into it."""

import pytest
from PySide6.QtCore import Qt

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.finding import SearchRequest
from muni_archive.services.audit.record import record_entrance, record_printed, record_search
from muni_archive.services.read_pages import read_pending
from muni_archive.verifying import Known, verify_lines
from tests.gui.keys import type_text
from tests.helpers.workplaces import PlainPool
from ui.models.audit import AuditModel
from ui.screens.search.noting import SearchNoting
from ui.screens.viewer import Viewer
from ui.settings import Settings


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "audit")
    return kept


@pytest.fixture(autouse=True)
def no_checkpoint_of_its_own(monkeypatch):
    """A minute after opening the window signs one: on a slow machine it stood above what a test had just done."""
    monkeypatch.setattr("ui.noting.FIRST_MS", 3_600_000)


@pytest.fixture
def first(opened, two_documents):
    """Before the window opens: a search, and a print of the first document."""
    read_pending(opened.place, PlainPool(), cancel=CancelToken(), progress=lambda *_: None)  # nothing comes later
    with opened.place.unit_of_work() as unit:
        document = unit.records.documents()[0]
    record_search(opened.place, SearchRequest(query="رخصة"), 2)
    record_printed(opened.place, document.id, document.number, 1)
    return document


def filled(shell, qtbot, kind):
    screen = shell._screens["audit"]
    qtbot.waitUntil(lambda: kinds(screen.model)[:1] == [kind], timeout=10_000)
    return screen


def kinds(model: AuditModel):
    rows = (model.row_at(at) for at in range(model.rowCount()))
    return [row.kind for row in rows if row]


def test_newest_first_and_by_record(first, shell, qtbot):
    screen = filled(shell, qtbot, "document-printed")
    assert kinds(screen.model)[1] == "pages-searched"
    type_text(screen.filters.record, first.number)
    qtbot.keyClick(screen.filters.record, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.model.rowCount() < 10, timeout=5_000)
    assert "pages-searched" not in kinds(screen.model)
    assert first.number in screen.model.index(0, 3).data()

    type_text(screen.filters.record, "9")
    qtbot.keyClick(screen.filters.record, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.model.rowCount() == 0, timeout=5_000)
    assert screen.summary.text()


def test_a_kind_is_chosen_and_the_filters_are_cleared(first, shell, qtbot):
    screen = filled(shell, qtbot, "document-printed")
    everything = screen.model.rowCount()
    screen.filters.kind.setCurrentIndex(2)
    screen.filters.kind.activated.emit(2)
    qtbot.waitUntil(lambda: kinds(screen.model) == ["pages-searched"], timeout=5_000)
    qtbot.keyClick(shell, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: screen.model.rowCount() == everything > 1, timeout=10_000)


def test_enter_opens_the_document_which_is_recorded(first, shell, qtbot):
    screen = filled(shell, qtbot, "document-printed")
    screen.table.setCurrentIndex(screen.model.index(0, 0))
    screen.open_chosen()
    qtbot.waitUntil(lambda: isinstance(shell._stack.currentWidget(), Viewer), timeout=5_000)
    viewer = shell._stack.currentWidget()
    qtbot.waitUntil(lambda: viewer._view is not None, timeout=5_000)
    viewer._copy()
    qtbot.waitUntil(lambda: last_kinds(shell, 2) == {"document-seen", "document-exported"}, timeout=5_000)
    viewer.closed.emit()
    qtbot.waitUntil(lambda: set(kinds(screen.model)[:2]) == {"document-seen", "document-exported"}, timeout=5_000)


def last_kinds(shell, count):
    with shell._context.place.unit_of_work() as unit:
        last = unit.records.last_sequence()
        return {entry.kind for entry in unit.records.journal(after=last - count)}


def test_both_exports(first, shell, qtbot, tmp_path):
    screen = filled(shell, qtbot, "document-printed")
    screen.export_table(tmp_path / "audit.csv")
    qtbot.waitUntil(lambda: kinds(screen.model)[:1] == ["data-exported"], timeout=10_000)
    text = (tmp_path / "audit.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert "رخصة" in text.decode()

    screen.export_journal(tmp_path / "journal")
    qtbot.waitUntil(screen.keep.isVisible, timeout=10_000)
    with (tmp_path / "journal").open("rb") as file:
        assert list(verify_lines(file, Known())) == []
    assert "--checkpoint" in screen.keep.text()


class Heard:
    """Notes what it is told."""

    def __init__(self):
        self.asked = []

    def searched(self, request, found):
        self.asked.append((request.query, found))


def test_only_what_somebody_stayed_with_was_asked(shell):
    heard = Heard()
    noting = SearchNoting(heard, shell)
    for query, found in (("", 9), ("ر", 5), ("رخصة", 3)):
        noting.answered(SearchRequest(query=query, facets=True), found)
    noting.settle()
    noting.answered(SearchRequest(query="رخصة", limit=100), 3)
    noting.settle()
    noting.answered(SearchRequest(query="", department="licences"), 4)
    noting.settle()
    assert heard.asked == [("رخصة", 3), ("", 4)]


def test_a_name_that_is_in_no_list_is_typed(first, shell, qtbot):
    """Under it somebody tried to come in."""
    screen = filled(shell, qtbot, "document-printed")
    place = screen.context.place
    with place.unit_of_work() as unit:
        record_entrance(place, unit, "Nobody Here", None, "wrong")
        unit.commit()
    assert screen.filters.person.findText("Nobody Here") < 0
    edit = screen.filters.person.lineEdit()
    edit.clear()
    type_text(edit, "nobody here")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: kinds(screen.model) == ["sign-in-failed"], timeout=5_000)
    assert "Nobody Here" in screen.model.index(0, 1).data()
    edit.clear()
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(kinds(screen.model)) > 1, timeout=5_000)
