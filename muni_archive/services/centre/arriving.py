"""Files that are still coming in, in parts: how many, how much, how long."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from muni_archive.domain.centre_errors import UploadsFull
from muni_archive.domain.errors import DiskFull

MOST_OPEN = 64
"""Unfinished files of one station."""
ROOM = 16 * 2**30
"""Bytes that one station's unfinished files may come to, as announced: so that each that was begun can be ended."""
OLD_S, STALE_S = 7 * 86400.0, 600.0
"""Seconds without a new part after which a file is given up: always, and when its station needs the room."""
SPARE = 512 * 2**20
"""Bytes that are left free on the disk."""


def part_of(folder: Path, station_id: str, sha: str, size: int) -> Path:
    """Each station's own, so that two that send one file do not mix. The name tells what was announced."""
    return folder / station_id / f"{sha}.{size}.part"


def make_room(part: Path, size: int) -> None:
    """Before a file's first part: may it come? Raises `UploadsFull`, `DiskFull`."""
    part.parent.mkdir(parents=True, exist_ok=True)
    check_disk(part, size + sum(_still_to_come(other) for other in _parts(part.parent.parent) if other != part))
    others = sorted((other for other in part.parent.glob("*.part") if other != part), key=_touched)
    while others and not _fits(others, size):
        oldest = others.pop(0)
        if time.time() - _touched(oldest) < STALE_S:
            raise UploadsFull(detail=f"{len(others) + 1} files, {sum(map(_announced, others)) + _announced(oldest)} B")
        give_up(oldest)


def check_disk(part: Path, more: int) -> None:
    """Whether so many bytes more leave what is to stay free; asked before each part. Raises `DiskFull`."""
    if shutil.disk_usage(part.parent).free < SPARE + more:
        raise DiskFull


def give_up_old(folder: Path, *, older_than_s: float = OLD_S) -> int:
    """Remove what no station goes on with; returns how many files."""
    removed = 0
    for part in _parts(folder):
        if time.time() - _touched(part) > older_than_s:
            give_up(part)
            removed += 1
    return removed


def arriving_bytes(folder: Path) -> int:
    """Bytes of all that is unfinished."""
    return sum(_size(part) for part in _parts(folder))


def give_up(part: Path) -> None:
    part.unlink(missing_ok=True)


def _parts(folder: Path) -> Iterator[Path]:
    return folder.glob("*/*.part")


def _fits(others: list[Path], size: int) -> bool:
    return len(others) < MOST_OPEN and sum(map(_announced, others)) + size <= ROOM


def _announced(part: Path) -> int:
    return int(part.name.split(".")[1])


def _still_to_come(part: Path) -> int:
    """Bytes for which room is kept: none for a file with which its station does not go on, or one could keep it all."""
    return _announced(part) - _size(part) if time.time() - _touched(part) < STALE_S else 0


def _touched(part: Path) -> float:
    try:
        return part.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0
