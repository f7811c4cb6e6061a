"""A sheet that is too large to be shown whole: tiles as one comes near, and measuring."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from ui.tasks import Tasks
from ui.widgets.measuring_bar import MeasuringBar
from ui.widgets.page_view import PageView
from ui.widgets.pictures import load_image


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
    bar = view.horizontalScrollBar()
    bar.setValue(bar.maximum() if bar.value() < (bar.minimum() + bar.maximum()) / 2 else bar.minimum())

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


@pytest.mark.parametrize("inverted", [False, True])
def test_a_sheet_of_one_bit_is_reduced_to_what_it_shows(tmp_path, qapp, inverted):
    grey = np.full((4000, 6000), 0 if inverted else 255, np.uint8)
    grey[1000:2000, 3000:4000] = 255 if inverted else 0
    Image.fromarray(grey).convert("1").save(tmp_path / "one.tif", compression="group4")

    image, scale = load_image(tmp_path / "one.tif")

    assert (image.width(), image.height()) == (round(6000 * scale), round(4000 * scale))
    dark, bright = (0, 255) if not inverted else (255, 0)
    assert image.pixelColor(round(3500 * scale), round(1500 * scale)).red() == dark
    assert image.pixelColor(round(500 * scale), round(3500 * scale)).red() == bright


def test_a_page_in_jpeg_2000_is_shown(tmp_path, qapp):
    Image.new("RGB", (900, 600), (200, 30, 30)).save(tmp_path / "a.jp2")

    image, scale = load_image(tmp_path / "a.jp2", side=300)

    assert (image.width(), image.height()) == (300, 200)
    assert scale == pytest.approx(1 / 3)
    assert image.pixelColor(10, 10).red() > 150
    assert image.pixelColor(10, 10).blue() < 80


def test_what_is_no_picture_is_no_image(tmp_path, qapp):
    (tmp_path / "a.jp2").write_bytes(b"nothing")

    assert load_image(tmp_path / "a.jp2")[0].isNull()


@pytest.fixture
def grey_sheet(tmp_path):
    grey = np.full((4000, 5990), 255, np.uint8)
    grey[1990:2010] = 0
    Image.fromarray(grey).save(tmp_path / "sheet.jp2")
    return tmp_path / "sheet.jp2"


def test_a_thumbnail_of_a_large_jpeg_2000_is_shown(grey_sheet, qapp):
    image, _ = load_image(grey_sheet, side=96)

    assert (image.width(), image.height()) == (96, 64)


def test_a_large_jpeg_2000_is_decoded_no_finer_than_the_window(grey_sheet, qtbot):
    view = PageView(Tasks(), cache=grey_sheet.parent / "cache")
    qtbot.addWidget(view)
    view.resize(1000, 700)
    view.show()
    view.show_page(grey_sheet, 0)
    qtbot.waitUntil(lambda: view._sheet is not None, timeout=10_000)

    assert view._levels[0].width() == 1498
    assert view._scale == pytest.approx(0.25, abs=0.001)
    qtbot.waitUntil(lambda: view.tiles is not None, timeout=20_000)
    for _ in range(14):
        view.zoom_in()
    qtbot.waitUntil(lambda: view.tiles.complete and bool(view.tiles.shown), timeout=10_000)
    assert {level for level, _, _ in view.tiles.shown} == {0}
    view._tasks.close()


def test_where_no_tiles_can_be_made_it_is_shown_as_fine_as_can_be(grey_sheet, qtbot):
    (grey_sheet.parent / "cache").write_text("a file in the folder's place")
    view = PageView(Tasks(), cache=grey_sheet.parent / "cache")
    qtbot.addWidget(view)
    view.show_page(grey_sheet, 0)

    qtbot.waitUntil(lambda: bool(view._levels) and view._levels[0].width() > 4000, timeout=20_000)
    view._tasks.close()
