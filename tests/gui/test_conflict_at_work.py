"""Somebody is at a conflict while others go on: what they chose and typed stays, and what is shown still waits."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from muni_archive.domain.centre_errors import ConflictSettled
from muni_archive.domain.merging import Description
from muni_archive.domain.together import Conflict
from muni_archive.services.together.conflicts import Choice, OpenConflict, Version
from muni_archive.services.view_document import view_document
from tests.gui.keys import type_text

TITLE, DATE, PARCEL = "title", "date", "metadata.parcel"


def version(station, **said):
    described = {"record_class": "building_file", "department": "building_licences", "title": "عنوان", **said}
    return Version(said=Description(**described), by="فهد", station=station, at="2026-01-01T08:00:00+00:00")


def conflict(document, serial=1, **standing):
    """Title and parcel differ, nothing is proposed; `standing` is what another station made of it since."""
    here = {"title": "هنا", "date": "2024-01-01", "metadata": {"parcel": "1"}, **standing}
    stands, waits = version("B2", **here), version("C3", title="هناك", date="2024-01-01", metadata={"parcel": "2"})
    kept = Conflict(
        id=f"conflict-{serial}", document_id=document.id, reason="field", base="b", ours="o", theirs="t",
        fields=(TITLE, PARCEL), found_at="2026-01-01T08:00:00+00:00", resolution=None, resolved_at=None,
        resolved_by=None,
    )  # fmt: skip
    differing = (TITLE, PARCEL) if here["date"] == "2024-01-01" else (DATE, TITLE, PARCEL)
    return OpenConflict(
        conflict=kept, number=document.number, version=2, standing_entry=repr(here), standing=stands, waiting=waits,
        differing=differing, proposed={} if len(differing) == 2 else {DATE: Choice.STANDING},
    )  # fmt: skip


@pytest.fixture
def view(opened, two_documents):
    with opened.place.unit_of_work() as unit:
        return view_document(opened.place, unit.records.documents()[0].id)


@pytest.fixture
def centre(view, opened, shell, monkeypatch):
    """What waits, oldest first; asked as `first_to_show` is."""
    known = SimpleNamespace(waiting=[conflict(view.document)], let=threading.Event(), asked=0)
    known.let.set()

    def first(place, _case_place, _together, skipped, current=""):
        found = [each for each in known.waiting if each.conflict.id not in skipped]
        found.sort(key=lambda each: each.conflict.id != current)
        known.asked += 1
        assert known.let.wait(10)
        return (found[0], view, place, len(found)) if found else None

    monkeypatch.setattr("ui.screens.conflicts.screen.first_to_show", first)
    together = SimpleNamespace(copied=opened.place, copy=opened.place.unit_of_work)
    shell._centre._opened = SimpleNamespace(together=together, close=lambda: None)
    monkeypatch.setattr(shell._centre, "look_again", lambda: None)
    return known


@pytest.fixture
def screen(centre, shell, qtbot):
    shell.activateWindow()
    shell.go_to("conflicts")
    screen = shell._screens["conflicts"]
    qtbot.waitUntil(lambda: screen.shown is not None, timeout=10_000)
    return screen


def take_both(screen, qtbot):
    """The title from the left, the parcel from the right; why, where one stays."""
    qtbot.keyClick(screen.table, Qt.Key.Key_Left)
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    qtbot.keyClick(screen.table, Qt.Key.Key_Right)
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    assert screen.table.undecided == []
    screen.note.setFocus()
    type_text(screen.note, "الأصل يقول ذلك")
    return dict(screen.table.choices)


def becomes(screen, centre, qtbot, *waiting):
    centre.waiting = list(waiting)
    screen.centre_followed()
    expected = waiting[0] if waiting else None
    qtbot.waitUntil(lambda: screen.shown == expected and not screen._asked, timeout=10_000)


def test_what_was_chosen_and_typed_stays_when_another_field_changes(screen, centre, view, shell, qtbot):
    chosen = take_both(screen, qtbot)
    becomes(screen, centre, qtbot, conflict(view.document, date="2024-03-01"))
    assert screen.table.choices == chosen | {DATE: Choice.STANDING}
    assert screen.table.undecided == []
    assert screen.note.text() == "الأصل يقول ذلك"
    assert screen.focusWidget() is screen.note
    assert "في مكان آخر" in shell._banner.text()


def test_a_choice_between_other_values_is_not_decided_any_more(screen, centre, view, shell, qtbot):
    chosen = take_both(screen, qtbot)
    becomes(screen, centre, qtbot, conflict(view.document, title="عنوان ثالث"))
    assert screen.table.undecided == [TITLE]
    assert screen.table.choices[PARCEL] == chosen[PARCEL]
    assert screen.note.text() == "الأصل يقول ذلك"
    assert "حقل واحد" in shell._banner.text()


def test_one_that_is_decided_elsewhere_takes_nothing_with_it_without_a_word(screen, centre, view, shell, qtbot):
    take_both(screen, qtbot)
    becomes(screen, centre, qtbot, conflict(view.document, 2))
    assert (screen.note.text(), screen.table.undecided) == ("", [TITLE, PARCEL])
    assert "سبق" in shell._banner.text() or shell._banner.property("kind") == "error"


def test_who_comes_back_sees_what_still_waits(screen, centre, view, shell, qtbot):
    shell.go_to("search")
    centre.waiting = [conflict(view.document, 2)]
    shell.go_to("conflicts")
    qtbot.waitUntil(lambda: screen.shown == centre.waiting[0], timeout=10_000)


def test_a_newer_one_does_not_take_the_place_of_the_one_somebody_is_at(screen, centre, view, qtbot):
    take_both(screen, qtbot)
    first = screen.shown
    centre.waiting = [conflict(view.document, 2), first]
    screen.centre_followed()
    qtbot.waitUntil(lambda: screen._waiting == 2, timeout=10_000)
    assert screen.shown is first
    assert screen.note.text() == "الأصل يقول ذلك"
    assert "٢" in screen.count.text()


def test_one_that_is_decided_here_does_not_come_back_from_an_older_question(
    screen, centre, view, shell, qtbot, monkeypatch
):
    take_both(screen, qtbot)
    monkeypatch.setattr("ui.screens.conflicts.screen.resolve_conflict", lambda *_args, **_more: None)
    shown, said = [], screen._show
    monkeypatch.setattr(screen, "_show", lambda found: (shown.append(found), said(found)))
    centre.let.clear()
    before = centre.asked
    screen.centre_followed()
    qtbot.waitUntil(lambda: centre.asked > before, timeout=10_000)
    screen.decide()
    qtbot.waitUntil(lambda: screen.shown is None, timeout=10_000)
    centre.waiting = []
    centre.let.set()
    qtbot.waitUntil(screen.empty.isVisible, timeout=10_000)
    assert shown == [None]
    assert shell._banner.property("kind") == "notice"


def test_a_decision_that_comes_too_late_leaves_what_was_typed(screen, centre, view, qtbot, monkeypatch):
    take_both(screen, qtbot)
    changed = conflict(view.document, date="2024-03-01")

    def settled(*_args, **_more):
        centre.waiting = [changed]
        raise ConflictSettled

    monkeypatch.setattr("ui.screens.conflicts.screen.resolve_conflict", settled)
    screen.decide()
    qtbot.waitUntil(lambda: screen.shown == changed, timeout=10_000)
    assert (screen.note.text(), screen.table.undecided) == ("الأصل يقول ذلك", [])
    assert screen.decide_button.isEnabled()


def test_what_this_station_changed_itself_was_not_changed_elsewhere(screen, centre, view, shell, qtbot):
    take_both(screen, qtbot)
    shell._banner.setText("")
    now = conflict(view.document, date="2024-03-01")
    own = replace(now, standing=replace(now.standing, station=screen.context.place.station))
    becomes(screen, centre, qtbot, own)
    assert shell._banner.text() == ""
