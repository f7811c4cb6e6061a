"""Asking the centre while somebody types: one question at a time, so that a slow line never piles them up."""

from __future__ import annotations

from collections.abc import Callable

from muni_archive.domain.finding import SearchRequest
from muni_archive.services.together.finding import Elsewhere, find_elsewhere
from ui.context import WindowContext


class ElsewhereSearch:
    """`show` hears the answer to the newest question, and to no other; `gave_up`, that there will be none, and why."""

    def __init__(
        self,
        context: WindowContext,
        show: Callable[[SearchRequest, Elsewhere], None],
        gave_up: Callable[[SearchRequest, Exception], None],
    ) -> None:
        self._context, self._show, self._gave_up = context, show, gave_up
        self._wanted: SearchRequest | None = None
        self._busy = False

    @property
    def asking(self) -> bool:
        return self._busy or self._wanted is not None

    def ask(self, request: SearchRequest) -> None:
        """Ask this, after what is being asked now; nothing where there is no centre."""
        if self._context.centre.together is not None:
            self._wanted = request
            self._next()

    def _next(self) -> None:
        centre, request = self._context.centre, self._wanted
        together, place = centre.together, self._context.place
        if self._busy or request is None or together is None:
            return
        self._busy, self._wanted = True, None
        online = centre.state.error is None
        centre.far.run(
            lambda _c: find_elsewhere(place, together, request, online=online),
            done=lambda found: self._done(request, found),
            failed=lambda error: self._failed(request, error),
        )

    def _done(self, request: SearchRequest, found: Elsewhere) -> None:
        self._busy = False
        if self._wanted in (None, request):
            self._show(request, found)
        self._next()

    def _failed(self, request: SearchRequest, error: Exception) -> None:
        self._busy = False
        self._next()
        if not self.asking:
            self._gave_up(request, error)
