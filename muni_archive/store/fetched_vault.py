"""Files of an archive elsewhere: fetched when they are asked for, kept in a bounded folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from muni_archive.domain.errors import BlobMissing, CentreUnreachable, NotFound, OnlyElsewhere, WrongUse
from muni_archive.store.blob_cache import BlobCache

PIECE = 1 << 20


class FetchedVault:
    """Implements `ports.Vault` for reading. All of it is safe elsewhere, so dropping what is old loses nothing."""

    def __init__(self, cache: BlobCache, fetch: Callable[[str], bytes] | None) -> None:
        """`fetch` returns checked bytes; without one (no line), only what was fetched before is there."""
        self._cache, self._fetch = cache, fetch

    def put(self, data: bytes) -> str:
        raise WrongUse(detail=f"nothing is kept in a copy ({len(data)} bytes)")

    def take(self, file: Path, sha: str) -> None:
        raise WrongUse(detail=f"nothing is kept in a copy ({file}, {sha})")

    def get(self, sha: str) -> bytes:
        return self.path(sha).read_bytes()

    def path(self, sha: str) -> Path:
        """Raises `BlobMissing`, `OnlyElsewhere` without a line, and what else the line raises."""
        found = self._cache.find(sha)
        if found is not None:
            return found
        if self._fetch is None:
            raise BlobMissing(sha=sha)
        try:
            return self._cache.add(sha, iter((self._fetch(sha),)))
        except NotFound as exc:
            raise BlobMissing(sha=sha) from exc
        except CentreUnreachable as exc:
            raise OnlyElsewhere from exc

    def has(self, sha: str) -> bool:
        return self._cache.find(sha) is not None

    def size(self, sha: str) -> int:
        return self.path(sha).stat().st_size

    def read(self, sha: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        data = self.get(sha)
        end = len(data) if length is None else start + length
        return (data[at : min(at + PIECE, end)] for at in range(start, end, PIECE))

    def names(self) -> Iterator[str]:
        return self._cache.names()

    def check(self, sha: str) -> None:
        self._cache.check(sha)
