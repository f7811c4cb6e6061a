"""A bounded folder of blobs that were fetched from elsewhere, for programs that read files."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from muni_archive.domain.errors import BlobCorrupt, BlobMissing
from muni_archive.domain.full_disk import disk_full_told
from muni_archive.store.read_only import remove_file
from muni_archive.store.vault import PART, checked, write_once

ABANDONED_S = 3600
"""A file that is half-written and so old belongs to nobody any more."""
UNSEEN = 16
"""A process writes this part of the bound before it looks again at what another has written beside it.

Looking costs 8 µs a file: 23 s where 8 GiB hold 2.8 million texts, each time that half a GiB of them came.
"""


class BlobCache:
    """Keeps what was asked for last. A path is good until so much that is newer was asked for.

    The bound is the folder's, which two processes may share: a window, and the one that follows the centre for it. What
    lies there is counted when something is written first: who only reads waits for no million files, and keeps none in
    mind.
    """

    def __init__(self, folder: Path, most_bytes: int, *, tidy: bool = True) -> None:
        """`tidy`: throw away what an earlier run left half-written; not beside a process that may be writing it."""
        self._folder = folder
        self._unseen = most_bytes // UNSEEN
        """Bytes that the other process may have written since this one looked."""
        self._most = most_bytes - self._unseen
        self._written: int | None = None
        """Bytes since this one looked; None before it did."""
        self._lock = threading.Lock()
        if tidy:
            _tidy(folder)
        self._sizes = OrderedDict[str, int]()
        self._total = 0

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
        with disk_full_told():
            self._folder.mkdir(parents=True, exist_ok=True)
            write_once(place, checked(pieces, sha))
        size = place.stat().st_size
        with self._lock:
            self._count(sha, size)
            first = self._written is None
            self._written = size + (self._written or 0)
            looks = first or self._written > self._unseen
            if looks:
                self._written = 0
        if looks:
            self._look(first=first)
        with self._lock:
            self._drop_oldest()
        return place

    def remove(self, sha: str) -> None:
        """Nobody is to see it here any more."""
        with self._lock:
            remove_file(self._folder / sha)
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

    def _look(self, *, first: bool) -> None:
        """Count what lies there, or what another process has written or dropped since. It takes its time; meanwhile
        others may ask for files. What was asked for before the `first` look is newer than what nobody asked for.
        """
        with self._lock:
            known = set(self._sizes)
        found = _sizes(self._folder)
        with self._lock:
            asked = list(self._sizes)
            for gone in known - found.keys():
                self._total -= self._sizes.pop(gone, 0)
            for name, size in found.items():
                if name not in known and name not in self._sizes:
                    self._count(name, size)
            for name in asked if first else ():
                if name in self._sizes:
                    self._sizes.move_to_end(name)

    def _count(self, sha: str, size: int) -> None:
        self._total += size - self._sizes.get(sha, 0)
        self._sizes[sha] = size
        self._sizes.move_to_end(sha)

    def _drop_oldest(self) -> None:
        while len(self._sizes) > 1 and self._total > self._most:
            oldest, size = self._sizes.popitem(last=False)
            self._total -= size
            with suppress(OSError):  # somebody reads it, on Windows; it is counted again at the next look
                remove_file(self._folder / oldest)


def _tidy(folder: Path) -> None:
    for part in folder.glob(f"*{PART}"):
        with suppress(OSError):  # another process, whose own it is, may be faster
            if time.time() - part.stat().st_mtime > ABANDONED_S:
                remove_file(part)


def _sizes(folder: Path) -> OrderedDict[str, int]:
    """What lies there, oldest first."""
    found = list[tuple[float, str, int]]()
    if folder.is_dir():
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):  # another process dropped it
                if not entry.name.endswith(PART):
                    found.append(((stat := entry.stat()).st_mtime, entry.name, stat.st_size))
    return OrderedDict((name, size) for _, name, size in sorted(found))
