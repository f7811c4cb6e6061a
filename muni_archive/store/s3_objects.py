"""The bucket as the vault needs it: whole objects, streams, names. Every foreign error becomes one of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from muni_archive.domain.errors import ArchiveError, DiskFull, ObjectStoreFailed, ObjectStoreRefused
from muni_archive.store.s3_address import S3Address

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import S3Config

PART = 8 * 1024 * 1024
"""A file above it goes in parts of this size, so that no more than `AT_ONCE` of them are in memory."""
AT_ONCE = 2
PIECE = 256 * 1024
NAMES_AT_A_TIME = 1_000
OWNER = "owner"
"""Note on an object: the station that it was offered to."""
FULL = ("InsufficientStorage", "QuotaExceeded", "StorageFull", " 507 ")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a store that does not answer is waited for."""

    connect_s: float = 5
    silence_s: float = 30
    """Between two pieces of an answer; a large object may take as long as it takes."""
    retries: int = 4
    retry_for_s: float = 60


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An object that is being read."""

    size: int
    version: str | None
    owner: str
    """As `OWNER`; empty for most."""
    views: Iterator[memoryview]
    """Its bytes as the library holds them, not copied: enough to hash them."""

    @property
    def pieces(self) -> Iterator[bytes]:
        return (view.tobytes() for view in self.views)


class S3Objects:
    """One bucket, reached through `obstore`; safe to use from several threads."""

    def __init__(self, address: S3Address, patience: Patience) -> None:
        optional: S3Config = {}
        if address.endpoint:
            optional["endpoint"] = address.endpoint
        if address.token:
            optional["session_token"] = address.token
        self._store = S3Store(
            address.bucket,
            config=optional,
            region=address.region,
            access_key_id=address.key,
            secret_access_key=address.secret,
            checksum_algorithm="sha256",
            virtual_hosted_style_request=address.endpoint is None,
            client_options={
                "allow_http": True,
                "connect_timeout": timedelta(seconds=patience.connect_s),
                "read_timeout": timedelta(seconds=patience.silence_s),
                "timeout": timedelta(hours=6),
            },
            retry_config={
                "max_retries": patience.retries,
                "retry_timeout": timedelta(seconds=patience.retry_for_s),
                "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=5)},
            },
        )

    def put(self, key: str, data: bytes | Path) -> None:
        """The store is told the SHA-256 of what it gets, whole or part by part, and refuses anything else."""
        with translated():
            large = (data.stat().st_size if isinstance(data, Path) else len(data)) > PART
            obstore.put(self._store, key, data, use_multipart=large, chunk_size=PART, max_concurrency=AT_ONCE)

    def note(self, key: str, notes: Mapping[str, str]) -> None:
        """An object without bytes that carries a few words: the cheapest thing that a store can keep."""
        with translated():
            obstore.put(self._store, key, b"", attributes=dict(notes), use_multipart=False)

    def noted(self, key: str) -> Mapping[str, str] | None:
        """What `note` was given; None when there is no such object."""
        try:
            with translated():
                return {str(name): str(value) for name, value in obstore.get(self._store, key).attributes.items()}
        except FileNotFoundError:
            return None

    def open(self, key: str, *, version: str | None = None, start: int = 0, length: int | None = None) -> Opened | None:
        """Begin to read; None when there is no such object (or no such version of it)."""
        options: GetOptions = {"version": version} if version else {}
        if length is not None:
            options["range"] = (start, start + length)
        elif start:
            options["range"] = {"offset": start}
        try:
            with translated():
                found = obstore.get(self._store, key, options=options)
        except FileNotFoundError:
            return None
        return Opened(
            size=found.meta["size"],
            version=found.meta["version"],
            owner=str(found.attributes.get(OWNER, "")),
            views=_views(found.stream(min_chunk_size=PIECE)),
        )

    def keys(self, prefix: str) -> Iterator[str]:
        """In order, page by page."""
        with translated():
            for found in obstore.list(self._store, prefix, chunk_size=NAMES_AT_A_TIME):
                for meta in found:
                    yield meta["path"]


def _views(stream: Iterable[bytes]) -> Iterator[memoryview]:
    with translated():
        for piece in stream:
            yield memoryview(piece)


@contextmanager
def translated() -> Iterator[None]:
    """Foreign errors become ours; `FileNotFoundError` passes unless it is the bucket that is missing."""
    try:
        yield
    except FileNotFoundError as exc:
        if "NoSuchBucket" in str(exc):
            raise ObjectStoreRefused(detail="NoSuchBucket") from exc
        raise
    except (BaseError, OSError) as exc:
        raise _ours(exc) from exc


def _ours(exc: Exception) -> ArchiveError:
    text = str(exc).partition("Debug source")[0]
    if any(sign in text for sign in FULL):
        return DiskFull()
    detail = _short(text)
    if isinstance(exc, PermissionDeniedError | UnauthenticatedError):
        return ObjectStoreRefused(detail=detail)
    return ObjectStoreFailed(detail=detail)


def _short(text: str) -> str:
    """The store's own code where it gave one, else the end of the library's chain of causes."""
    code = re.search(r"<Code>(\w+)</Code>", text)
    return code[1] if code else text.strip().partition("\n")[0].rpartition(" - ")[2][:200]
