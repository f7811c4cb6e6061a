"""The index's cursor: up to where in the journal it is complete, in a file beside the engine's own."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "cursor"


def read_cursor(folder: Path) -> int:
    """The cursor; 0 where there is none or none that can be understood: following from 0 is always right."""
    try:
        return int((folder / NAME).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def write_cursor(folder: Path, cursor: int) -> None:
    """Written after the engine's own commit: a crash between the two repeats work and loses none."""
    part = folder / f"{NAME}.part"
    with part.open("w", encoding="ascii") as file:
        file.write(str(cursor))
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NAME)
