"""A bounded folder of blobs that were fetched from elsewhere, for programs that read files."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from muni_archive.domain.errors import BlobCorrupt, BlobMissing
from muni_archive.store.vault import PART, checked, write_once

ABANDONED_S = 3600
"""A file that is half-written and so old belongs to nobody any more."""


class BlobCache:
    """Keeps what was asked for last. A path is good until so much that is newer was asked for."""

    def __init__(self, folder: Path, most_bytes: int, *, tidy: bool = True) -> None:
        """`tidy`: throw away what an earlier run left half-written; not beside a process that may be writing it."""
        self._folder = folder
        self._most = most_bytes
        self._lock = threading.Lock()
        self._sizes = _sizes(folder, tidy=tidy)
        self._total = sum(self._sizes.values())

    def find(self, sha: str) -> Path | None:
        """Where it lies, if it does; it then counts as new."""
        place = self._folder / sha
        with self._lock:
            try:
                size = place.stat().st_size
            except OSError:
                self._total -= self._sizes.pop(sha, 0)  # never here, or somebody emptied the folder
                return None
            self._count(sha, size)  # another process may have put it here
            return place

    def add(self, sha: str, pieces: Iterator[bytes]) -> Path:
        """Write it down, checked against its name. Raises `BlobCorrupt`, `DiskFull`."""
        place = self._folder / sha
        self._folder.mkdir(parents=True, exist_ok=True)
        write_once(place, checked(pieces, sha))
        with self._lock:
            self._count(sha, place.stat().st_size)
            self._drop_oldest()
        return place

    def remove(self, sha: str) -> None:
        """Nobody is to see it here any more."""
        with self._lock:
            (self._folder / sha).unlink(missing_ok=True)
            self._total -= self._sizes.pop(sha, 0)

    def names(self) -> Iterator[str]:
        """Everything that is here, in order."""
        return (place.name for place in sorted(self._folder.glob("*")) if place.suffix != PART)

    def check(self, sha: str) -> None:
        """Hash the file again. Raises `BlobMissing`, `BlobCorrupt`."""
        try:
            with (self._folder / sha).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as exc:
            raise BlobMissing(sha=sha) from exc
        if found != sha:
            raise BlobCorrupt(sha=sha)

    def _count(self, sha: str, size: int) -> None:
        self._total += size - self._sizes.get(sha, 0)
        self._sizes[sha] = size
        self._sizes.move_to_end(sha)

    def _drop_oldest(self) -> None:
        while len(self._sizes) > 1 and self._total > self._most:
            oldest, size = self._sizes.popitem(last=False)
            self._total -= size
            (self._folder / oldest).unlink(missing_ok=True)


def _sizes(folder: Path, *, tidy: bool) -> OrderedDict[str, int]:
    """What an earlier run left, oldest first; what it left half-written goes."""
    for part in folder.glob(f"*{PART}") if tidy else ():
        with suppress(OSError):  # another process, whose own it is, may be faster
            if time.time() - part.stat().st_mtime > ABANDONED_S:
                part.unlink()
    found = [(place.stat(), place.name) for place in folder.glob("*") if place.suffix != PART]
    return OrderedDict((name, stat.st_size) for stat, name in sorted(found, key=lambda each: each[0].st_mtime))
