"""Work off the window's thread: the only place in `ui` that starts threads.

Work gets a cancel token and a way to report; it returns plain data. Callbacks run on the window's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, SignalInstance, Slot
from shiboken6 import isValid

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import Cancelled

T = TypeVar("T")
log = logging.getLogger(__name__)
THREADS = 6
_LATE: list[QThreadPool] = []
"""Pools whose work outlasts its window: destroying one waits for its threads, and nobody may be kept waiting so."""


@dataclass(frozen=True, kw_only=True)
class TaskContext:
    """What work may use: the token to look at, and `report` for progress."""

    cancel: CancelToken
    report: Callable[[object], None]


class Task(Generic[T]):
    """Running work."""

    def __init__(self, heard: _Heard) -> None:
        self.token = CancelToken()
        self.running = True
        self.heard = heard

    def cancel(self) -> None:
        self.token.cancel()


@dataclass(frozen=True, kw_only=True)
class _Heard:
    """Who is called on the window's thread."""

    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    progress: Callable[[object], None] | None


class _Runner(QRunnable):
    """Runs one piece of work on a thread of the pool."""

    def __init__(self, tasks: Tasks, task: Task[Any], work: Callable[[TaskContext], Any]) -> None:
        super().__init__()
        self._tasks, self._task, self._work = tasks, task, work

    def run(self) -> None:
        tasks, task = self._tasks, self._task
        context = TaskContext(cancel=task.token, report=lambda value: tasks.progressed.emit(task, value))
        try:
            result = self._work(context)
        except Exception as error:  # the boundary of a thread: everything is handed to the window
            _tell(tasks.went_wrong, task, error)
        else:
            _tell(tasks.finished, task, result)


def _tell(signal: SignalInstance, task: Task[Any], value: object) -> None:
    """Nobody is told any more where the window has gone meanwhile."""
    with suppress(RuntimeError):
        signal.emit(task, value)


def _is_heard(callback: Callable[..., None]) -> bool:
    """Whether the widget whose method it is, if it is one, is still there: a page may be closed while it is loaded."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)


class Tasks(QObject):
    """All running work of one window.

    The signals end at this object's own slots: what is still in the queue when it is destroyed goes with it. Slots that
    are plain functions belong to nobody, and were called for a task that was gone.
    """

    unhandled = Signal(object)
    finished = Signal(object, object)
    went_wrong = Signal(object, object)
    progressed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(THREADS)
        self._running: list[Task[Any]] = []
        self._closed = False
        queued = Qt.ConnectionType.QueuedConnection
        self.finished.connect(self._end, queued)
        self.went_wrong.connect(self._fail, queued)
        self.progressed.connect(self._progress, queued)

    def run(
        self,
        work: Callable[[TaskContext], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progress: Callable[[object], None] | None = None,
    ) -> Task[T]:
        """Start `work`; one of `done` and `failed` follows, unless the window closes before."""
        task: Task[T] = Task(_Heard(done=done, failed=failed, progress=progress))
        self._running.append(task)
        self._pool.start(_Runner(self, task, work))
        return task

    def close(self, timeout_ms: int = 10_000) -> bool:
        """Cancel everything and wait; no callback comes after this. False when something still runs: it runs to its end
        by itself, what has not begun never does, and whoever destroys the window is not kept waiting.
        """
        self._closed = True
        for task in self._running:
            task.cancel()
        _LATE[:] = [pool for pool in _LATE if not pool.waitForDone(0)]
        if self._pool.waitForDone(timeout_ms):
            return True
        self._pool.clear()
        self._pool.setParent(None)
        _LATE.append(self._pool)
        return False

    @Slot(object, object)
    def _end(self, task: Task[Any], result: object) -> None:
        self._forget(task)
        if task.heard.done and not self._closed and _is_heard(task.heard.done):
            task.heard.done(result)

    @Slot(object, object)
    def _fail(self, task: Task[Any], error: Exception) -> None:
        self._forget(task)
        if self._closed:
            return
        if task.heard.failed:
            if _is_heard(task.heard.failed):
                task.heard.failed(error)
        elif not isinstance(error, Cancelled):
            log.error("work failed", exc_info=error)
            self.unhandled.emit(error)

    @Slot(object, object)
    def _progress(self, task: Task[Any], value: object) -> None:
        if task.heard.progress and not self._closed:
            task.heard.progress(value)

    def _forget(self, task: Task[Any]) -> None:
        task.running = False
        self._running.remove(task)
