"""The pool with real worker processes and recognisers that misbehave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import psutil
import pytest

from muni_archive.domain.errors import Cancelled, EngineMissing, ReadingFailed
from muni_archive.domain.reading import Reading
from muni_archive.ocr.pool import ProcessPool
from muni_archive.ports import ReadRequest

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Misbehaving:
    """Does what the request's `kind` says; its engine name tells the process and whether Qt is in it."""

    name: str = "fault"

    def read(self, request: ReadRequest) -> Reading:
        if request.kind == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if request.kind == "hang":
            subprocess.run(["/bin/sleep", "60"], check=False)
        if request.kind == "lack":
            raise EngineMissing(detail="tesseract-ocr")
        if request.kind == "break":
            raise KeyError("lost")
        return Reading(engine=f"{os.getpid()} {'PySide6' in sys.modules}", width=1, height=1)


@pytest.fixture
def pool() -> Iterator[ProcessPool]:
    pool = ProcessPool(Misbehaving(), workers=1, seconds=3)
    yield pool
    pool.close()


def ask(pool: ProcessPool, kind: str) -> Reading | Exception:
    answers: Queue[Reading | Exception] = Queue()
    request = ReadRequest(path=Path("x"), media_type="image/png", rotation=0, dpi=300, kind=kind)
    pool.submit("key", request, lambda _key, result: answers.put(result))
    return answers.get(timeout=60)


def test_a_worker_stays_for_the_next_page_and_never_sees_qt(pool: ProcessPool) -> None:
    first, second = ask(pool, "page"), ask(pool, "page")

    assert isinstance(first, Reading)
    assert first == second
    assert first.engine.endswith("False")


@pytest.mark.parametrize("fault", ["die", "break"])
def test_a_page_that_breaks_its_worker_fails_alone(pool: ProcessPool, fault: str) -> None:
    assert isinstance(ask(pool, fault), ReadingFailed)
    assert isinstance(ask(pool, "page"), Reading)


def test_a_page_that_hangs_is_given_up_with_all_it_started(pool: ProcessPool) -> None:
    assert isinstance(ask(pool, "page"), Reading)
    answer = ask(pool, "hang")

    assert isinstance(answer, ReadingFailed)
    assert "3 s" in str(answer)
    assert not [child for child in psutil.Process().children(recursive=True) if child.name() == "sleep"]
    assert isinstance(ask(pool, "page"), Reading)


def test_an_error_keeps_its_kind_and_reason(pool: ProcessPool) -> None:
    error = ask(pool, "lack")

    assert isinstance(error, EngineMissing)
    assert error.params == {"detail": "tesseract-ocr"}


def test_closing_is_at_once_and_answers_every_page() -> None:
    pool = ProcessPool(Misbehaving(), workers=1, seconds=60)
    answers: Queue[Reading | Exception] = Queue()
    request = ReadRequest(path=Path("x"), media_type="image/png", rotation=0, dpi=300, kind="hang")
    for key in "ab":
        pool.submit(key, request, lambda _key, result: answers.put(result))
    time.sleep(2)

    started = time.monotonic()
    pool.close()

    assert time.monotonic() - started < 2
    assert [type(answers.get(timeout=5)) for _ in "ab"] == [Cancelled, Cancelled]
    pool.submit("c", request, lambda _key, result: answers.put(result))
    assert isinstance(answers.get(timeout=5), Cancelled)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is asked for on Linux only")
def test_killing_the_parent_leaves_no_orphan(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]\n"
        "from test_process_pool import Misbehaving, ProcessPool, ReadRequest, Path\n"
        "if __name__ == '__main__':\n"
        "    pool = ProcessPool(Misbehaving(), workers=2)\n"
        "    request = ReadRequest(path=Path('x'), media_type='', rotation=0, dpi=300, kind='hang')\n"
        "    for key in 'ab':\n"
        "        pool.submit(key, request, print)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, str(script)])
    family: list[psutil.Process] = []
    deadline = time.monotonic() + 40
    while sum(child.name() == "sleep" for child in family) < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
        family = psutil.Process(parent.pid).children(recursive=True)
    assert sum(child.name() == "sleep" for child in family) == 2

    parent.kill()
    parent.wait()

    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
