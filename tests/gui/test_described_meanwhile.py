"""A document that somebody changes while its form is open here: nothing is overwritten, and nothing typed is lost."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from muni_archive.services.register_document import register_document
from ui.screens.register.meanwhile import MeanwhileNote
from ui.screens.search.description import DescriptionDialog
from ui.settings import Settings

SAID = {
    "title": "رخصة", "record_class": "building_file", "file_reference": None, "date": None,
    "metadata": {"area": "السالمية", "parcel": "5"},
}  # fmt: skip


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "register")
    return kept


@pytest.fixture
def register(two_documents, shell, qtbot):
    """The screen, with the first of two documents."""
    screen = shell._screens["register"]
    qtbot.waitUntil(lambda: screen.waiting.count() == 2 and screen.form is not None, timeout=10_000)
    return screen


def now(opened, document):
    with opened.place.unit_of_work() as unit:
        return unit.records.document(document.id)


def test_the_dialog_stays_open_with_what_was_typed_and_says_what_stands_now(register, opened, shell, qtbot):
    document = register_document(opened.place, register.view.document, **SAID)
    dialog = DescriptionDialog(shell, shell._context, document, lambda: None)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.form.fill("title", "رخصة هدم")
    register_document(opened.place, document, **{**SAID, "title": "رخصة بناء", "date": "2024-03-01"})
    dialog.record()
    qtbot.waitUntil(dialog.note.isVisible, timeout=10_000)
    assert "رخصة بناء" in dialog.note.text()
    assert (dialog.form.edits["title"].text(), dialog.form.edits["date"].text()) == ("رخصة هدم", "2024-03-01")
    assert now(opened, document).title == "رخصة بناء"
    dialog.record()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=10_000)
    assert (now(opened, document).title, now(opened, document).date) == ("رخصة هدم", "2024-03-01")


def test_what_the_dialog_showed_does_not_undo_a_correction(register, opened, shell, qtbot):
    document = register_document(opened.place, register.view.document, **SAID)
    dialog = DescriptionDialog(shell, shell._context, document, lambda: None)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.form.fill("date", "2020-01-01")
    register_document(opened.place, document, **{**SAID, "title": "رخصة بناء"})
    dialog.record()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=10_000)
    assert (now(opened, document).title, now(opened, document).date) == ("رخصة بناء", "2020-01-01")


def test_a_document_that_waits_is_not_overwritten_either(register, opened, qtbot):
    document = register.view.document
    register.form.fill("title", "رخصة هدم")
    register.form.fill("area", "السالمية")
    register.form.fill("parcel", "5")
    register_document(opened.place, document, **SAID)
    register.register()
    qtbot.waitUntil(register.note.isVisible, timeout=10_000)
    assert "رخصة" in register.note.text()
    assert register.form.edits["title"].text() == "رخصة هدم"
    assert now(opened, document).title == "رخصة"
    register.register()
    qtbot.waitUntil(lambda: register.waiting.count() == 1 and register.view.document.id != document.id, timeout=10_000)
    assert not register.note.isVisible()
    assert now(opened, document).title == "رخصة هدم"


def test_what_was_typed_stays_when_somebody_else_has_registered_it(register, opened, qtbot):
    document = register.view.document
    register.form.fill("title", "رخصة هدم")
    register_document(opened.place, document, **SAID)
    register.documents_changed()
    qtbot.waitUntil(register.note.isVisible, timeout=10_000)
    assert (register.view.document.id, register.form.edits["title"].text()) == (document.id, "رخصة هدم")
    assert register.form.edits["parcel"].text() == "5"


MANY = {
    "area": "السالمية", "block": "3", "parcel": "5", "street": "شارع سالم المبارك", "house": "7",
    "owner": "عبدالرحمن محمد عبدالله السالم " * 3, "licence": "12345", "notes": "ملاحظة " * 40,
}  # fmt: skip


@pytest.mark.parametrize("width", [340, 520])
def test_a_long_note_leaves_the_form_its_room_and_can_be_read_to_its_end(register, opened, qtbot, width):
    note = MeanwhileNote(register.context.place.record_classes)
    owner = QWidget()
    qtbot.addWidget(owner)
    column, form = QVBoxLayout(owner), QWidget()
    form.setMinimumHeight(100)
    column.addWidget(note)
    column.addWidget(form, 1)
    owner.resize(width, 560)
    owner.show()
    before = register.view.document
    note.show_changes(before, replace(before, title="رخصة", date="2024-03-01", metadata=MANY))
    qtbot.waitUntil(lambda: note.height() > 40, timeout=5_000)
    assert note.height() <= owner.height() // 3
    assert note.widget().height() >= note.widget().heightForWidth(note.viewport().width())
    bar = note.verticalScrollBar()
    assert bar.maximum() >= note.widget().height() - note.viewport().height() > 0
    note.show_changes(before, replace(before, title="رخصة"))
    qtbot.waitUntil(lambda: note.height() < owner.height() // 3 and bar.maximum() == 0, timeout=5_000)
