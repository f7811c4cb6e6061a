"""Steps of a clerk that can be taken back, each through the use case that undoes it.

The steps are recorded one after another off the window's thread, in the order in which they were made.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtGui import QUndoCommand, QUndoStack

from muni_archive.domain.records import Page
from muni_archive.messages import _
from muni_archive.services.capture_batch import bring_page_back, put_page, reorder_pages, rotate_page, set_page_aside
from muni_archive.services.workplace import Workplace
from ui.tasks import Tasks

Step = Callable[[], object]


class Edits:
    """Carries steps out, one at a time; when one fails, those that wait are dropped and the stack is cleared."""

    def __init__(
        self, tasks: Tasks, stack: QUndoStack, *, changed: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        self._tasks, self._stack = tasks, stack
        self._changed, self._failed = changed, failed
        self._waiting: deque[Step] = deque()
        self._running = False

    @property
    def idle(self) -> bool:
        return not self._running and not self._waiting

    def add(self, step: Step) -> None:
        self._waiting.append(step)
        self._next()

    def _next(self) -> None:
        if self._running or not self._waiting:
            return
        step = self._waiting.popleft()
        self._running = True
        self._tasks.run(lambda _c: step(), done=self._done, failed=self._broke)

    def _done(self, _result: object) -> None:
        self._running = False
        self._changed()
        self._next()

    def _broke(self, error: Exception) -> None:
        self._running = False
        self._waiting.clear()
        self._stack.clear()
        self._failed(error)
        self._changed()


class Edit(QUndoCommand):
    """One step: what does it and what undoes it."""

    def __init__(self, edits: Edits, text: str, do: Step, undo: Step) -> None:
        super().__init__(text)
        self._edits, self._do, self._undo = edits, do, undo

    def redo(self) -> None:
        self._edits.add(self._do)

    def undo(self) -> None:
        self._edits.add(self._undo)


def turning(place: Workplace, edits: Edits, pages: Sequence[Page], degrees: int) -> Edit:
    """Pages turned for viewing, clockwise from how they stand."""

    def do() -> None:
        for page in pages:
            rotate_page(place, page.id, (page.rotation + degrees) % 360)

    def undo() -> None:
        for page in pages:
            rotate_page(place, page.id, page.rotation)

    return Edit(edits, _("Turn"), do, undo)


def setting_aside(place: Workplace, edits: Edits, pages: Sequence[Page]) -> Edit:
    """Pages that go into no document."""

    def do() -> None:
        for page in pages:
            set_page_aside(place, page.id)

    return Edit(edits, _("Set aside"), do, lambda: _as_they_were(place, pages))


def bringing_back(place: Workplace, edits: Edits, pages: Sequence[Page]) -> Edit:
    """Pages kept after all: set aside before, or taken for blank."""

    def do() -> None:
        for page in pages:
            bring_page_back(place, page.id)

    return Edit(edits, _("Bring back"), do, lambda: _as_they_were(place, pages))


def reordering(place: Workplace, edits: Edits, batch_id: str, before: Sequence[str], after: Sequence[str]) -> Edit:
    """Pages in another order."""
    first, then = tuple(before), tuple(after)
    return Edit(
        edits,
        _("Move"),
        lambda: reorder_pages(place, batch_id, then),
        lambda: reorder_pages(place, batch_id, first),
    )


def collating(
    place: Workplace, edits: Edits, batch_id: str, before: Sequence[str], collate: Callable[[Workplace, str], None]
) -> Edit:
    """Fronts and backs that were fed one after the other, interleaved."""
    first = tuple(before)
    return Edit(edits, _("Collate"), lambda: collate(place, batch_id), lambda: reorder_pages(place, batch_id, first))


def _as_they_were(place: Workplace, pages: Sequence[Page]) -> None:
    for page in pages:
        put_page(place, page.id, page.state)
