"""The vault on an S3-compatible object store.

An object lies under `blobs/ab/cd/<sha256>` as soon as it is written, but it counts only when it was
read back and hashed: then a mark under `verified/ab/cd/<sha256>` says so, and names the size and the
very version that was read. All that the vault tells, it tells of marked blobs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from muni_archive.domain.errors import BlobCorrupt, BlobMissing, ObjectStoreFailed
from muni_archive.domain.recent import Recent
from muni_archive.domain.retention_errors import BytesLocked
from muni_archive.domain.uploading import Arrived
from muni_archive.store.blob_cache import BlobCache
from muni_archive.store.s3_address import S3Address
from muni_archive.store.s3_control import S3Control
from muni_archive.store.s3_objects import Opened, Patience, S3Objects

CACHE_BYTES = 2 * 1024**3
SMALL_BYTES = 16 * 1024**2
"""Memory for small files that were fetched last: about two thousand readings, until somebody has looked at them."""
SMALL = 256 * 1024
"""What is larger is a picture or a document, and lies in a file."""
FETCHERS = 16
"""Small files that are fetched at once."""
READS = 2
"""What is wrong twice lies wrong: one answer may be damaged on the way, or say by mistake that nothing is there."""


@dataclass(frozen=True, kw_only=True)
class _Mark:
    """What is known of a blob that was read back."""

    size: int
    version: str | None


class S3Vault:
    """Implements `ports.Vault`; `control` is shared with `DirectUploads`."""

    def __init__(self, address: S3Address, objects: S3Objects, control: S3Control, cache: BlobCache) -> None:
        self.address = address
        self.control = control
        self._objects = objects
        self._cache = cache
        self._small = Recent[bytes](SMALL_BYTES)

    @classmethod
    def open(cls, url: str, cache: Path, *, cache_bytes: int = CACHE_BYTES, patience: Patience | None = None) -> Self:
        """`cache` is a folder that may be lost. Raises `ObjectStoreRefused` for a wrong address; asks nothing yet."""
        address, patience = S3Address.parse(url), patience or Patience()
        control = S3Control(address, patience)
        return cls(address, S3Objects(address, patience), control, BlobCache(cache, cache_bytes))

    def put(self, data: bytes) -> str:
        sha = hashlib.sha256(data).hexdigest()
        if not self._holds(sha):
            self._objects.put(self.address.blob(sha), data)
            self.verify(sha)
        return sha

    def take(self, file: Path, sha: str) -> None:
        if not self._holds(sha):
            self._objects.put(self.address.blob(sha), file)
            self.verify(sha)
        file.unlink(missing_ok=True)

    def verify(self, sha: str) -> Arrived:
        """Read the newest version back; right bytes count from here on, wrong ones are removed.

        Not those that count already: whoever keeps account of them must hear of it first, and sets them aside. Raises
        `BlobMissing`, `BlobCorrupt`.
        """
        key = self.address.blob(sha)
        opened = self._objects.open(key)
        if opened is None:
            raise BlobMissing(sha=sha)
        if _hash(opened) != sha and not self._right_again(key, opened.version, sha):
            mark = self._mark(sha)
            if mark is None or mark.version not in (None, opened.version):
                self.control.remove(key, opened.version)
            raise BlobCorrupt(sha=sha)
        notes = {"size": str(opened.size)} | ({"version": opened.version} if opened.version else {})
        self._objects.note(self.address.mark(sha), notes)
        return Arrived(size=opened.size, owner=opened.owner)

    def get(self, sha: str) -> bytes:
        kept = self._small.find(sha)
        if kept is not None:
            return kept
        mark = self._mark(sha) or self._marked(sha)  # whoever asks for the bytes has heard that they are here
        for _ in range(READS):
            data = b"".join(self._open(sha, mark).pieces)
            if hashlib.sha256(data).hexdigest() == sha:
                break
        else:
            raise BlobCorrupt(sha=sha)
        if len(data) <= SMALL:
            self._small.add(sha, data, len(data))
        return data

    def check(self, sha: str) -> None:
        if not any(_hash(self._open(sha)) == sha for _ in range(READS)):
            raise BlobCorrupt(sha=sha)

    def path(self, sha: str) -> Path:
        return self._cache.find(sha) or self._cache.add(sha, self._open(sha).pieces)

    def has(self, sha: str) -> bool:
        return self._mark(sha) is not None

    def size(self, sha: str) -> int:
        return self._marked(sha).size

    def read(self, sha: str, start: int = 0, length: int | None = None, *, size: int | None = None) -> Iterator[bytes]:
        mark = self._marked(sha)
        if size is not None and mark.size != size:
            raise BlobCorrupt(sha=sha)
        end = mark.size if length is None else min(mark.size, start + length)
        if start >= end:
            return iter(())
        return self._open(sha, mark, start, end - start).pieces

    def fetch_ahead(self, shas: Sequence[str]) -> None:
        """Several at once into memory. What does not come now comes when it is asked for, and says then what is wrong.

        A store that does not answer is asked no further: each question would wait for it anew.
        """
        missing = [sha for sha in dict.fromkeys(shas) if self._small.find(sha) is None]
        if len(missing) < 2:
            return
        with ThreadPoolExecutor(min(FETCHERS, len(missing))) as pool:
            for coming in [pool.submit(self.get, sha) for sha in missing]:
                try:
                    coming.result()
                except (BlobMissing, BlobCorrupt):
                    continue
                except ObjectStoreFailed:
                    pool.shutdown(wait=False, cancel_futures=True)
                    return

    def names(self) -> Iterator[str]:
        for key in self._objects.keys(self.address.start_of("verified")):
            yield key.rpartition("/")[2]

    def set_aside(self, sha: str) -> None:
        """It counts no more; what lies there stays where the bucket keeps versions."""
        self._small.remove(sha)
        self.control.remove(self.address.mark(sha), None)

    def remove(self, sha: str) -> None:
        """Every version of it, or none that counts: without its mark it counts no more, whatever a lock still keeps."""
        self._cache.remove(sha)
        self._small.remove(sha)
        mark = self.address.mark(sha)
        if self.control.remove_all(mark) and self._objects.noted(mark) is not None:
            self.control.remove(mark, None)  # the lock keeps it too: hidden, it does not count
        if kept := self.control.remove_all(self.address.blob(sha)):
            raise BytesLocked(count=kept)

    def probe(self) -> None:
        """Whether a file can be kept: begin an upload, send a byte of it, and give it up. Raises `ObjectStoreFailed`.

        A store that has no room for the byte may begin an upload all the same.
        """
        key = f"{self.address.start_of('probe')}upload"
        upload = self.control.begin(key)
        try:
            self.control.put_part(key, upload, 1, b"?")
        finally:
            self.control.give_up(key, upload)

    def _holds(self, sha: str) -> bool:
        """Whether the right bytes count under this name; wrong ones count no more. Read back, as by `DiskVault`."""
        try:
            self.check(sha)
        except BlobMissing:
            return False
        except BlobCorrupt:
            self.set_aside(sha)
            return False
        return True

    def _right_again(self, key: str, version: str | None, sha: str) -> bool:
        again = (self._objects.open(key, version=version) for _ in range(1, READS))
        return any(opened is not None and _hash(opened) == sha for opened in again)

    def _mark(self, sha: str) -> _Mark | None:
        notes = self._objects.noted(self.address.mark(sha))
        if notes is None or not notes.get("size", "").isdigit():
            return None  # a mark that was copied without its notes says nothing
        return _Mark(size=int(notes["size"]), version=notes.get("version") or None)

    def _marked(self, sha: str) -> _Mark:
        mark = self._mark(sha)
        if mark is None:
            raise BlobMissing(sha=sha)
        return mark

    def _open(self, sha: str, mark: _Mark | None = None, start: int = 0, length: int | None = None) -> Opened:
        """The version that was verified; the newest where versions were lost, as in a bucket copied elsewhere. Without
        versions that is asked for twice: the mark says that it is there.
        """
        mark, key = mark or self._marked(sha), self.address.blob(sha)
        for version in (mark.version, None):
            opened = self._objects.open(key, version=version, start=start, length=length)
            if opened is not None:
                return opened
        raise BlobMissing(sha=sha)


def _hash(opened: Opened) -> str:
    digest = hashlib.sha256()
    for view in opened.views:
        digest.update(view)
    return digest.hexdigest()
