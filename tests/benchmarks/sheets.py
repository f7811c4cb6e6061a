"""Large sheets: import, first picture, tiles, panning, memory.

    QT_QPA_PLATFORM=offscreen .venv/bin/python -m tests.benchmarks.sheets

An A0 sheet at 400 dpi (18,724 × 13,244) in one bit, and an A1 one in colour at 300 dpi, made here.
"""

from __future__ import annotations

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from muni_archive.domain.cancellation import CancelToken
from muni_archive.imaging.tiles import make_tiles
from muni_archive.intake import open_source

Image.MAX_IMAGE_PIXELS = None


def draw(path: Path, size: tuple[int, int], mode: str, **options: object) -> Path:
    image = Image.new(mode, size, "white")
    pen = ImageDraw.Draw(image)
    spots = np.random.default_rng(1).integers(0, min(size), (3000, 4))
    for x, y, far, down in spots.tolist():
        pen.line((x, y, x + far // 10, y + down // 12), fill="black", width=5)
    image.save(path, **options)
    return path


def apart(work: Callable[..., None], *arguments: object) -> None:
    """In a process of its own, so that its memory is its own."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()


def most_memory() -> float:
    """Megabytes that this process has held at most."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def cut(path: Path, folder: Path) -> None:
    before = most_memory()
    started = time.perf_counter()
    tiles = make_tiles(path, folder / path.stem, CancelToken())
    took = time.perf_counter() - started
    most = most_memory()
    print(f"{path.name}: tiles in {took:.1f} s, {most:.0f} MB at most (before: {before:.0f}), {tiles}")


def imported(path: Path) -> None:
    started = time.perf_counter()
    pages = list(open_source(path))
    took = time.perf_counter() - started
    here = most_memory()
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB taken in {took:.1f} s, {len(pages)} page, {here:.0f} MB")


def shown(path: Path, folder: Path) -> None:
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from ui.tasks import Tasks
    from ui.widgets.page_view import PageView

    app = QApplication([])
    view = PageView(Tasks(), cache=folder / "cache")
    view.resize(1280, 800)
    view.show()
    started = time.perf_counter()
    view.show_page(path, 0)
    while view._sheet is None:
        app.processEvents()
    view.viewport().repaint()
    print(f"{path.name}: first picture after {time.perf_counter() - started:.2f} s")
    while view.tiles is None:
        app.processEvents()
    print(f"{path.name}: tiles ready after {time.perf_counter() - started:.2f} s")
    for _ in range(14):
        view.zoom_in()
    loop = QEventLoop()
    QTimer.singleShot(800, loop.quit)
    loop.exec()
    frames = []
    bar = view.horizontalScrollBar()
    for step in range(300):
        began = time.perf_counter()
        bar.setValue(bar.value() + (24 if step < 150 else -24))
        app.processEvents()
        view.viewport().repaint()
        frames.append(1000 * (time.perf_counter() - began))
    frames.sort()
    print(f"panning {statistics.median(frames):.1f} ms a frame, p95 {frames[285]:.1f}, worst {frames[-1]:.1f}")
    view._tasks.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheets = (
            draw(folder / "a0-g4.tif", (18_724, 13_244), "1", compression="group4", dpi=(400, 400)),
            draw(folder / "a1-colour.tif", (9_933, 7_016), "RGB", compression="tiff_lzw", dpi=(300, 300)),
            draw(folder / "a1-grey.jp2", (9_933, 7_016), "L"),
            draw(folder / "a1.pdf", (9_933, 7_016), "L", resolution=300),
        )
        for path in sheets:
            apart(imported, path)
        for path in sheets[:3]:
            apart(cut, path, folder / "apart")
            apart(shown, path, folder)


if __name__ == "__main__":
    main()
