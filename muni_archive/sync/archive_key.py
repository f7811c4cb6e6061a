"""The archive's own key, with which it signs checkpoints and speaks to its centre: implements `ports.Signer`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from muni_archive.domain.errors import KeyMissing, KeyStoreFailed, SigningKeyElsewhere
from muni_archive.sync.keys import FILE, find_key, own_key
from muni_archive.sync.signing import public_half, sign
from muni_archive.sync.state import is_enrolled

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeyInHand:
    """Implements `ports.HeldKey`."""

    private: str = field(repr=False)

    @property
    def public_key(self) -> str:
        return public_half(self.private)

    def sign(self, text: bytes) -> str:
        return sign(self.private, text)


class ArchiveKey:
    """Looked up each time it is needed, which is seldom: the key store may be slow to answer, or ask somebody."""

    def __init__(self, folder: Path, archive_id: Callable[[], str]) -> None:
        self._folder, self._archive_id = folder, archive_id

    def held(self, *, new: bool = True) -> KeyInHand:
        archive_id = self._archive_id()
        if is_enrolled(self._folder) and find_key(self._folder, archive_id) is None:
            raise KeyMissing  # it is enrolled under that one, and no other
        if not new and find_key(self._folder, archive_id) is None:
            raise SigningKeyElsewhere(path=self._folder / FILE)
        return KeyInHand(own_key(self._folder, archive_id))

    def known_key(self) -> str:
        try:
            key = find_key(self._folder, self._archive_id())
        except KeyStoreFailed as error:
            _log.warning("checkpoints are not compared with the archive's own key: %s", error)
            return ""
        return public_half(key) if key else ""
