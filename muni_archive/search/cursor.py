"""The index's cursor: up to where in which journal it is complete, in a file beside the engine's own."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "cursor"
LINK = 15
"""Signs of an entry's hash that are kept: as many as fit into a number of 64 bits."""


def read_cursor(folder: Path) -> tuple[int, str]:
    """The cursor and its link; 0 where there is none or none that can be understood: following from 0 is always right.
    An older program wrote no link.
    """
    try:
        number, _, link = (folder / NAME).read_text(encoding="ascii").partition(" ")
        return int(number), link
    except (OSError, ValueError):
        return 0, ""


def write_cursor(folder: Path, cursor: int, link: str = "") -> None:
    """Written after the engine's own commit: a crash between the two repeats work and loses none."""
    part = folder / f"{NAME}.part"
    with part.open("w", encoding="ascii") as file:
        file.write(f"{cursor} {link[:LINK]}".rstrip())
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NAME)
