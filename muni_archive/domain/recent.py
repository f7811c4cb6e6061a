"""Things that were asked for last, kept in memory as long as there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

_Kept = TypeVar("_Kept")
BESIDE = 400
"""Bytes that keeping something costs beside its own: its name and its place."""


class Recent(Generic[_Kept]):
    """By the hash of what each was made of, so that nothing here is ever out of date; bounded in bytes. For any
    number of threads.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept = OrderedDict[str, tuple[_Kept, int]]()
        self._bytes = 0

    @property
    def kept_bytes(self) -> int:
        """What all that is kept costs."""
        return self._bytes

    def find(self, sha: str) -> _Kept | None:
        """What is kept under this name, if it is; it then counts as new."""
        with self._lock:
            found = self._kept.get(sha)
            if found is None:
                return None
            self._kept.move_to_end(sha)
            return found[0]

    def add(self, sha: str, made: _Kept, size: int) -> None:
        """Keep it, which costs so many bytes, and drop what nobody has asked for longest."""
        with self._lock:
            self._drop(sha)
            self._kept[sha] = made, size + BESIDE
            self._bytes += size + BESIDE
            while self._bytes > self._most:
                self._drop(next(iter(self._kept)))

    def remove(self, sha: str) -> None:
        """Nobody is to see it here any more."""
        with self._lock:
            self._drop(sha)

    def _drop(self, sha: str) -> None:
        self._bytes -= self._kept.pop(sha, (None, 0))[1]
