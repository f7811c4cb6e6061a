"""Removing and replacing files that are read-only, as those of a vault are. Windows refuses both."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def remove_file(file: Path) -> None:
    """Remove it, if it is there. Raises `PermissionError` where somebody holds it, on Windows."""
    try:
        file.unlink(missing_ok=True)
    except PermissionError:
        with suppress(FileNotFoundError):
            file.chmod(0o640)
        file.unlink(missing_ok=True)


def replace_file(file: Path, target: Path) -> None:
    """Give the file the target's name; what had it before is gone, but not where this fails. Raises `OSError`."""
    try:
        file.replace(target)
    except PermissionError:
        with suppress(FileNotFoundError):
            target.chmod(0o640)
        file.replace(target)
