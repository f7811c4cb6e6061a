"""People's private keys on this machine, for one archive."""

from __future__ import annotations

import hashlib
from pathlib import Path

from muni_archive.domain.people import plain_name
from muni_archive.key_store import find_private, keep_private

FOLDER = "keys"


class FolderPersonKeys:
    """Implements `ports.PersonKeys`: the system's key store, or files in the archive's folder where there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def find(self, archive_id: str, name: str) -> str | None:
        return find_private(_account(archive_id, name), self._place(archive_id, name))

    def keep(self, archive_id: str, name: str, key: str) -> None:
        keep_private(_account(archive_id, name), key, self._place(archive_id, name))

    def _place(self, archive_id: str, name: str) -> Path:
        digest = hashlib.sha256(_account(archive_id, name).encode()).hexdigest()
        return self._folder / f"{digest[:32]}.key"


def _account(archive_id: str, name: str) -> str:
    return f"{archive_id}/{plain_name(name)}"
