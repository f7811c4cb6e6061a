"""The seams of the vault, and of writing straight into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from muni_archive.domain.uploading import Arrived, SentPart, UploadOffer


class Vault(Protocol):
    """Bytes named by their SHA-256 (hex), written once, never changed."""

    def put(self, data: bytes) -> str:
        """Store durably (fsynced) and return the name. What lies there is checked, and replaced where it is wrong.

        Raises `DiskFull`.
        """
        ...

    def get(self, sha: str) -> bytes:
        """The bytes, checked against the name. Raises `BlobMissing`, `BlobCorrupt`."""
        ...

    def path(self, sha: str) -> Path:
        """Where the bytes lie, for programs that read files. Raises `BlobMissing`."""
        ...

    def has(self, sha: str) -> bool: ...

    def names(self) -> Iterator[str]:
        """Every name in the vault, in order."""
        ...

    def take(self, file: Path, sha: str) -> None:
        """Move a finished file whose hash was checked into the vault, durably; it is gone from where it lay. What lies
        in the vault already is checked, as by `put`.

        Raises `DiskFull`; after any error the file still lies where it lay.
        """
        ...

    def size(self, sha: str) -> int:
        """In bytes. Raises `BlobMissing`."""
        ...

    def read(self, sha: str, start: int = 0, length: int | None = None, *, size: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, in pieces, **not** checked: for sending them on to somebody who checks.

        Opened before it returns, so that `BlobMissing` comes before an answer was begun, and `BlobCorrupt` for a file
        that has not the `size` that is named; whoever stops early drops or closes the iterator.
        """
        ...

    def check(self, sha: str) -> None:
        """Hash what is stored again, in bounded memory. Raises `BlobMissing`, `BlobCorrupt`."""
        ...

    def set_aside(self, sha: str) -> None:
        """What lies under this name is not what it was: it counts no more, and the right bytes can be stored again."""
        ...

    def remove(self, sha: str) -> None:
        """Take the bytes away for ever; nothing where there are none. Raises `BytesLocked`, `ObjectStoreFailed`."""
        ...

    def fetch_ahead(self, shas: Sequence[str]) -> None:
        """A hint: these small files are asked for next, and whoever is far from them may bring them together."""
        ...


class UploadDesk(Protocol):
    """Where a station asks for leave to write straight into the object store."""

    def offer(self, sha: str, size: int) -> UploadOffer:
        """What is left to send; asked again, it goes on where the upload stands."""
        ...

    def finish(self, sha: str, upload_id: str | None, parts: Sequence[SentPart]) -> Arrived:
        """Put the parts together and read the whole back: only then does it count.

        Raises `UploadUnfinished`, `BlobMissing`, `BlobCorrupt`: nothing was kept, ask for a new offer.
        """
        ...


class CentralDesk(UploadDesk, Protocol):
    """The desk at the centre, which also tidies up."""

    def offer(self, sha: str, size: int, *, owner: str = "") -> UploadOffer:
        """As for any, and with an `owner` for that station alone: nobody else is offered the same upload, and what it
        brings is known by it.
        """
        ...

    def give_up_older(self, before: datetime) -> int:
        """Drop uploads that were begun before then and never finished; returns how many. Raises `ObjectStoreFailed`."""
        ...
