"""When a search counts as asked: typing finds at every pause, and only what somebody stayed with is noted."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from muni_archive.domain.finding import SearchRequest
from ui.noting import Noting

SETTLED_MS = 3_000


class SearchNoting(QObject):
    """Notes a question when its answer has stood for a while, when a hit is opened, or when the screen is left."""

    def __init__(self, noting: Noting, parent: QObject) -> None:
        super().__init__(parent)
        self._noting = noting
        self._asked: tuple[SearchRequest, int] | None = None
        self._noted: SearchRequest | None = None
        self._timer = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._timer.timeout.connect(self.settle)

    def answered(self, request: SearchRequest, found: int) -> None:
        """An answer is shown; scrolling for more of it is the same question."""
        question = replace(request, limit=0, facets=False)
        if question == self._noted or _is_empty(question):
            self._asked = None
            self._timer.stop()
            return
        self._asked = question, found
        self._timer.start()

    def settle(self) -> None:
        """What is shown now was asked."""
        self._timer.stop()
        if self._asked is not None:
            question, found = self._asked
            self._noted, self._asked = question, None
            self._noting.searched(question, found)


def _is_empty(question: SearchRequest) -> bool:
    return question == SearchRequest(query=question.query, sort=question.sort, limit=0) and not question.query.strip()
