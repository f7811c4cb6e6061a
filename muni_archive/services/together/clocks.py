"""A station's clock that is wrong changes nothing but the times that people read; it is pointed out."""

from __future__ import annotations

import time
from collections.abc import Callable

from muni_archive.domain.centre_errors import TooOften
from muni_archive.messages import _, ngettext
from muni_archive.services.together.place import Together

TOLERATED_S = 300.0
"""Seconds that the two clocks may differ before anybody is told."""
AGAIN_S, SOON_S = 3600.0, 300.0
"""Seconds between two looks at the centre's clock; and while ours is wrong, so that who sets it is believed."""
HOUR, DAY = 60, 24 * 60
"""Minutes."""


class ClockWatch:
    """Compares the station's clock with the centre's, now and then."""

    def __init__(self, together: Together, told: Callable[[float], None]) -> None:
        """`told` hears by how many seconds the station's clock is ahead (behind: negative); 0.0 when it is right."""
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
        on_the_way = (time.monotonic() - started) / 2
        ahead = (clock.now() - there).total_seconds() - on_the_way
        wrong = abs(ahead) > TOLERATED_S
        self._next = time.monotonic() + (SOON_S if wrong else AGAIN_S)
        self._told(ahead if wrong else 0.0)


def clock_words(ahead: float, *, number: Callable[[int], str] = str) -> str:
    """How wrong a clock is that is so many seconds ahead (behind: negative), and what to do."""
    said = _("{span} fast; set it") if ahead > 0 else _("{span} slow; set it")
    return said.format(span=_span(round(abs(ahead) / 60), number))


def _span(minutes: int, number: Callable[[int], str]) -> str:
    """In minutes up to two hours, in hours up to two days: nobody sees a year in 525,600 minutes."""
    if minutes >= 2 * DAY:
        count = round(minutes / DAY)
        return ngettext("{count} day", "{count} days", count).format(count=number(count))
    if minutes >= 2 * HOUR:
        count = round(minutes / HOUR)
        return ngettext("{count} hour", "{count} hours", count).format(count=number(count))
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=number(minutes))
