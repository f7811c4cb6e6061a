"""The window in figures: how soon it can be used, how long it stands still, what it holds in memory.

python tests/benchmarks/window.py start ARCHIVE        time from starting the process to answered search
python tests/benchmarks/window.py scan [PAGES]         stalls and memory while pages are scanned and read

Give it a display (Xvfb) for figures of a real window; without one it runs offscreen.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path

import psutil

RUNS = 5
TICK_MS, LATE = 2, 0.04


def measure_start(archive: Path) -> None:
    """A fresh process each time, as a clerk starts it; the first run finds cold files."""
    home = Path(tempfile.mkdtemp())
    for screen in ("scan", "search"):
        (home / "muni-archive").mkdir(exist_ok=True)
        (home / "muni-archive" / "window.json").write_text(json.dumps({"screen": screen, "query": "رخصة بناء"}))
        times = []
        for _ in range(RUNS):
            began = time.time()
            command = [sys.executable, __file__, "child-start", str(archive), str(began)]
            done = subprocess.run(
                command, capture_output=True, text=True, check=True, env={**os.environ, "XDG_CONFIG_HOME": str(home)}
            )
            times.append([float(part) for part in done.stdout.split()[-2:]])
        shown, usable = (sorted(run[at] for run in times) for at in (0, 1))
        print(
            f"{screen:7s} shown after {shown[RUNS // 2]:.2f} s, usable after {usable[RUNS // 2]:.2f} s"
            f" (median of {RUNS}), worst {usable[-1]:.2f} s"
        )


def child_start(archive: Path, began: float) -> None:
    """Run the program itself, and leave as soon as its first screen works."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    import ui.app

    app = QApplication(["muni-archive"])
    times: list[float] = []

    def look() -> None:
        shell = next((widget for widget in app.topLevelWidgets() if type(widget).__name__ == "Shell"), None)
        if shell is None or not shell.isVisible():
            return
        if not times:
            times.append(time.time() - began)
        screen = shell._stack.currentWidget()
        ready = screen.hits.rowCount() if hasattr(screen, "hits") else screen.go.isEnabled()
        if ready:
            times.append(time.time() - began)
            print(*times, flush=True)
            timer.stop()
            shell.close()
            os._exit(0)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(5)
    ui.app.main(["--archive", str(archive)])


def measure_scan(pages: int) -> None:
    """Scan through the simulated scanner over HTTP while two workers read."""
    home = Path(tempfile.mkdtemp())
    source = home / "pages"
    source.mkdir()
    from muni_archive.paths import resource_path

    samples = sorted(resource_path("samples").glob("*.jpg"))
    for at in range(pages):
        shutil.copy(samples[at % len(samples)], source / f"{at:03d}.jpg")
    os.environ.update(MUNI_ARCHIVE_SIMULATED_PAGES=str(source), XDG_CONFIG_HOME=str(home))

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from muni_archive.bootstrap import open_workplace
    from ui.app import SWITCH_SECONDS, apply_look
    from ui.settings import Settings
    from ui.shell import Shell

    app = QApplication(["muni-archive"])
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = Settings(home / "window.json")
    apply_look(app, settings)
    with open_workplace(home / "archive") as opened:
        shell = Shell(opened, settings)
        shell.show()
        screen = shell._screens["scan"]
        stalls: list[tuple[float, str]] = []
        last, began, arrived, seen = [time.perf_counter()], [0.0], {}, {}
        most = {"app": 0, "worker": 0}

        def tick() -> None:
            now = time.perf_counter()
            if began[0] and not finished.is_set():
                stalls.append((now - last[0], f"{now - began[0]:.1f} s"))
            last[0] = now

        window = threading.get_ident()
        places: Counter[str] = Counter()
        finished, ended = threading.Event(), threading.Event()

        def weigh() -> None:
            """On a thread of its own: memory now and then, and where the window's thread stands while it is late."""
            ours, turn = psutil.Process(), 0
            while not ended.wait(0.02):
                if began[0] and not finished.is_set() and time.perf_counter() - last[0] > LATE:
                    frames = traceback.extract_stack(sys._current_frames()[window])[-3:]
                    places[" < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))] += 1
                turn += 1
                if turn % 100 == 0:
                    weigh_all(ours, most)

        def look() -> None:
            if not began[0]:
                index = screen.choices.devices.findData("simulated:desk")
                if index >= 0:
                    screen.choices.devices.setCurrentIndex(index)
                    began[0] = last[0] = time.perf_counter()
                    screen.scan()
                return
            if screen.model.rowCount() >= pages and screen._task is None and read[0] == 0:
                finished.set()
                app.quit()

        original, pictured = screen._arrived, screen.model.pictured

        def came(value: object) -> None:
            if hasattr(value, "blob"):
                arrived.setdefault(value.blob, time.perf_counter())
            original(value)

        def progressed(progress: object) -> None:
            read[0] = progress.waiting
            shown(progress)

        read, shown = [-1], shell._reading._on_progress
        shell._reading._on_progress = progressed
        screen._arrived = came
        pictured.connect(lambda blob: seen.setdefault(blob, time.perf_counter()))
        timers = []
        for interval, act in ((TICK_MS, tick), (700, look)):
            timer = QTimer()
            timer.timeout.connect(act)
            timer.start(interval)
            timers.append(timer)
        watcher = threading.Thread(target=weigh)
        watcher.start()
        app.exec()
        ended.set()
        watcher.join()
        for timer in timers:
            timer.stop()
        shell.close()
    took = time.perf_counter() - began[0]
    stalls.sort(reverse=True)
    late = sorted(seen[blob] - arrived[blob] for blob in seen if blob in arrived)
    print(f"{pages} pages scanned and read in {took:.0f} s")
    print("longest stalls: " + ", ".join(f"{gap * 1000:.0f} ms at {at}" for gap, at in stalls[:6]))
    print(f"stalls over 50 ms: {sum(gap > 0.05 for gap, _ in stalls)} of {len(stalls)} ticks")
    for place, count in places.most_common(8):
        print(f"  late {count:3d} times in {place}")
    if late:
        print(f"thumbnail after arrival: median {late[len(late) // 2] * 1000:.0f} ms, worst {late[-1] * 1000:.0f} ms")
    print(f"app {most['app'] >> 20} MB, largest worker {most['worker'] >> 20} MB")


def weigh_all(ours: psutil.Process, most: dict[str, int]) -> None:
    """The most that the window's process and any one of the others held, in bytes."""
    most["app"] = max(most["app"], ours.memory_info().rss)
    for child in ours.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "scanners.simulator" not in child.cmdline():
                most["worker"] = max(most["worker"], child.memory_info().rss)


if __name__ == "__main__":
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(Path(__file__).parents[2]))
    kind = sys.argv[1] if len(sys.argv) > 1 else ""
    if kind == "start":
        measure_start(Path(sys.argv[2]))
    elif kind == "child-start":
        child_start(Path(sys.argv[2]), float(sys.argv[3]))
    elif kind == "scan":
        measure_scan(int(sys.argv[2]) if len(sys.argv) > 2 else 50)
    else:
        sys.exit(__doc__)
