"""The one way to ask running work to stop."""

from __future__ import annotations

import threading

from muni_archive.domain.errors import Cancelled


class CancelToken:
    """Set from any thread; the work looks at it between steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Sleep for `seconds` or until cancelled; True when cancelled."""
        return self._event.wait(seconds)

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` once somebody asked to stop."""
        if self.cancelled:
            raise Cancelled
