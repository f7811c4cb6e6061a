"""No faster than allowed, and not all at once: bytes spread over time, tries spread over chance."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from muni_archive.domain.cancellation import CancelToken

PIECES_A_S = 4
"""Under a limit, no more than such a part of a second's bytes goes at once,"""
LEAST_PIECE, LEAST_LINE = 16 * 1024, 64 * 1024
"""but always so many; and so many bytes a second are worth a line of their own."""
_chance = random.SystemRandom()


class Pace:
    """A limit that all who send together share; may be used by several threads at once."""

    def __init__(self, bytes_per_s: int = 0, *, now: Callable[[], float] = time.monotonic) -> None:
        """`bytes_per_s`: 0 for no limit; then nothing waits, and no lock is taken."""
        self._bytes_per_s, self._now = bytes_per_s, now
        self._free_at = now()
        self._lock = threading.Lock()

    def piece(self, largest: int) -> int:
        """Bytes to send at once, where `largest` would be sent without a limit."""
        if not self._bytes_per_s:
            return largest
        return min(largest, max(LEAST_PIECE, self._bytes_per_s // PIECES_A_S))

    def lines(self, most: int) -> int:
        """How many files to send at the same time: few, when each would creep, and its address run out meanwhile."""
        return max(1, min(most, self._bytes_per_s // LEAST_LINE)) if self._bytes_per_s else most

    def wait(self, size: int, cancel: CancelToken) -> None:
        """Until `size` bytes may go, also for the second time. Raises `Cancelled`."""
        if not self._bytes_per_s:
            return
        with self._lock:
            begins = max(self._free_at, self._now())
            self._free_at = begins + size / self._bytes_per_s
        cancel.wait(begins - self._now())
        cancel.raise_if_cancelled()


UNLIMITED = Pace()


def pause(failures: int, *, first_s: float, longest_s: float) -> float:
    """Seconds to wait after so many failures in a row: twice as long each time, and at random within that.

    So those who were cut off at one moment do not come back at one moment, and again at another.
    """
    return _chance.uniform(0.2, 1.0) * min(longest_s, first_s * 2.0 ** min(failures, 10))
