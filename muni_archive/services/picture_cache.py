"""What was made of a master for looking at, outside the vault. Apart from `view_sheet`: a centre loads no decoder."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path


def forget_tiles(cache: Path, sha: str) -> None:
    """Throw away the tiles of a master, by whatever recipe they were made."""
    for folder in cache.glob(f"tiles-*/{sha}"):
        with suppress(FileNotFoundError):  # the window and what runs beside it may both be at it
            shutil.rmtree(folder)
