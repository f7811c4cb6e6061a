"""Who may see a document: its level raised, leave for its file given and ended, by key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from muni_archive.domain.organisation_events import FileGranted
from muni_archive.domain.permissions import AccessLevel, Action
from muni_archive.organisation_files import read_units
from muni_archive.services.organisation.granting import ToRole
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.people.admitting import add_person
from muni_archive.services.register_document import register_document
from muni_archive.services.subjects import about_document
from ui.shell import Shell

pytestmark = pytest.mark.usefixtures("cheap_passwords", "two_documents")
SECRET = "four words and a river"
PEOPLE = (("Huda", "records_manager", ""), ("مريم", "clerk", "building_licences"), ("Salim", "reader", "personnel"))
PATIENCE = 20_000


@pytest.fixture
def window(qtbot, opened, settings):
    """Huda is in, before a document of the file F-1."""
    begin_organisation(opened.place, read_units())
    for name, role, unit in PEOPLE:
        add_person(opened.place, name, SECRET)
        give_place(opened.place, name, NewPlace(role=role, unit_id=unit))
    with opened.place.unit_of_work() as unit:
        document = unit.records.documents()[0]
    metadata = {"area": "السالمية", "parcel": "931", "block": "12"}
    register_document(opened.place, document, title="رخصة", record_class="building_file", file_reference="F-1",
                      date=None, metadata=metadata)  # fmt: skip
    door = opened.door()
    shell = Shell(opened, settings, door.enter("Huda", SECRET), door)
    qtbot.addWidget(shell)
    shell.show()
    yield shell, document.id
    shell.close()


@pytest.fixture
def dialog(qtbot, window):
    shell, document_id = window
    shell._context.open_document(document_id, None, "")
    viewer = shell._stack.currentWidget()
    qtbot.waitUntil(lambda: viewer._view is not None, timeout=PATIENCE)
    qtbot.keyClick(viewer, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: viewer.access is not None and viewer.access.found is not None, timeout=PATIENCE)
    return viewer.access


def sees(opened, name, document_id):
    with opened.place.unit_of_work() as unit:
        person, document = unit.people.named(name), unit.records.document(document_id)
    return opened.as_person(person).guard.may(Action.VIEW, about_document(document))


def lines(dialog):
    rows = range(dialog.table.rowCount())
    return [tuple(dialog.table.item(row, column).text() for column in (0, 1)) for row in rows]


def press(qtbot, dialog, key):
    """With Ctrl; keys reach the window that is in front."""
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=PATIENCE)
    qtbot.keyClick(dialog, key, Qt.KeyboardModifier.ControlModifier)


def asked(qtbot, dialog, key):
    dialog.question = None
    press(qtbot, dialog, key)
    assert dialog.question is not None
    return dialog.question


def test_a_document_is_raised_and_lowered_with_a_reason(qtbot, opened, window, dialog):
    document_id = window[1]
    assert [seer.name for seer in dialog.found.seers] == ["Huda", "مريم"]
    assert sees(opened, "مريم", document_id)
    question = asked(qtbot, dialog, Qt.Key.Key_L)
    question.accept()
    assert question.isVisible()  # not without a reason
    question.inputs["reason"].setText("بيانات أمنية")
    press(qtbot, question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.known.counts is AccessLevel.CONFIDENTIAL, timeout=PATIENCE)
    assert not sees(opened, "مريم", document_id)
    assert [seer.name for seer in dialog.found.seers] == ["Huda"]
    assert "بيانات أمنية" in dialog.why.text()
    question = asked(qtbot, dialog, Qt.Key.Key_L)
    question.inputs["level"].setCurrentIndex(question.inputs["level"].findData("internal"))
    question.inputs["reason"].setText("زال السبب")
    question.accept()
    qtbot.waitUntil(lambda: dialog.known.counts is AccessLevel.INTERNAL, timeout=PATIENCE)
    assert sees(opened, "مريم", document_id)


def test_leave_for_a_person_is_given_and_ended(qtbot, opened, window, dialog):
    document_id = window[1]
    assert not sees(opened, "Salim", document_id)
    question = asked(qtbot, dialog, Qt.Key.Key_N)
    question.person.setCurrentIndex(question.person.findData("Salim"))
    question._accept()
    assert question.told.text()  # not without a reason
    question.printing.setChecked(True)
    question.reason.setText("شكوى")
    question._accept()
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 3, timeout=PATIENCE)
    assert dialog.table.chosen_grant.actions == ("print", "view")
    assert sees(opened, "Salim", document_id)
    question = asked(qtbot, dialog, Qt.Key.Key_Delete)
    question.reason.setText("انتهت")
    question._accept()
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 2, timeout=PATIENCE)
    assert not sees(opened, "Salim", document_id)
    assert not dialog.end.isEnabled()


def test_leave_for_everybody_with_a_role(qtbot, opened, window, dialog):
    question = asked(qtbot, dialog, Qt.Key.Key_N)
    question.person.setCurrentIndex(0)
    assert question.role.isVisibleTo(question)
    question.role.setCurrentIndex(question.role.findData("reader"))
    question.unit.setCurrentIndex(question.unit.findData("personnel"))
    assert question.to == ToRole(role="reader", unit_id="personnel")
    question.reason.setText("تدقيق")
    question._accept()
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 3, timeout=PATIENCE)
    assert sees(opened, "Salim", window[1])
    with opened.place.unit_of_work() as unit:
        entries = [entry for entry in unit.records.journal(limit=10_000) if entry.kind == FileGranted.kind]
    assert [entry.actor for entry in entries] == ["Huda"]
