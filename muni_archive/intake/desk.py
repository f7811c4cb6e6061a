"""The desk where foreign files are opened: a worker process that may crash, hang or run out of memory.

One is kept warm, because starting it takes longer than opening most files.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from muni_archive.domain.errors import ArchiveError, FileBroken, FileTooLarge
from muni_archive.intake.page import IntakePage
from muni_archive.intake.reader import Job, serve
from muni_archive.messages import _, current_language

_log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")
"""A fresh interpreter: a fork would take the window's threads and half its memory along."""

PAGE_SECONDS = 90.0
"""Longest wait for one page; a drawing of thousands of strokes takes a minute to draw."""


class Desk:
    """One worker process and our end of the pipe to it."""

    def __init__(self) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=serve, args=(theirs,), name="muni-intake", daemon=True)
        self._process.start()
        theirs.close()
        self.free = True
        """Whether it waits for a file; False while one is open, and for ever after one that broke it."""

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def pages(self, path: Path, *, is_pdf: bool, seconds: float) -> Iterator[IntakePage]:
        """The file's pages, without data where the file itself is the page. Raises the `Refused` family."""
        self.free = False
        try:
            self._pipe.send(Job(path=str(path.absolute()), is_pdf=is_pdf, language=current_language()))
            while (answer := self._answer(seconds)) is not None:
                if isinstance(answer, ArchiveError):
                    self.free = True
                    raise answer
                yield answer
        except (EOFError, OSError) as exc:
            raise FileBroken(name=path.name, detail=_("it makes the program that opens it fail")) from exc
        self.free = True

    def dismiss(self) -> None:
        """Kill the worker and whatever it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "linux" and self._process.pid is not None and _leads_group(self._process):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join(timeout=5)
        self._pipe.close()

    def _answer(self, seconds: float) -> IntakePage | ArchiveError | None:
        if not self._pipe.poll(seconds):
            detail = _("one of its pages needs more than {seconds} seconds").format(seconds=round(seconds))
            raise FileTooLarge(name="", detail=detail)
        answer: IntakePage | ArchiveError | None = self._pipe.recv()
        return answer


_warm: list[Desk] = []
_lock = threading.Lock()


@contextlib.contextmanager
def hired_desk() -> Iterator[Desk]:
    """A desk for one file, the warm one where it is free; afterwards it is kept, or dismissed when unfit."""
    with _lock:
        desk = _warm.pop() if _warm else None
    if desk is not None and not desk.alive:
        desk.dismiss()
        desk = None
    desk = desk or Desk()
    try:
        yield desk
    finally:
        with _lock:
            keep = desk.free and desk.alive and not _warm
            if keep:
                _warm.append(desk)
        if not keep:
            desk.dismiss()


def _leads_group(process: multiprocessing.process.BaseProcess) -> bool:
    return process.pid is not None and os.getpgid(process.pid) == process.pid
