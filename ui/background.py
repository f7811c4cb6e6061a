"""Reading in the background: as long as the window is open, what waits is read and becomes findable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from muni_archive.bootstrap import OpenArchive
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.read_pages import ReadProgress, read_pending
from ui.tasks import TaskContext, Tasks

NAP_SECONDS = 0.5


class BackgroundReading:
    """One task that reads, naps, and reads again when something new has come."""

    def __init__(self, opened: OpenArchive, tasks: Tasks, on_progress: Callable[[ReadProgress], None]) -> None:
        self._opened, self._tasks, self._on_progress = opened, tasks, on_progress
        self._preferred: tuple[str, ...] = ()
        self._wake = threading.Event()
        self._wake.set()

    def start(self) -> None:
        self._tasks.run(self._work, progress=self._told)

    def wake(self) -> None:
        """Something new waits."""
        self._wake.set()

    def prefer(self, page_ids: Sequence[str]) -> None:
        """Read these before others."""
        self._preferred = tuple(page_ids)
        self._wake.set()

    def _work(self, context: TaskContext) -> None:
        place = self._opened.place
        while not context.cancel.cancelled:
            if not self._wake.wait(NAP_SECONDS):
                continue
            self._wake.clear()
            follow_journal(place)
            with place.unit_of_work() as unit:
                waiting = unit.records.count_to_read()
            if waiting:
                read_pending(
                    place,
                    self._opened.pool(),
                    cancel=context.cancel,
                    progress=context.report,
                    prefer=lambda: self._preferred,
                )

    def _told(self, value: object) -> None:
        if isinstance(value, ReadProgress):
            self._on_progress(value)
