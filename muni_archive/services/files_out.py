"""Files that leave the archive: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from muni_archive.domain.errors import DiskFull, WrongUse
from muni_archive.domain.full_disk import is_full
from muni_archive.messages import _


def write_file(target: Path, data: bytes) -> Path:
    """Write under a temporary name beside the target, then rename. Raises `DiskFull`, `WrongUse`."""
    return write_parts(target, (data,))


def write_parts(target: Path, parts: Iterable[bytes]) -> Path:
    """As `write_file`, of what comes piece by piece; nothing is left when making the pieces fails."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.writelines(parts)
        temporary.replace(target)
    except OSError as exc:
        temporary.unlink(missing_ok=True)
        if is_full(exc):
            raise DiskFull from exc
        detail = _("cannot write {target}: {reason}").format(target=target, reason=exc.strerror)
        raise WrongUse(detail=detail) from exc
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return target
