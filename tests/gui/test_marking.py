"""In the viewer: laying marks over a page, hiding parts of it, and the second person's look at the copy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from muni_archive.domain.geometry import Box
from muni_archive.domain.marks import MarkKind
from muni_archive.domain.redaction import RedactionState
from tests.gui.keys import type_text
from tests.helpers.redactable import CIVIL_ID, OWNER, archive_with, drawn, saved, working_as
from ui.app import apply_look
from ui.screens.redacting.preview import PreviewDialog
from ui.screens.viewer import Viewer
from ui.shell import Shell

PATIENCE = 20_000


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    image, reading = drawn()
    with archive_with(tmp_path / "a", (saved(image, "PNG"), reading), (saved(image, "JPEG"), reading)) as opened:
        opened.place = replace(opened.place, drivers={})  # looking for scanners takes seconds
        yield opened


@pytest.fixture
def viewer(opened, shell, qtbot):
    shell._open_document("d1", "p0", "")
    viewer = shell._stack.currentWidget()
    assert isinstance(viewer, Viewer)
    qtbot.waitUntil(lambda: viewer.picture.sheet is not None and bool(viewer.text.toPlainText()), timeout=10_000)
    return viewer


def drag(viewer, qtbot, start, end):
    """With the mouse, between two points of the master."""
    view = viewer.picture
    places = [view.mapFromScene(view.sheet.mapToScene(QPointF(*point) * view.scale_shown)) for point in (start, end)]
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=places[0])
    qtbot.mouseMove(view.viewport(), places[1])
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=places[1])


def near(box, other, slack=6):
    pairs = ((box.x, other.x), (box.y, other.y), (box.right, other.right), (box.bottom, other.bottom))
    return all(abs(one - two) <= slack for one, two in pairs)


def marking(viewer, qtbot):
    qtbot.keyClick(viewer, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    panel = viewer.beside.marking
    qtbot.waitUntil(panel.isVisible)
    return panel


def test_marks_are_dragged_listed_hidden_and_taken_away(viewer, qtbot):
    panel = marking(viewer, qtbot)
    drag(viewer, qtbot, (100, 300), (400, 380))
    qtbot.waitUntil(lambda: len(panel.marks) == 1, timeout=5_000)
    assert near(panel.marks[0].box, Box(100, 300, 300, 80))
    assert "first" in panel.list.item(0).text()

    qtbot.keyClick(viewer, Qt.Key.Key_6, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(viewer, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(panel.marks) == 2, timeout=5_000)
    assert panel.marks[1].kind is MarkKind.STAMP
    assert len(panel.layer.drawn) == 2
    qtbot.keyClick(viewer, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert panel.layer.drawn == ()
    qtbot.keyClick(viewer, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    panel.list.setCurrentRow(0)
    qtbot.keyClick(viewer, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(panel.marks) == 1, timeout=5_000)
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert viewer.beside.stack.currentWidget() is viewer.text


def test_the_chosen_mark_is_moved_and_stretched_by_mouse_and_by_keys(viewer, qtbot):
    panel = marking(viewer, qtbot)
    drag(viewer, qtbot, (100, 300), (400, 380))
    qtbot.waitUntil(lambda: len(panel.marks) == 1, timeout=PATIENCE)
    panel.list.setCurrentRow(0)
    drag(viewer, qtbot, (200, 340), (260, 440))
    qtbot.waitUntil(lambda: near(panel.marks[0].box, Box(160, 400, 300, 80), slack=12), timeout=PATIENCE)
    drag(viewer, qtbot, (450, 470), (550, 520))
    qtbot.waitUntil(lambda: near(panel.marks[0].box, Box(160, 400, 400, 130), slack=20), timeout=PATIENCE)
    assert panel.list.currentRow() == 0
    for modifier, changed in (
        (Qt.KeyboardModifier.AltModifier, "x"),
        (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier, "width"),
    ):
        before = panel.marks[0].box
        qtbot.keyClick(viewer, Qt.Key.Key_Right, modifier)
        qtbot.waitUntil(lambda before=before: panel.marks[0].box != before, timeout=PATIENCE)
        now = panel.marks[0].box
        assert getattr(now, changed) > getattr(before, changed)
        assert (now.y, now.height) == (before.y, before.height)
    assert len(panel.marks) == 1


def test_a_note_waits_for_its_text_and_can_say_something_else(viewer, qtbot):
    panel = marking(viewer, qtbot)
    qtbot.keyClick(viewer, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    drag(viewer, qtbot, (400, 600), (100, 500))
    type_text(panel.text, "راجع")
    qtbot.keyClick(panel.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [mark.text for mark in panel.marks] == ["راجع"], timeout=5_000)
    panel.list.setCurrentRow(0)
    type_text(panel.text, " الملف")
    qtbot.keyClick(panel.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [mark.text for mark in panel.marks] == ["راجع الملف"], timeout=5_000)
    assert panel.marks[0].changed_by == "first"


def redacting(viewer, qtbot):
    qtbot.keyClick(viewer, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    panel = viewer.beside.redacting
    qtbot.waitUntil(lambda: panel.material is not None, timeout=10_000)
    return panel


def cover(panel, qtbot, text):
    panel.what.setCurrentText(text)
    qtbot.keyClick(panel.what.lineEdit(), Qt.Key.Key_Return)


def proposed(viewer, qtbot):
    panel = redacting(viewer, qtbot)
    cover(panel, qtbot, OWNER)
    qtbot.keyClick(viewer, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.shown is not None, timeout=10_000)
    return panel


def test_areas_are_dragged_clicked_and_found_everywhere(viewer, qtbot):
    panel = redacting(viewer, qtbot)
    assert CIVIL_ID in [panel.what.itemText(at) for at in range(panel.what.count())]
    cover(panel, qtbot, CIVIL_ID)
    assert [area.page_id for area, _text in panel.draft.areas] == ["p0", "p0", "p1", "p1"]
    drag(viewer, qtbot, (100, 700), (300, 760))
    assert len(panel.draft.areas) == 5
    assert len(panel.layer.areas) == 3
    word = next(word for word in panel.material.readings[0].words if word.text == "22445566")
    middle = (word.box.x + word.box.width / 2, word.box.y + word.box.height / 2)
    drag(viewer, qtbot, middle, middle)
    assert len(panel.draft.areas) == 6
    qtbot.keyClick(viewer, Qt.Key.Key_F9)
    assert len(panel.draft.areas) == 7
    qtbot.keyClick(viewer, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert len(panel.draft.areas) == 6
    cover(panel, qtbot, "لايوجد")
    assert len(panel.draft.areas) == 6


def test_choosing_an_area_of_another_page_goes_there(viewer, qtbot):
    panel = redacting(viewer, qtbot)
    cover(panel, qtbot, OWNER)
    panel.list.setCurrentRow(3)
    qtbot.waitUntil(lambda: viewer._at == 1, timeout=5_000)
    panel.reason.setCurrentIndex(2)
    panel._reason_chosen()
    assert panel.draft.areas[3][0].reason == "security"


def preview(panel, viewer, qtbot):
    qtbot.keyClick(viewer, Qt.Key.Key_F8)

    def there():
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, PreviewDialog) and each.isVisible()]

    qtbot.waitUntil(lambda: bool(there()), timeout=20_000)
    return there()[0]


def test_who_proposed_only_looks(viewer, qtbot):
    panel = proposed(viewer, qtbot)
    dialog = preview(panel, viewer, qtbot)
    assert dialog.count == 3
    assert not dialog.approved.isVisible()
    dialog.reject()
    panel.buttons["back"].click()
    qtbot.waitUntil(lambda: panel.shown is None, timeout=10_000)


def test_another_person_looks_approves_and_gives_it_out(opened, viewer, qtbot, tmp_path):
    panel = proposed(viewer, qtbot)
    with working_as(opened, "second"):
        dialog = preview(panel, viewer, qtbot)
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: panel.shown.state is RedactionState.APPROVED, timeout=10_000)
    panel.export_to(tmp_path / "out.pdf")
    qtbot.waitUntil((tmp_path / "out.pdf").exists, timeout=10_000)


def test_what_somebody_proposed_waits_at_the_desk_of_another(opened, viewer, shell, qtbot, monkeypatch):
    panel = proposed(viewer, qtbot)
    shell.go_to("desk")
    desk = shell._screens["desk"]
    qtbot.waitUntil(lambda: desk.count.text() != "", timeout=PATIENCE)
    assert desk.redactions.isHidden()  # one's own is nothing to decide
    with working_as(opened, "second"):
        desk.activated()
        qtbot.waitUntil(lambda: desk.redactions.list.count() == 1, timeout=PATIENCE)
        desk.redactions.list.itemActivated.emit(desk.redactions.list.item(0))
        qtbot.waitUntil(lambda: desk.redactions.preview is not None, timeout=PATIENCE)
        desk.redactions.preview._yes()
        qtbot.waitUntil(desk.redactions.isHidden, timeout=PATIENCE)
    with opened.place.unit_of_work() as unit:
        assert unit.redactions.redaction(panel.shown.id).state is RedactionState.APPROVED


def test_a_refusal_needs_a_reason(opened, viewer, qtbot):
    panel = proposed(viewer, qtbot)
    with working_as(opened, "second"):
        dialog = preview(panel, viewer, qtbot)
        qtbot.keyClick(dialog, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
        assert dialog.isVisible()
        dialog.why.setText("الهاتف ظاهر")
        dialog._no()
        qtbot.waitUntil(lambda: panel.shown.state is RedactionState.REFUSED, timeout=10_000)
    assert "الهاتف ظاهر" in panel.state.text()


def test_marks_turn_with_the_page(viewer, qtbot):
    panel = marking(viewer, qtbot)
    for number in range(1, 7):
        qtbot.keyClick(viewer, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.AltModifier)
        panel.text.setText("نص")
        drag(viewer, qtbot, (100, 100 * number), (400, 100 * number + 60))
        qtbot.waitUntil(lambda count=number: len(panel.marks) == count, timeout=5_000)
    for _turn in range(4):
        qtbot.keyClick(viewer, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        assert len(panel.layer.drawn) == 6
    apply_look(QApplication.instance(), viewer.context.settings)


def test_a_document_from_elsewhere_is_only_looked_at(opened, shell, qtbot):
    context = replace(shell._context, place=replace(opened.place, copied=True))
    shell._view(context, "d1", None, "")
    modes = shell._stack.currentWidget().beside
    assert isinstance(shell, Shell)
    assert not modes._mark.isEnabled()
    assert not modes._redact.isEnabled()
