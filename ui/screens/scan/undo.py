"""Steps of a clerk that can be taken back, each through the use case that undoes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QUndoCommand

from muni_archive.domain.records import Page, PageState
from muni_archive.messages import _
from muni_archive.services.capture_batch import bring_page_back, reorder_pages, rotate_page, set_page_aside
from ui.context import WindowContext


class Turning(QUndoCommand):
    """A page turned for viewing."""

    def __init__(self, context: WindowContext, page: Page, degrees: int, after: Callable[[], None]) -> None:
        super().__init__(_("Turn right"))
        self._context, self._page, self._degrees, self._after = context, page, degrees, after

    def redo(self) -> None:
        rotate_page(self._context.place, self._page.id, self._degrees)
        self._after()

    def undo(self) -> None:
        rotate_page(self._context.place, self._page.id, self._page.rotation)
        self._after()


class Rejecting(QUndoCommand):
    """A page set aside, or brought back."""

    def __init__(self, context: WindowContext, page: Page, state: PageState, after: Callable[[], None]) -> None:
        super().__init__(_("Set aside"))
        self._context, self._page, self._state, self._after = context, page, state, after

    def redo(self) -> None:
        self._put(self._state)

    def undo(self) -> None:
        self._put(PageState.KEPT if self._state is PageState.REJECTED else PageState.REJECTED)

    def _put(self, state: PageState) -> None:
        put = bring_page_back if state is PageState.KEPT else set_page_aside
        put(self._context.place, self._page.id)
        self._after()


class Reordering(QUndoCommand):
    """Pages in another order."""

    def __init__(
        self,
        context: WindowContext,
        batch_id: str,
        before: Sequence[str],
        after: Sequence[str],
        refresh: Callable[[], None],
    ) -> None:
        super().__init__(_("Move up"))
        self._context, self._batch_id = context, batch_id
        self._before, self._later, self._refresh = tuple(before), tuple(after), refresh

    def redo(self) -> None:
        reorder_pages(self._context.place, self._batch_id, self._later)
        self._refresh()

    def undo(self) -> None:
        reorder_pages(self._context.place, self._batch_id, self._before)
        self._refresh()
