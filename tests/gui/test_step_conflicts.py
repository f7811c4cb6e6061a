"""A step that was decided at two stations: settled by keyboard, and told to whoever's decision does not count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from muni_archive.bootstrap import enrol_archive
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import CaseState
from muni_archive.paths import resource_path
from muni_archive.services.import_files import import_files
from muni_archive.services.procedures.library import load_procedure
from tests.gui.keys import type_text
from tests.helpers.case_offices import at_work
from tests.helpers.case_stations import course, decide, start
from tests.helpers.joined import JoinedStation
from tests.helpers.procedures import letters
from tests.helpers.serving import served
from ui.settings import Settings

pytestmark = pytest.mark.slow
LONG = 120_000
"""Milliseconds that something may take on a busy machine."""


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "desk")
    return kept


@pytest.fixture
def centre(tmp_path):
    with served(tmp_path / "served" / "centre") as running:
        yield running


@pytest.fixture
def stations(tmp_path, centre):
    """Two stations with a letter that waits to be signed at either of them."""
    made = [JoinedStation(tmp_path / name, name, centre) for name in ("B2", "C3")]
    document_id = made[0].scan("there")
    with at_work(made[0]) as person:
        clerk = person("Ali", "clerk")
        load_procedure(clerk.place, letters())
        made[0].case_id = start(clerk, document_id, "letters").id
        decide(clerk, made[0].case_id, "done")
    for station in made:
        station.sync()
    return made


@pytest.fixture
def enrolled(opened, centre, stations):
    """This window's archive: a third station."""
    files = [resource_path("samples", "01-licence-form.jpg")]
    import_files(opened.place, files, record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)
    enrol_archive(opened.folder, url=centre.url, code=centre.invite())
    return opened


def sign(station, name, case_id, outcome, note=""):
    with at_work(station) as person:
        decide(person(name, "supervisor"), case_id, outcome, note=note)


def waits(qtbot, sentence):
    qtbot.waitUntil(sentence, timeout=LONG)


def test_a_third_person_says_by_keyboard_which_decision_counts(stations, enrolled, shell, qtbot):
    first, second = stations
    case_id = first.case_id
    sign(first, "فهد العنزي", case_id, "approve")
    sign(second, "غريب الراشد", case_id, "return", note="الختم ناقص")
    for station in stations:
        station.sync()
    shell._centre.synchronise()
    waits(qtbot, lambda: len(shell._centre.disputes) == 1)
    assert "(١)" in shell._buttons["conflicts"].text()
    shell.go_to("conflicts")
    screen = shell._screens["conflicts"]
    waits(qtbot, screen.steps.isVisible)
    screen.decide()
    assert "اختر" in shell._banner.text()

    qtbot.keyClick(screen.steps, Qt.Key.Key_Right)
    assert screen.steps.chosen == screen.steps.shown.counted.move.entry
    qtbot.keyClick(screen.steps, Qt.Key.Key_Left)
    assert screen.steps.chosen == screen.steps.shown.late.move.entry
    qtbot.keyClick(shell, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    waits(qtbot, lambda: shell._banner.property("kind") == "error" and screen.decide_button.isEnabled())
    type_text(screen.note, "الختم ناقص حقًا")
    goes_on_meanwhile(screen, shell)
    qtbot.keyClick(shell, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    waits(qtbot, lambda: screen.empty.isVisible() and not shell._buttons["conflicts"].isVisible())
    waits(qtbot, lambda: shell._centre.left is not None and shell._centre.left.entries == 0)

    first.sync()
    with at_work(first) as person:
        found = course(person("Ali", "clerk").place, case_id)
    assert (found.case.state, found.disputes[0].resolved_by) == (CaseState.OPEN, enrolled.place.operator)


def goes_on_meanwhile(screen, shell):
    """What was chosen and typed stays; chosen it is no more where something else would follow from it."""
    shown, chosen, note = screen.steps.shown, screen.steps.chosen, screen.note.text()
    screen._show_step(replace(shown, moves=shown.moves + shown.moves[-1:]), 2)
    assert (screen.steps.chosen, screen.note.text()) == (chosen, note)
    assert "٢" in screen.count.text()
    screen._show_step(replace(shown, undone=shown.undone + shown.undone), 1)
    assert (screen.steps.chosen, screen.note.text()) == ("", note)
    assert "اختر" in shell._banner.text()
    screen._show_step(shown, 1)
    screen.steps._mark(chosen)


def test_whoever_came_second_is_told_on_the_desk(stations, enrolled, shell, qtbot):
    desk = shell._screens["desk"]
    waits(qtbot, lambda: desk.inbox.count() == 1)
    waits(qtbot, lambda: desk.task is not None and desk.pages.picture.isVisible() and "١" in desk.pages.where.text())
    shell._centre.child.stop()
    sign(stations[0], "فهد العنزي", stations[0].case_id, "approve")
    stations[0].sync()
    type_text(desk.decision.form.note, "الختم ناقص")
    desk.decision.outcomes["return"].click()
    waits(qtbot, lambda: all(line.described.id != "sign" for line in lines(desk)))
    assert not desk.beside.isVisible()
    shell._centre.synchronise()

    def told():
        desk._ask()
        qtbot.wait(300)
        return desk.beside.isVisible()

    waits(qtbot, told)
    assert "شخص ثالث" in desk.beside.text.text()
    qtbot.keyClick(shell, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert not desk.beside.isVisible()


def test_what_another_station_decides_is_on_the_desk_without_waiting_for_the_minute(stations, enrolled, shell, qtbot):
    desk = shell._screens["desk"]
    desk._timer.stop()
    shell._counting.stop()
    waits(qtbot, lambda: desk.inbox.count() == 1)
    waits(qtbot, lambda: "(١)" in shell._buttons["desk"].text())
    sign(stations[0], "فهد العنزي", stations[0].case_id, "approve")
    stations[0].sync()
    waits(qtbot, lambda: desk.inbox.count() == 0)
    waits(qtbot, lambda: "(" not in shell._buttons["desk"].text())


def lines(desk):
    return [desk.inbox.item(row).data(Qt.ItemDataRole.UserRole) for row in range(desk.inbox.count())]
