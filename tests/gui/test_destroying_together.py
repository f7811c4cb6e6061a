"""A station with a centre, at its window: what another station proposed is confirmed, and what comes of it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from muni_archive.bootstrap import enrol_archive
from muni_archive.domain.events import HoldPlaced
from muni_archive.services.centre.enrolling import invite_station
from tests.helpers.classes_with_rule import ClassesWithRule
from tests.helpers.destroying import municipality
from tests.helpers.stores import record
from ui.screens.viewer import Viewer
from ui.settings import Settings

LONG = 120_000
"""Milliseconds that something may take on a busy machine."""
PICTURES = os.environ.get("MUNI_ARCHIVE_PICTURES")
"""Folder for pictures of the screen, for who wants to look at it."""


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "retention")
    return kept


@pytest.fixture
def town(tmp_path):
    with municipality(tmp_path / "town") as made:
        yield made


@pytest.fixture
def other(town):
    """Another station, which proposes one of its documents."""
    station = town.station("B2")
    station.document_id = station.due_document("x")
    station.sync()
    station.disposal_id = station.propose(station.document_id)
    station.sync()
    return station


@pytest.fixture
def enrolled(opened, town, other, monkeypatch):
    place = replace(opened.place, record_classes=ClassesWithRule(opened.place.record_classes))
    monkeypatch.setattr(opened, "place", place)
    enrol_archive(opened.folder, url=f"http://127.0.0.1:{town.port}", code=invite_station(town.opened.centre, ()))
    return opened


def picture(widget, name):
    if PICTURES:
        widget.window().grab().save(str(Path(PICTURES) / f"{name}.png"))


@pytest.mark.slow
def test_another_stations_proposal_is_confirmed_here(enrolled, shell, town, other, qtbot):
    screen = shell._screens["retention"]
    qtbot.waitUntil(lambda: screen.waiting.model.rowCount() == 1, timeout=LONG)
    screen.tabs.setCurrentWidget(screen.waiting)

    def state(column=5):
        row = screen.waiting.model.row_at(0)
        return row.cells[column] if row else ""

    assert state() == "ينتظر شخصًا ثانيًا"
    picture(screen, "waiting")
    screen.window().activateWindow()
    qtbot.waitUntil(screen.window().isActiveWindow, timeout=LONG)
    qtbot.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    picture(screen.questions.dialog, "asked")
    screen.questions.dialog.accept()
    qtbot.waitUntil(lambda: "ينتظر المركز" in state(), timeout=LONG)  # the other one says nothing yet
    picture(screen, "heard")

    def settled():
        other.sync()
        return town.destroyed(other.document_id)

    qtbot.waitUntil(settled, timeout=LONG)
    qtbot.waitUntil(lambda: screen.gone.model.rowCount() == 1, timeout=LONG)
    assert screen.waiting.model.rowCount() == 0
    late = HoldPlaced(hold_id="h", scope="document", target=other.document_id, reason="دعوى", authority="المحكمة ٧")
    record(other.store, late)
    other.sync()

    def told():
        row = screen.gone.model.row_at(0)
        return row is not None and "حجز قانوني وصل متأخرًا" in row.cells[6]

    qtbot.waitUntil(told, timeout=LONG)
    screen.tabs.setCurrentWidget(screen.gone)
    picture(screen, "contested")

    screen.gone.table.activated.emit(screen.gone.table.currentIndex())
    qtbot.waitUntil(lambda: isinstance(shell._stack.currentWidget(), Viewer), timeout=LONG)
    viewer = shell._stack.currentWidget()
    qtbot.waitUntil(viewer.remains.isVisible, timeout=LONG)
    picture(viewer, "remains")
