"""From where on a serving process knows what happened: it cannot know what a restore before it took away."""

from __future__ import annotations

import threading

from muni_archive.domain.journal import GENESIS
from muni_archive.ports import CentralUnit


class Beginning:
    """The end of the central journal at this process's first look; again, when the journal was put back under it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first = 0
        self._last: tuple[int, str] | None = None

    def sequence(self, unit: CentralUnit) -> int:
        """What stands behind this entry came while this process was there."""
        with self._lock:
            if self._last is None or _hash_at(unit, self._last[0]) != self._last[1]:
                self._first = unit.records.last_sequence()
            end = unit.records.last_sequence()
            self._last = (end, _hash_at(unit, end))
            return self._first


def _hash_at(unit: CentralUnit, sequence: int) -> str:
    """Empty where the journal does not go so far."""
    if not sequence:
        return GENESIS
    found = unit.records.journal(after=sequence - 1, limit=1)
    return found[0].hash if found else ""
