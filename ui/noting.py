"""What the person at this window looks at, asks and takes out, noted in their own archive's journal.

Each note costs a commit, so it is made off the window's thread and nobody waits for it. What is shown from the centre's
copy is noted here as well: a copy records nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.records import Document
from muni_archive.services.audit.checkpoints import sign_if_due
from muni_archive.services.audit.record import (
    record_exported,
    record_printed,
    record_search,
    record_seen,
    record_taken_out,
)
from muni_archive.services.workplace import Workplace
from ui.tasks import Tasks

_log = logging.getLogger(__name__)
FIRST_MS, EACH_MS = 60_000, 3_600_000
"""After opening, and then so often, it is looked at whether a checkpoint is due."""


class Noting(QObject):
    """One for each window; a failure is told as every other."""

    def __init__(self, place: Workplace, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place, self._tasks = place, tasks
        self._hourly = QTimer(self, interval=FIRST_MS)
        self._hourly.timeout.connect(self._sign)
        self._hourly.start()

    def seen(self, document: Document) -> None:
        self._note(lambda: record_seen(self._place, document.id, document.number))

    def searched(self, request: SearchRequest, found: int) -> None:
        self._note(lambda: record_search(self._place, request, found))

    def printed(self, document: Document, pages: int) -> None:
        self._note(lambda: record_printed(self._place, document.id, document.number, pages))

    def exported(self, document: Document, form: str) -> None:
        """`form` as in `events.DocumentExported`."""
        self._note(lambda: record_exported(self._place, document.id, document.number, form))

    def taken_out(self, what: str, count: int) -> None:
        """`what` as in `events.DataExported`."""
        self._note(lambda: record_taken_out(self._place, what, count))

    def _sign(self) -> None:
        """Failing to sign is no reason to disturb anybody: it is tried again in an hour."""
        self._hourly.setInterval(EACH_MS)
        self._tasks.run(
            lambda _c: sign_if_due(self._place),
            failed=lambda error: _log.warning("no checkpoint was signed", exc_info=error),
        )

    def _note(self, work: Callable[[], object]) -> None:
        self._tasks.run(lambda _c: work())
