"""What was typed into the register screen's form and is not registered yet: it stays, and the cursor with it."""

import json
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from muni_archive.domain.errors import ArchiveBusy
from muni_archive.domain.events import DocumentRevised
from muni_archive.domain.geometry import Box
from muni_archive.domain.merging import description_of
from muni_archive.domain.reading import FieldProposal
from muni_archive.domain.scope import Scope
from muni_archive.services.register_document import PlacedProposal, register_document
from muni_archive.services.view_document import view_document
from tests.gui.keys import type_text
from ui.screens.register.drafts import Drafts
from ui.screens.register.screen import RegisterScreen
from ui.settings import Settings
from ui.tasks import Tasks

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
    shell.activateWindow()
    return opened_on(shell._screens["register"], qtbot)


def opened_on(screen, qtbot):
    qtbot.waitUntil(lambda: screen.waiting.count() == 2 and screen.form is not None, timeout=10_000)
    return screen


def ids(screen):
    return [screen.waiting.item(row).data(Qt.ItemDataRole.UserRole) for row in range(screen.waiting.count())]


def marked(screen):
    return screen.waiting.currentItem().data(Qt.ItemDataRole.UserRole)


def now(opened, document_id):
    with opened.place.unit_of_work() as unit:
        return unit.records.document(document_id)


def revise(opened, document, **said):
    """Somebody else changes it; it still waits to be registered."""
    with opened.place.unit_of_work() as unit:
        unit.lock()
        revised = replace(description_of(document), **said).values()
        unit.record(
            DocumentRevised(document_id=document.id, version=document.version + 1, base=document.entry, **revised)
        )
        unit.commit()


def typing(screen, name, text):
    screen.form.edits[name].setFocus()
    type_text(screen.form.edits[name], text)


def cursor_in(screen):
    return next(name for name, edit in screen.form.edits.items() if edit is screen.form.focusWidget())


def skip(screen, step, qtbot):
    before = screen.view.document.id
    screen._skip(step)
    qtbot.waitUntil(lambda: screen.view.document.id != before, timeout=10_000)


def look_again(screen, qtbot):
    before = screen.view
    screen.documents_changed()
    qtbot.waitUntil(lambda: screen.view is not before, timeout=10_000)


def reading(screen, monkeypatch, value="852"):
    """This was read as the parcel of the document that is open."""
    read = FieldProposal(name="parcel", value=value, raw=value, box=Box(x=0, y=0, width=9, height=9), confidence=0.9)
    found = (PlacedProposal(page_id=screen.view.document.page_ids[0], page=1, proposal=read),)
    of = screen.view.document.id
    monkeypatch.setattr(
        "ui.screens.register.screen.proposals_for", lambda _place, asked: found if asked == of else ()
    )  # fmt: skip
    screen._suggest(found)
    assert screen.form.values()["parcel"] == value


def clear(screen, name):
    edit = screen.form.edits[name]
    edit.setFocus()
    edit.selectAll()
    QTest.keyClick(edit, Qt.Key.Key_Delete)


def test_the_cursor_stays_where_somebody_types_when_another_document_changes(register, opened, shell, qtbot):
    typing(register, "house", "12")
    form, before = register.form, register.view
    other = next(each for each in ids(register) if each != before.document.id)
    register_document(opened.place, now(opened, other), **SAID)
    shell._show_taken_over([other])
    qtbot.waitUntil(lambda: register.waiting.count() == 1 and register.view is not before, timeout=10_000)
    type_text(register.form.focusWidget(), "5678")
    assert register.form is form
    assert register.form.values()["house"] == "125678"


def test_the_page_stays_too(long_document, shell, qtbot):
    screen = shell._screens["register"]
    qtbot.waitUntil(lambda: screen.form is not None, timeout=10_000)
    screen._turn(1)
    look_again(screen, qtbot)
    assert screen._at == 1


def test_the_cursor_stays_in_its_field_when_the_document_itself_changes(register, opened, qtbot):
    typing(register, "note", "12")
    register.form.edits["note"].setCursorPosition(1)
    before = register.form
    register_document(opened.place, register.view.document, **SAID)
    register.documents_changed()
    qtbot.waitUntil(lambda: register.form is not before, timeout=10_000)
    edit = register.form.edits["note"]
    assert (cursor_in(register), edit.text(), edit.cursorPosition()) == ("note", "12", 1)
    qtbot.waitUntil(lambda: not edit.visibleRegion().isEmpty(), timeout=5_000)


def test_a_choice_between_duplicates_is_not_asked_for_again(register, qtbot, monkeypatch):
    page = register.view.pages[0]
    found = (SimpleNamespace(page=page, earlier=page, earlier_document=register.view.document, same_bytes=True),)
    monkeypatch.setattr("ui.screens.register.screen.duplicates_of", lambda _place, _id: found)
    look_again(register, qtbot)
    assert register.duplicates.isVisibleTo(register)
    register.duplicates.hide()
    look_again(register, qtbot)
    assert not register.duplicates.isVisibleTo(register)


def test_a_reading_that_was_cleared_does_not_come_back(register, opened, qtbot, monkeypatch):
    reading(register, monkeypatch)
    clear(register, "parcel")
    look_again(register, qtbot)
    assert register.form.values()["parcel"] == ""
    register.classes.setCurrentIndex(register.classes.currentIndex())
    register.classes.activated.emit(register.classes.currentIndex())
    assert register.form.values()["parcel"] == ""
    before = register.form
    revise(opened, register.view.document, metadata={"area": "السالمية"})
    register.documents_changed()
    qtbot.waitUntil(lambda: register.form is not before, timeout=10_000)
    assert (register.form.values()["parcel"], register.form.values()["area"]) == ("", "السالمية")


def test_a_field_that_was_cleared_takes_what_somebody_else_wrote(register, opened, qtbot, monkeypatch):
    reading(register, monkeypatch)
    clear(register, "parcel")
    typing(register, "house", "12")
    register_document(opened.place, register.view.document, **SAID)
    register.documents_changed()
    qtbot.waitUntil(register.note.isVisible, timeout=10_000)
    assert register.form.values()["parcel"] == "5"


def test_the_form_is_of_the_document_that_the_list_marks(register, qtbot, monkeypatch):
    """The first of two that are asked for comes last."""
    first, second = ids(register)
    gate, late = threading.Event(), []

    def slow(place, document_id):
        if document_id == second:
            gate.wait(10)
            late.append(document_id)
        return view_document(place, document_id)

    monkeypatch.setattr("ui.screens.register.screen.view_document", slow)
    before = register.view
    register._skip(1)
    register._skip(-1)
    qtbot.waitUntil(lambda: register.view is not before, timeout=10_000)
    gate.set()
    qtbot.waitUntil(lambda: bool(late), timeout=10_000)
    qtbot.wait(500)
    assert (register.view.document.id, marked(register)) == (first, first)
    assert register.view.document.number in register.number.text()


def test_what_is_asked_for_last_stays_when_the_list_is_made_anew(register, opened, qtbot, monkeypatch):
    second, gate = ids(register)[1], threading.Event()
    monkeypatch.setattr(
        "ui.screens.register.screen.view_document", lambda place, asked: gate.wait(10) and view_document(place, asked)
    )
    register._skip(1)
    register._show_waiting(tuple(now(opened, each) for each in ids(register)))
    gate.set()
    qtbot.waitUntil(lambda: register.view.document.id == second, timeout=10_000)
    assert marked(register) == second


def test_where_a_document_does_not_open_the_list_marks_the_one_that_stands(register, shell, qtbot, monkeypatch):
    first = register.view.document.id

    def fail(_place, _id):
        raise ArchiveBusy

    with monkeypatch.context() as broken:
        broken.setattr("ui.screens.register.screen.view_document", fail)
        register._skip(1)
        qtbot.waitUntil(lambda: marked(register) == first, timeout=10_000)
    skip(register, 1, qtbot)
    assert register.view.document.id == marked(register) != first


def test_what_was_typed_is_there_after_skipping(register, qtbot, monkeypatch):
    first = register.view.document.id
    reading(register, monkeypatch)
    clear(register, "parcel")
    typing(register, "house", "12")
    skip(register, 1, qtbot)
    assert register.form.values()["house"] == ""
    skip(register, -1, qtbot)
    values = register.form.values()
    assert (register.view.document.id, values["house"], values["parcel"]) == (first, "12", "")


def test_a_class_that_was_chosen_is_there_after_skipping(register, qtbot):
    other = next(at for at in range(register.classes.count()) if at != register.classes.currentIndex())
    register.classes.setCurrentIndex(other)
    register.classes.activated.emit(other)
    chosen = register.classes.currentData()
    skip(register, 1, qtbot)
    assert register.classes.currentData() != chosen
    skip(register, -1, qtbot)
    assert register.classes.currentData() == chosen


def test_what_was_typed_is_held_against_what_the_document_has_become(register, opened, qtbot):
    document = register.view.document
    clear(register, "title")
    typing(register, "title", "رخصة هدم")
    skip(register, 1, qtbot)
    revise(opened, document, title="رخصة", metadata={"area": "السالمية"})
    for _ in range(2):  # whoever leaves it unread is told again
        skip(register, -1, qtbot)
        assert register.note.isVisibleTo(register)
        assert "رخصة" in register.note.text()
        values = register.form.values()
        assert (values["title"], values["area"]) == ("رخصة هدم", "السالمية")
        skip(register, 1, qtbot)
        assert not register.note.isVisibleTo(register)


def test_what_is_registered_or_set_aside_leaves_no_draft(register, qtbot):
    first, second = ids(register)
    clear(register, "title")
    typing(register, "title", "عنوان")
    register.form.fill("area", "السالمية")
    register.form.fill("parcel", "5")
    skip(register, 1, qtbot)
    typing(register, "house", "7")
    skip(register, -1, qtbot)
    assert set(register.drafts.all()) == {first, second}
    register.register()
    qtbot.waitUntil(lambda: register.waiting.count() == 1 and register.view.document.id == second, timeout=10_000)
    assert register.form.values()["house"] == "7"
    register.duplicates.set_aside.emit("the same page")
    qtbot.waitUntil(lambda: register.waiting.count() == 0 and register.view is None, timeout=10_000)
    assert register.drafts.all() == {}


def test_what_was_typed_meanwhile_in_the_next_form_stays(register, opened, qtbot):
    """The answer to Ctrl+Enter may come when somebody has skipped on already."""
    first = register.view.document
    skip(register, 1, qtbot)
    typing(register, "house", "12")
    register._gone(first.id)
    look_again(register, qtbot)
    assert register.form.values()["house"] == "12"
    skip(register, -1, qtbot)
    skip(register, 1, qtbot)
    assert register.form.values()["house"] == "12"


def test_one_that_somebody_else_registered_meanwhile_stands_in_the_list_while_it_is_open(register, opened, qtbot):
    document = register.view.document
    typing(register, "house", "12")
    register_document(opened.place, document, **SAID)
    register.documents_changed()
    qtbot.waitUntil(register.note.isVisible, timeout=10_000)
    assert marked(register) == document.id
    assert register.waiting.count() == 2


def test_that_a_draft_is_given_up_is_said(register, opened, shell, qtbot):
    document = register.view.document
    typing(register, "house", "12")
    skip(register, 1, qtbot)
    register_document(opened.place, document, **SAID)
    register.documents_changed()
    qtbot.waitUntil(lambda: register.waiting.count() == 1, timeout=10_000)
    assert document.number in shell._banner.text()
    assert register.drafts.all() == {}


class Narrowed:
    """A guard in whose sight there is nothing to describe: a stand-in's time is over."""

    def __init__(self, guard):
        self._guard = guard

    def __getattr__(self, name):
        return getattr(self._guard, name)

    def scope(self, *_):
        return Scope(areas=())


def test_a_draft_stays_while_its_document_is_out_of_sight(register, opened, shell, qtbot):
    document, place = register.view.document, register.context.place
    typing(register, "house", "12")
    skip(register, 1, qtbot)
    register.context = replace(register.context, place=replace(place, guard=Narrowed(place.guard)))
    register.documents_changed()
    qtbot.waitUntil(lambda: register.waiting.count() == 0, timeout=10_000)
    assert set(register.drafts.all()) == {document.id}
    assert document.number not in shell._banner.text()
    register_document(opened.place, document, **SAID)  # done meanwhile, still out of sight
    register.documents_changed()
    qtbot.waitUntil(lambda: register.drafts.all() == {}, timeout=10_000)
    assert document.number in shell._banner.text()


def test_a_draft_of_a_document_that_is_gone_is_given_up(register, qtbot):
    typing(register, "house", "12")
    register.drafts.keep("destroyed", register._draft())
    register.documents_changed()
    qtbot.waitUntil(lambda: register.drafts.all() == {}, timeout=10_000)


def sending(screen, monkeypatch, *, recorded=True):
    """Ctrl+Enter, of which the window is not told yet: its recording waits for the event."""
    going, begun = threading.Event(), threading.Event()

    def slow(place, seen, **said):
        begun.set()
        going.wait(10)
        if not recorded:
            raise ArchiveBusy
        return register_document(place, seen, **said)

    monkeypatch.setattr("ui.screens.register.screen.register_document", slow)
    typing(screen, "area", "السالمية")
    typing(screen, "parcel", "5")
    screen.register()
    assert begun.wait(10)
    return going


def built_anew(shell, qtbot, said):
    """The screen as the next window has it, when it has looked."""
    anew = RegisterScreen(replace(shell._context, notify=said.append, tasks=Tasks(shell)))
    qtbot.addWidget(anew)
    anew.activated()
    qtbot.waitUntil(lambda: anew.form is not None, timeout=10_000)
    return anew


def test_what_was_sent_and_registered_after_the_window_closed_is_not_called_given_up(
    register, opened, shell, qtbot, monkeypatch
):
    document, said = register.view.document, []
    threading.Timer(0.3, sending(register, monkeypatch).set).start()
    shell.close()
    assert now(opened, document.id).registered
    anew = built_anew(shell, qtbot, said)
    assert (said, anew.drafts.all()) == ([], {})


def test_what_was_sent_and_not_recorded_is_a_draft_as_before(register, opened, shell, qtbot, monkeypatch):
    """It is there in the next window, and where somebody else registers the document then, that is said."""
    document, said = register.view.document, []
    threading.Timer(0.3, sending(register, monkeypatch, recorded=False).set).start()
    shell.close()
    anew = built_anew(shell, qtbot, said)
    assert anew.form.values()["parcel"] == "5"
    skip(anew, 1, qtbot)
    register_document(opened.place, document, **SAID)
    anew.documents_changed()
    qtbot.waitUntil(lambda: anew.drafts.all() == {}, timeout=10_000)
    assert document.number in "".join(said)


def test_what_somebody_else_was_quicker_to_register_is_not_dropped_before_that_is_known(
    register, opened, qtbot, monkeypatch
):
    document, going = register.view.document, sending(register, monkeypatch, recorded=False)
    skip(register, 1, qtbot)
    register_document(opened.place, document, **SAID)
    register.documents_changed()
    qtbot.waitUntil(lambda: register.waiting.count() == 1, timeout=10_000)
    assert register.drafts.all()[document.id].sent
    going.set()
    qtbot.waitUntil(lambda: not register.drafts.all()[document.id].sent, timeout=10_000)


def test_what_is_typed_after_it_was_sent_is_a_draft_of_its_own(register, qtbot, monkeypatch):
    document_id, going = register.view.document.id, sending(register, monkeypatch)
    register.closing()
    assert register.drafts.all()[document_id].sent
    typing(register, "house", "12")
    register.closing()
    assert not register.drafts.all()[document_id].sent
    going.set()
    qtbot.waitUntil(lambda: register.drafts.all() == {}, timeout=10_000)


def test_what_was_typed_and_what_was_open_are_there_when_the_window_is_built_anew(register, shell, qtbot):
    skip(register, 1, qtbot)
    second = register.view.document.id
    typing(register, "house", "12")
    shell._rebuild("theme", "dark")
    anew = RegisterScreen(shell._context)
    qtbot.addWidget(anew)
    anew.show()
    anew._show_waiting(tuple(now(shell._context, each) for each in ids(register)))
    assert marked(anew) == second
    anew._show(view_document(shell._context.place, second), (), ())
    assert anew.form.values()["house"] == "12"


def test_a_draft_is_its_persons(tmp_path, register):
    typing(register, "house", "12")
    register.closing()
    kept = Settings(register.context.folder / "drafts.json")
    assert set(Drafts(kept, "", pytest.fail).all()) == {register.view.document.id}
    assert Drafts(kept, "somebody else", pytest.fail).all() == {}


def test_what_others_typed_goes_when_its_document_is_registered(register, opened, shell, qtbot):
    """They may never come back, and civil ids stand there; what waits still is theirs."""
    file, (first, second) = opened.folder / "drafts.json", ids(register)
    typing(register, "house", "288010112345")
    theirs = replace(register._draft(), number="theirs")
    clear(register, "house")
    for document_id in (first, second, "destroyed"):
        Drafts(register.drafts._kept, "somebody who left", pytest.fail).keep(document_id, theirs)
    register.drafts._kept.set("of another version", {first: 3})
    register_document(opened.place, now(opened, first), **SAID)
    register.documents_changed()
    qtbot.waitUntil(lambda: "destroyed" not in file.read_text(encoding="utf-8"), timeout=10_000)
    left = json.loads(file.read_text(encoding="utf-8"))
    assert (list(left["somebody who left"]), left["of another version"]) == ([second], {})
    assert "theirs" not in shell._banner.text()


def test_drafts_that_cannot_be_read_are_none(tmp_path):
    kept = Settings(tmp_path / "drafts.json")
    kept.set("", {"1": {"typed": {"house": "12"}}, "2": 3})
    assert Drafts(kept, "", pytest.fail).all() == {}


def test_a_full_disk_keeps_no_window_open(register, shell, qtbot, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    typing(register, "house", "12")
    with monkeypatch.context() as broken:
        broken.setattr("pathlib.Path.write_text", full)
        skip(register, 1, qtbot)
        assert "No space left" in shell._banner.text()
        register.closing()
    skip(register, -1, qtbot)
    assert register.form.values()["house"] == "12"
