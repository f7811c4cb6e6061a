"""A bounded folder of blobs that were fetched from elsewhere, for programs that read files."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from muni_archive.store.vault import PART, checked, write_once


class BlobCache:
    """Keeps what was asked for last. A path is good until so much that is newer was asked for."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes
        self._lock = threading.Lock()
        self._sizes = _sizes(folder)

    def find(self, sha: str) -> Path | None:
        """Where it lies, if it does; it then counts as new."""
        place = self._folder / sha
        with self._lock:
            if sha not in self._sizes:
                return None
            self._sizes.move_to_end(sha)
            if place.is_file():
                return place
            del self._sizes[sha]  # somebody emptied the folder
            return None

    def add(self, sha: str, pieces: Iterator[bytes]) -> Path:
        """Write it down, checked against its name. Raises `BlobCorrupt`, `DiskFull`."""
        place = self._folder / sha
        self._folder.mkdir(parents=True, exist_ok=True)
        write_once(place, checked(pieces, sha))
        with self._lock:
            self._sizes[sha] = place.stat().st_size
            self._sizes.move_to_end(sha)
            self._drop_oldest()
        return place

    def _drop_oldest(self) -> None:
        while len(self._sizes) > 1 and sum(self._sizes.values()) > self._most:
            oldest, _ = self._sizes.popitem(last=False)
            (self._folder / oldest).unlink(missing_ok=True)


def _sizes(folder: Path) -> OrderedDict[str, int]:
    """What an earlier run left, oldest first; what it left half-written goes."""
    for part in folder.glob(f"*{PART}"):
        part.unlink(missing_ok=True)
    found = [(place.stat(), place.name) for place in folder.glob("*")]
    return OrderedDict((name, stat.st_size) for stat, name in sorted(found, key=lambda each: each[0].st_mtime))
