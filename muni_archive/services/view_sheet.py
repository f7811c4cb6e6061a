"""Tiles of a large page, made when somebody looks at it and kept in the archive's cache, which may be thrown away."""

from __future__ import annotations

from pathlib import Path

from muni_archive.domain.cancellation import CancelToken
from muni_archive.imaging.tiles import TileSet, make_tiles

RECIPE = "tiles-1"
"""Another recipe makes other tiles: those of the one before are not looked at again."""


def sheet_tiles(master: Path, cache: Path, cancel: CancelToken) -> TileSet:
    """The master lies in the vault under its SHA-256, so its tiles never grow stale. Raises `ReadingFailed`."""
    return make_tiles(master, cache / RECIPE / master.name, cancel)
