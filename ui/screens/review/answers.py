"""Answers on their way into the archive: one after another, in the order in which they were given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from muni_archive.domain.reviewing import Doubt
from muni_archive.services.review_words import PageToReview, review_word
from ui.context import WindowContext


class Answers:
    """The clerk goes on while they are written; `written` is called whenever all are."""

    def __init__(self, context: WindowContext, written: Callable[[], None]) -> None:
        self._context, self._written = context, written
        self._waiting: deque[tuple[PageToReview, Doubt, str]] = deque()
        self._writing = False

    @property
    def under_way(self) -> bool:
        return self._writing or bool(self._waiting)

    def add(self, page: PageToReview, doubt: Doubt, text: str) -> None:
        self._waiting.append((page, doubt, text))
        self._next()

    def _next(self) -> None:
        if self._writing or not self._waiting:
            return
        self._writing = True
        page, doubt, text = self._waiting.popleft()
        self._context.tasks.run(
            lambda _c: review_word(self._context.place, page, doubt, text),
            done=lambda _none: self._done(),
            failed=self._failed,
        )

    def _done(self) -> None:
        self._writing = False
        self._next()
        if not self.under_way:
            self._written()

    def _failed(self, error: Exception) -> None:
        """What could not be written waits in the archive still: it is asked again."""
        self._waiting.clear()
        self._context.show_error(error)
        self._done()
