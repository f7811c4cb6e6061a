"""A disk that refuses what Windows refuses: to remove or replace a file that is read-only, or that somebody holds."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

import pytest


def refuse_as_windows(patch: pytest.MonkeyPatch, held: Collection[str] = ()) -> None:
    """Files whose names end with one of `held` are held by another program: a virus scanner, say."""
    unlink, replace = os.unlink, os.replace

    def refused(path: Path | str) -> bool:
        if str(path).endswith(tuple(held)):
            return True
        return Path(path).exists() and not Path(path).stat().st_mode & stat.S_IWUSR

    def strict_unlink(path: Path | str, **said: int) -> None:
        if refused(path):
            raise PermissionError(13, "Access is denied", str(path))
        unlink(path, **said)

    def strict_replace(source: Path | str, target: Path | str) -> None:
        if str(source).endswith(tuple(held)) or refused(target):
            raise PermissionError(13, "Access is denied", str(source), None, str(target))
        replace(source, target)

    patch.setattr("os.unlink", strict_unlink)
    patch.setattr("os.replace", strict_replace)
