"""A disk without room, told as what it is wherever files are written."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from muni_archive.domain.errors import DiskFull


def is_full(error: OSError) -> bool:
    """Whether it says that the disk, or the part of it that we may use, is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def disk_full_told() -> Iterator[None]:
    """Raises `DiskFull` for what the system says of a full disk."""
    try:
        yield
    except OSError as exc:
        if is_full(exc):
            raise DiskFull from exc
        raise
