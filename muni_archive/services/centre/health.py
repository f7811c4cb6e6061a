"""Whether the centre can do its work: the database answers, files can be kept, there is room on the disk."""

from __future__ import annotations

import os
import shutil
import threading
import time
from dataclasses import dataclass

from muni_archive.domain.errors import ArchiveError
from muni_archive.services.centre.arriving import SPARE
from muni_archive.services.centre.place import Centre

FRESH_S = 10.0
"""Seconds that an answer stands: asking often costs nothing."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """What was found; an empty text means well. `sequence` is the journal's last entry."""

    sequence: int
    database: str
    files: str
    disk: str

    @property
    def well(self) -> bool:
        return not (self.database or self.files or self.disk)

    def said(self) -> dict[str, object]:
        """Which part is ill, and never more: anybody may ask this."""
        parts = {"database": self.database, "files": self.files, "disk": self.disk}
        return {
            "status": "ok" if self.well else "ill",
            "sequence": self.sequence,
            **{name: found or "ok" for name, found in parts.items()},
        }


class HealthCheck:
    """Looks, at most once in a while."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._lock = threading.Lock()
        self._found: Health | None = None
        self._until = 0.0

    def look(self) -> Health:
        """A look that hangs (at a store that does not answer) holds up one asker only; others hear the last answer."""
        last = self._found
        if last is not None and not self._lock.acquire(blocking=False):
            return last
        if last is None:
            self._lock.acquire()
        try:
            if self._found is None or time.monotonic() >= self._until:
                self._found = self._look()
                self._until = time.monotonic() + FRESH_S
            return self._found
        finally:
            self._lock.release()

    def _look(self) -> Health:
        sequence, database = 0, ""
        try:
            with self._centre.unit_of_work() as unit:
                sequence = unit.records.last_sequence()
        except ArchiveError as error:
            database = error.code
        return Health(sequence=sequence, database=database, files=self._files(), disk=self._disk())

    def _files(self) -> str:
        """Whether the vault takes a file, wherever it is."""
        try:
            self._centre.probe()
        except ArchiveError as error:
            return error.code
        except OSError:
            return "not-writable"
        return ""

    def _disk(self) -> str:
        """Whether files can come in here."""
        try:
            self._centre.arriving.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(self._centre.arriving).free < SPARE:
                return "disk-full"
            writable = os.access(self._centre.arriving, os.W_OK)
        except OSError:
            return "not-writable"
        return "" if writable else "not-writable"
