"""Reading in worker processes: one a core, each page with a time limit, and a worker may die.

A page that kills its worker fails alone: the next one gets a new worker.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue

from muni_archive.domain.errors import ArchiveError, Cancelled, ReadingFailed
from muni_archive.domain.reading import Reading
from muni_archive.ocr.processes import end_group, follow_parent
from muni_archive.ports import ReadRequest, Recognizer

_log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")
"""A fresh interpreter: a fork would take the window's threads and half its memory along."""

PAGE_SECONDS = 120.0
BEHIND = 10
"""By how much reading stands behind the window and the scanner when there are fewer cores than work."""

Done = Callable[[str, Reading | Exception], None]


class ProcessPool:
    """Implements `ports.ReadingPool`. Workers start with the first pages and stay until `close`."""

    def __init__(self, recognizer: Recognizer, *, workers: int | None = None, seconds: float = PAGE_SECONDS) -> None:
        self._recognizer = recognizer
        self._count = workers or max(1, os.cpu_count() or 1)
        self._seconds = seconds
        self._jobs: SimpleQueue[tuple[str, ReadRequest, Done] | None] = SimpleQueue()
        self._seats: list[_Seat] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()

    @property
    def workers(self) -> int:
        return self._count

    def submit(self, key: str, request: ReadRequest, done: Done) -> None:
        """Read in the background; `done` gets a `Reading`, or an `ArchiveError` that says why there is none."""
        if self._closed.is_set():
            done(key, Cancelled())
            return
        with self._lock:
            if len(self._seats) < self._count:
                self._seats.append(_Seat(self._recognizer, self._jobs, self._seconds, self._closed))
        self._jobs.put((key, request, done))

    def close(self) -> None:
        """Kill the workers; pages that wait or are being read are answered with `Cancelled`."""
        self._closed.set()
        with self._lock:
            for seat in self._seats:
                self._jobs.put(None)
                seat.kill()
            for seat in self._seats:
                seat.join()


class _Seat:
    """One worker process and the thread that feeds it; the process is replaced when it dies.

    The thread lives as long as the pool because Linux ends a worker with the *thread* that started it.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        jobs: SimpleQueue[tuple[str, ReadRequest, Done] | None],
        seconds: float,
        closed: threading.Event,
    ) -> None:
        self._recognizer, self._jobs, self._seconds, self._closed = recognizer, jobs, seconds, closed
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="reading", daemon=True)
        self._thread.start()

    def kill(self) -> None:
        with self._lock:
            if self._process is not None and self._process.pid is not None:
                end_group(self._process.pid)
                self._process.kill()

    def join(self) -> None:
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=10)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            key, request, done = job
            result = Cancelled() if self._closed.is_set() else self._read(request)
            try:
                done(key, result)
            except Exception:
                _log.exception("A listener failed on the reading of page %s", key)
        self._dismiss()

    def _read(self, request: ReadRequest) -> Reading | ArchiveError:
        try:
            pipe = self._hire()
            pipe.send(request)
            if pipe.poll(self._seconds):
                answer: Reading | ArchiveError = pipe.recv()
                return answer
            detail = f"no result within {self._seconds:.0f} s"
        except (EOFError, OSError):
            detail = f"the reading process ended unexpectedly ({self._exit_code()})"
        self._dismiss()
        return Cancelled() if self._closed.is_set() else ReadingFailed(detail=detail)

    def _hire(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self._dismiss()
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_work, args=(theirs, self._recognizer, os.getpid()), name="muni-reading")
        with self._lock:
            if self._closed.is_set():
                raise EOFError
            process.start()
            self._process, self._pipe = process, ours
        theirs.close()
        return ours

    def _exit_code(self) -> int | None:
        if self._process is None:
            return None
        self._process.join(timeout=2)
        return self._process.exitcode

    def _dismiss(self) -> None:
        self.kill()
        with self._lock:
            process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process is not None:
            process.join(timeout=5)
        if pipe is not None:
            pipe.close()


def _work(pipe: Connection, recognizer: Recognizer, parent: int) -> None:
    """The worker's life: a request in, a reading or an error out, until the pipe closes."""
    follow_parent(parent)
    if hasattr(os, "nice"):
        os.nice(BEHIND)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            pipe.send(_answer(recognizer, pipe.recv()))


def _answer(recognizer: Recognizer, request: ReadRequest) -> Reading | ArchiveError:
    try:
        return recognizer.read(request)
    except ArchiveError as error:
        return error
    except Exception as error:
        _log.exception("Reading %s failed", request.path)
        return ReadingFailed(detail=f"{type(error).__name__}: {error}")
