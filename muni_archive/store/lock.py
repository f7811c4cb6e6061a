"""One writing process an archive. The system lets the lock go when its holder dies."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from muni_archive.domain.errors import ArchiveInUse


class ArchiveLock:
    """Held from opening to closing by the one process that writes."""

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises `ArchiveInUse` at once when another process holds it."""
        self._lock = FileLock(folder / "lock", timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout as exc:
            raise ArchiveInUse(path=folder) from exc

    def release(self) -> None:
        self._lock.release()
