"""Work off the window's thread: the only place in `ui` that starts threads.

Work gets a cancel token and a way to report; it returns plain data. Callbacks run on the window's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import Cancelled

T = TypeVar("T")
log = logging.getLogger(__name__)
THREADS = 6


@dataclass(frozen=True, kw_only=True)
class TaskContext:
    """What work may use: the token to look at, and `report` for progress."""

    cancel: CancelToken
    report: Callable[[object], None]


class Task(QObject, Generic[T]):
    """Running work; its signals bring results to the window's thread."""

    finished = Signal(object)
    went_wrong = Signal(object)
    progressed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._token = CancelToken()
        self.running = True

    @property
    def token(self) -> CancelToken:
        return self._token

    def cancel(self) -> None:
        self._token.cancel()


class _Runner(QRunnable):
    """Runs one piece of work on a thread of the pool."""

    def __init__(self, task: Task[Any], work: Callable[[TaskContext], Any]) -> None:
        super().__init__()
        self._task, self._work = task, work

    def run(self) -> None:
        context = TaskContext(cancel=self._task.token, report=self._task.progressed.emit)
        try:
            result = self._work(context)
        except Exception as error:  # the boundary of a thread: everything is handed to the window
            self._task.went_wrong.emit(error)
        else:
            self._task.finished.emit(result)


class Tasks(QObject):
    """All running work of one window."""

    unhandled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(THREADS)
        self._running: list[Task[Any]] = []
        self._closed = False

    def run(
        self,
        work: Callable[[TaskContext], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progress: Callable[[object], None] | None = None,
    ) -> Task[T]:
        """Start `work`; one of `done` and `failed` follows, unless the window closes before."""
        task: Task[T] = Task(self)
        queued = Qt.ConnectionType.QueuedConnection
        task.finished.connect(lambda result: self._end(task, done, result), queued)
        task.went_wrong.connect(lambda error: self._fail(task, failed, error), queued)
        if progress:
            task.progressed.connect(lambda value: None if self._closed else progress(value), queued)
        self._running.append(task)
        self._pool.start(_Runner(task, work))
        return task

    def close(self, timeout_ms: int = 10_000) -> bool:
        """Cancel everything and wait; no callback comes after this. False when something still runs."""
        self._closed = True
        for task in self._running:
            task.cancel()
        return self._pool.waitForDone(timeout_ms)

    def _end(self, task: Task[Any], done: Callable[[Any], None] | None, result: object) -> None:
        self._forget(task)
        if done and not self._closed:
            done(result)

    def _fail(self, task: Task[Any], failed: Callable[[Exception], None] | None, error: Exception) -> None:
        self._forget(task)
        if self._closed:
            return
        if failed:
            failed(error)
        elif not isinstance(error, Cancelled):
            log.error("work failed", exc_info=error)
            self.unhandled.emit(error)

    def _forget(self, task: Task[Any]) -> None:
        task.running = False
        self._running.remove(task)
        task.deleteLater()
