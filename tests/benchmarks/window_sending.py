"""How long the window stands still while the process beside it sends files to a centre on this machine.

python tests/benchmarks/window_sending.py [MEGABYTES] [OTHERS]

OTHERS (any word) adds the comparison: the same window for the same time, with nothing to send. Give it a display (Xvfb)
for figures of a real window; without one it runs offscreen.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path

TICK_MS, LATE, SETTLE_S = 2, 0.03, 4.0
FILE = 3_000_000
"""Bytes of a page: an A4 page at 300 dpi in colour."""
CENTRE_NICE = 10
"""In truth the centre is another machine: here it gets what the station leaves."""


def measure(megabytes: int, *, compare: bool, home: Path) -> None:
    os.environ["XDG_CONFIG_HOME"] = str(home)
    from PySide6.QtWidgets import QApplication

    from muni_archive.bootstrap import enrol_archive, open_workplace
    from tests.helpers.centres import PlainStation
    from tests.helpers.serving import served
    from ui.app import SWITCH_SECONDS, apply_look
    from ui.centre.line import CentreLine
    from ui.settings import Settings
    from ui.shell import Shell

    app = QApplication(["muni-archive"])
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = Settings(home / "window.json")
    settings.set("screen", "search")
    apply_look(app, settings)
    with served(home / "served" / "centre") as centre:
        assert centre.process is not None
        os.setpriority(os.PRIO_PROCESS, centre.process.pid, CENTRE_NICE)
        PlainStation(home / "archive", "S1").close()
        enrol_archive(home / "archive", url=centre.url, code=centre.invite())
        count = megabytes * 1_000_000 // FILE
        _fill(home / "archive", count)
        with open_workplace(home / "archive") as opened:
            opened._pool = _Idle()
            begin, CentreLine.begin = CentreLine.begin, lambda _line: None  # first shown, then measured
            shell = Shell(opened, settings)
            shell.show()
            ends = time.perf_counter() + SETTLE_S
            _Watch(app).run(lambda: time.perf_counter() > ends)
            watch = _Watch(app)
            began = time.perf_counter()
            begin(shell._centre)
            watch.run(lambda: shell._centre.state.online and shell._centre.left and not shell._centre.left.entries)
            took = time.perf_counter() - began
            print(f"{count} files, {count * FILE / 1e6:.0f} MB, at the centre after {took:.1f} s")
            watch.tell("while sending")
            if compare:
                ends = time.perf_counter() + took
                idle = _Watch(app)
                idle.run(lambda: time.perf_counter() > ends)
                idle.tell("while nothing is sent")
            shell.close()


BARE = """
import sys, threading, time
def stolen():
    try:
        with open("/proc/stat") as told:
            return int(told.readline().split()[8]) * 10
    except (OSError, IndexError, ValueError):
        return 0
ended, gaps = threading.Event(), []
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
last, before = time.perf_counter(), stolen()
while not ended.is_set():
    time.sleep(0.002)
    now, taken = time.perf_counter(), stolen()
    gaps.append((now - last, taken - before))
    last, before = now, taken
gaps.sort(reverse=True)
print(", ".join(f"{gap * 1000:.0f} ms ({taken} taken from all processors by the host)" for gap, taken in gaps[:3]))
"""
"""How late the machine itself is: what else runs on it, and on its host, delays a window as well."""


class _Idle:
    """Nothing is read meanwhile: only sending is measured."""

    workers = 1

    def submit(self, *_request: object) -> None:
        """It waits for ever."""

    def close(self) -> None:
        """Nothing runs."""


class _Queue:
    """How long the thread that made this was ready to run and did not get a processor (Linux; elsewhere 0)."""

    def __init__(self) -> None:
        path = Path("/proc/thread-self/schedstat")
        self._file = os.open(path, os.O_RDONLY) if path.exists() else -1
        self._before = 0

    def waited(self) -> float:
        """Seconds since the last time."""
        now = int(os.pread(self._file, 100, 0).split()[1]) if self._file >= 0 else 0
        waited, self._before = (now - self._before) / 1e9, now
        return waited


class _Watch:
    """Measures how late the window's timer comes, and where the window's thread stands when it is late."""

    def __init__(self, app: object) -> None:
        self._app, self._gaps = app, list[tuple[float, float]]()
        self._queue = _Queue()
        self._last = time.perf_counter()
        self._places: Counter[str] = Counter()
        self._bare = ""

    def run(self, until: object) -> None:
        from PySide6.QtCore import QTimer

        window, ended = threading.get_ident(), threading.Event()

        def look() -> None:
            while not ended.wait(0.01):
                if time.perf_counter() - self._last > LATE:
                    frames = traceback.extract_stack(sys._current_frames()[window])[-3:]
                    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
                    self._places[where] += 1

        def tick() -> None:
            now = time.perf_counter()
            self._gaps.append((now - self._last, self._queue.waited()))
            self._last = now

        timers = []
        for interval, act in ((TICK_MS, tick), (100, lambda: self._app.exit() if until() else None)):
            timer = QTimer()
            timer.timeout.connect(act)
            timer.start(interval)
            timers.append(timer)
        watcher = threading.Thread(target=look)
        watcher.start()
        bare = subprocess.Popen([sys.executable, "-c", BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._last = time.perf_counter()
        self._queue.waited()
        self._app.exec()
        ended.set()
        self._bare = bare.communicate()[0].strip()
        watcher.join()
        for timer in timers:
            timer.stop()

    def tell(self, when: str) -> None:
        gaps = sorted(self._gaps, reverse=True)
        print(f"longest stalls {when}: " + ", ".join(f"{gap * 1000:.0f} ms" for gap, _waited in gaps[:6]))
        waits = ", ".join(f"{waited * 1000:.0f} ms" for _gap, waited in gaps[:6])
        print(f"  of these in the queue for a processor: {waits}")
        print(f"  over 50 ms: {sum(gap > 0.05 for gap, _waited in gaps)} of {len(gaps)} ticks")
        print(f"  a process that does nothing but wait {TICK_MS} ms, at the same time: {self._bare}")
        for place, count in self._places.most_common(6):
            print(f"  late {count:3d} times in {place}")


def _fill(folder: Path, count: int) -> None:
    """One document of so many pages that cannot be compressed."""
    from tests.helpers.centres import PlainStation
    from tests.helpers.stores import batch, document, page, record

    station = PlainStation(folder, "S1")
    blobs = [station.store.vault.put(secrets.token_bytes(FILE)) for _ in range(count)]
    pages = [page(f"p{at}", "b", blob, at) for at, blob in enumerate(blobs)]
    record(station.store, batch("b"), *pages, document("d", 1, *(each.page_id for each in pages)))
    station.close()


if __name__ == "__main__":
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(Path(__file__).parents[2]))
    with tempfile.TemporaryDirectory() as name:  # twice what is sent lies there
        measure(int(sys.argv[1]) if len(sys.argv) > 1 else 300, compare=len(sys.argv) > 2, home=Path(name))
