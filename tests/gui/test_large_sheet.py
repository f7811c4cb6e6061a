"""A sheet that is too large to be shown whole: tiles as one comes near, and measuring."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from ui.tasks import Tasks
from ui.widgets.measuring_bar import MeasuringBar
from ui.widgets.page_view import PageView


@pytest.fixture
def view(qtbot, tmp_path):
    grey = np.full((4000, 6000), 255, np.uint8)
    grey[1990:2010] = 0
    Image.fromarray(grey).convert("1").save(tmp_path / "abc.tif", compression="group4", dpi=(400, 400))
    view = PageView(Tasks(), cache=tmp_path / "cache")
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    view.show_page(tmp_path / "abc.tif", 0)
    qtbot.waitUntil(lambda: view.tiles is not None, timeout=20_000)
    yield view
    view._tasks.close()


def test_near_by_the_masters_own_pixels_are_shown(view, qtbot):
    assert view.tiles.shown == frozenset()
    for _ in range(12):
        view.zoom_in()

    qtbot.waitUntil(lambda: view.tiles.complete and bool(view.tiles.shown), timeout=10_000)

    assert {level for level, _, _ in view.tiles.shown} == {0}
    assert len(view.tiles.shown) < 12


def test_panning_brings_the_next_tiles(view, qtbot):
    for _ in range(12):
        view.zoom_in()
    qtbot.waitUntil(lambda: view.tiles.complete, timeout=10_000)
    before = view.tiles.shown
    view.horizontalScrollBar().setValue(0)

    qtbot.waitUntil(lambda: view.tiles.complete and view.tiles.shown != before, timeout=10_000)


def test_another_page_drops_the_tiles(view, qtbot):
    view.clear_page()

    assert view.tiles is None


def test_a_line_is_measured_at_the_drawings_scale(view, qtbot):
    bar = MeasuringBar(view)
    qtbot.addWidget(bar)
    bar.toggle(400)
    bar.scale.setText("1:100")
    points = []
    view.measured.connect(points.append)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 300))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(600, 300))

    (x0, y0), (x1, y1) = points[-1]
    assert y0 == pytest.approx(y1, abs=1)
    metres = (x1 - x0) / 400 * 0.0254 * 100
    assert f"{metres:.2f}" in bar.length.text()
    assert metres > 5


def test_a_length_that_is_known_sets_the_scale(view, qtbot):
    bar = MeasuringBar(view)
    qtbot.addWidget(bar)
    bar.toggle(400)
    view.measured.emit([(0.0, 0.0), (4000.0, 0.0)])
    bar.scale.setText("25.4 m")
    bar._calibrate()

    assert bar.scale.text() == "1:100"
    assert "25.40" in bar.length.text()
