"""The archive's own key, with which it signs checkpoints and speaks to its centre: implements `ports.Signer`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from muni_archive.sync.keys import find_key, keep_key
from muni_archive.sync.signing import new_key, public_half, sign


class ArchiveKey:
    """Looked up each time it is needed, which is seldom: the key store may be slow to answer, or ask somebody."""

    def __init__(self, folder: Path, archive_id: Callable[[], str]) -> None:
        self._folder, self._archive_id = folder, archive_id

    def public_key(self) -> str:
        return public_half(self._private())

    def known_key(self) -> str:
        key = find_key(self._folder, self._archive_id())
        return public_half(key) if key else ""

    def sign(self, text: bytes) -> str:
        return sign(self._private(), text)

    def _private(self) -> str:
        archive_id = self._archive_id()
        key = find_key(self._folder, archive_id)
        if key is None:
            key = new_key()
            keep_key(self._folder, archive_id, key)
        return key
