"""A station's clock that is wrong changes nothing but the times that people read; it is pointed out."""

from __future__ import annotations

import time
from collections.abc import Callable

from muni_archive.domain.centre_errors import TooOften
from muni_archive.services.together.place import Together

TOLERATED_S = 300.0
"""Seconds that the two clocks may differ before anybody is told."""
AGAIN_S = 3600.0
"""Seconds between two looks at the centre's clock."""


class ClockWatch:
    """Compares the station's clock with the centre's, now and then."""

    def __init__(self, together: Together, told: Callable[[float], None]) -> None:
        """`told` hears by how many seconds the station's clock is ahead (behind: negative), when it is too many."""
        self._together, self._told = together, told
        self._next = time.monotonic()

    def look(self) -> None:
        """Ask, if it is time to. Raises what the line raises."""
        if time.monotonic() < self._next:
            return
        clock, started = self._together.copied.clock, time.monotonic()
        try:
            there = self._together.line.centre_time()
        except TooOften:
            return  # not worth waiting for
        self._next = time.monotonic() + AGAIN_S
        on_the_way = (time.monotonic() - started) / 2
        ahead = (clock.now() - there).total_seconds() - on_the_way
        if abs(ahead) > TOLERATED_S:
            self._told(ahead)
