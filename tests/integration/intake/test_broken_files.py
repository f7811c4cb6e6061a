"""Whatever people send: refused with a reason, alone, within bounds of memory."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from muni_archive.domain.errors import FileBroken, FileMissing, FileTooLarge, Refused
from muni_archive.intake import open_source
from tests.helpers.broken_files import bad_files, page_picture, pdf_of, strange_but_whole

MOST_MEMORY = 1 << 30


@pytest.mark.slow
def test_every_broken_file_is_refused_and_none_stops_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good = tmp_path / "good.png"
    page_picture().save(good)
    bad = list(bad_files())
    mistakes = []
    with PeakMemory() as memory:
        for case in bad:
            path = tmp_path / case.name
            case.write(path)
            error = refusal(path)
            if not isinstance(error, case.refusals) or case.name not in str(error):
                mistakes.append(f"{case.name}: {error!r}")
            if len(list(open_source(good))) != 1:
                mistakes.append(f"{case.name} stopped the one after it")
    with capsys.disabled():
        print(f"\n{len(bad)} broken files refused, {memory.peak >> 20} MB at most in all processes together")
    assert len(bad) >= 60
    assert not mistakes
    assert memory.peak < MOST_MEMORY


@pytest.mark.parametrize("name", strange_but_whole())
def test_a_file_that_breaks_rules_but_shows_all_it_holds_is_taken(tmp_path: Path, name: str):
    _, data = strange_but_whole()[name]
    path = tmp_path / name
    path.write_bytes(data() if callable(data) else data)
    assert len(list(open_source(path))) == 1


def test_a_page_that_takes_too_long_is_refused(tmp_path: Path):
    path = tmp_path / "slow.pdf"
    path.write_bytes(pdf_of("0 0 m 595 842 l 595 0 l h f 9 w 0 0 m 9 842 300 0 595 842 c S\n" * 200_000))
    started = time.monotonic()
    assert isinstance(refusal(path, seconds=1), FileTooLarge)
    assert time.monotonic() - started < 20


def test_a_worker_that_dies_costs_one_file(tmp_path: Path):
    good, killer = tmp_path / "good.png", tmp_path / "killer.pdf"
    page_picture().save(good)
    killer.write_bytes(pdf_of("0 0 m 595 842 l 595 0 l h f\n" * 300_000))
    list(open_source(good))

    def kill() -> None:
        time.sleep(0.3)
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()

    threading.Thread(target=kill).start()
    assert isinstance(refusal(killer), FileBroken)
    assert len(list(open_source(good))) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_missing(tmp_path: Path):
    path = tmp_path / "private.png"
    page_picture().save(path)
    path.chmod(0)
    assert isinstance(refusal(path), FileMissing)


def refusal(path: Path, **limits: float) -> Refused | None:
    try:
        for _page in open_source(path, **limits):
            pass
    except Refused as error:
        return error
    return None


class PeakMemory:
    """The most that this process grew by and those it started held, looked at fifty times a second.

    What it held before belongs to the tests that ran before.
    """

    def __init__(self) -> None:
        self.peak = 0
        self._before = resident(psutil.Process())
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        ours = psutil.Process()
        while not self._done.wait(0.02):
            held = sum(map(resident, [ours, *workers(ours)])) - self._before
            self.peak = max(self.peak, held)


def workers(process: psutil.Process) -> list[psutil.Process]:
    """Pythons that it started; servers that other tests run beside are no part of this."""
    found = []
    for child in process.children(recursive=True):
        with suppress(psutil.Error):
            if child.name().startswith("python"):
                found.append(child)
    return found


def resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0
