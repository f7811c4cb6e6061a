"""Files of an archive elsewhere: fetched when they are asked for, kept in a bounded folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from muni_archive.domain.centre_errors import CentreError, CentreUnreachable, OnlyElsewhere
from muni_archive.domain.errors import BlobMissing, NotFound, ObjectStoreFailed, WrongUse
from muni_archive.store.blob_cache import BlobCache

PIECE = 1 << 20
AT_ONCE = 200
"""Files that are asked for together."""
FetchMany = Callable[[Sequence[str]], Mapping[str, bytes]]


class FetchedVault:
    """Implements `ports.Vault` for reading. All of it is safe elsewhere, so dropping what is old loses nothing."""

    def __init__(
        self, cache: BlobCache, fetch: Callable[[str], bytes] | None, fetch_many: FetchMany | None = None
    ) -> None:
        """Both return checked bytes; without `fetch` (no line), only what was fetched before is there."""
        self._cache, self._fetch, self._fetch_many = cache, fetch, fetch_many

    def put(self, data: bytes) -> str:
        raise WrongUse(detail=f"nothing is kept in a copy ({len(data)} bytes)")

    def take(self, file: Path, sha: str) -> None:
        raise WrongUse(detail=f"nothing is kept in a copy ({file}, {sha})")

    def set_aside(self, sha: str) -> None:
        raise WrongUse(detail=f"a copy's files are the centre's ({sha})")

    def get(self, sha: str) -> bytes:
        """What has changed here is thrown away, and fetched again."""
        data = self.path(sha).read_bytes()
        if hashlib.sha256(data).hexdigest() == sha:
            return data
        self._cache.remove(sha)
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

    def fetch_ahead(self, shas: Sequence[str]) -> None:
        """What does not come now comes when it is asked for, and says then what is wrong."""
        if self._fetch_many is None:
            return
        missing = [sha for sha in dict.fromkeys(shas) if self._cache.find(sha) is None]
        for at in range(0, len(missing), AT_ONCE):
            try:
                found = self._fetch_many(missing[at : at + AT_ONCE])
            except (CentreError, ObjectStoreFailed):
                return
            for sha, data in found.items():
                self._cache.add(sha, iter((data,)))

    def has(self, sha: str) -> bool:
        return self._cache.find(sha) is not None

    def size(self, sha: str) -> int:
        return self.path(sha).stat().st_size

    def read(self, sha: str, start: int = 0, length: int | None = None, *, size: int | None = None) -> Iterator[bytes]:
        data = self.get(sha)  # checked: no other size can be right
        end = len(data) if length is None else start + length
        return (data[at : min(at + PIECE, end)] for at in range(start, end, PIECE))

    def names(self) -> Iterator[str]:
        return self._cache.names()

    def check(self, sha: str) -> None:
        self._cache.check(sha)

    def remove(self, sha: str) -> None:
        """Of the copy; the centre has its own."""
        self._cache.remove(sha)
