"""A large sheet in tiles, each level half as fine as the one before: what a window shows without holding the whole."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ReadingFailed
from muni_archive.imaging.tiff_strips import Picture, strips_of

TILE = 512
"""Pixels of a tile's side."""
_COARSEST = 1024
_ABOUT = "sheet.json"
_QUICK_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 1]


@dataclass(frozen=True, kw_only=True)
class TileSet:
    """Tiles in a folder; level 0 has the master's pixels."""

    folder: Path
    width: int
    height: int
    levels: int

    def tile(self, level: int, row: int, column: int) -> Path:
        return self.folder / str(level) / f"{row}-{column}.png"


def kept_tiles(folder: Path) -> TileSet | None:
    """The tiles that lie there whole; a folder that was left half is none."""
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return TileSet(folder=folder, width=about["width"], height=about["height"], levels=about["levels"])
    except (OSError, ValueError, KeyError):
        return None


def make_tiles(master: Path, folder: Path, cancel: CancelToken) -> TileSet:
    """Cut the master into `folder`, whole or not at all; what is kept there is taken as it is.

    A TIFF in strips is cut as it is decoded (90 MB at most for A0 at 400 dpi); others are held decoded meanwhile.
    Raises `ReadingFailed` for a picture that does not decode, `Cancelled`, `OSError`.
    """
    if kept := kept_tiles(folder):
        return kept
    (height, width), rows = picture_rows(master)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".tiles-", dir=folder.parent))
    try:
        level = _Level(draft, 0, max(height, width), cancel)
        for part in rows:
            level.take(part)
        about = {"width": width, "height": height, "levels": level.end()}
        (draft / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        if not folder.exists():
            draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return kept_tiles(folder) or TileSet(folder=folder, **about)


class _Level:
    """One level while it is cut, from the top down: holds a row of tiles, and hands it on at half its size."""

    def __init__(self, draft: Path, number: int, longest: int, cancel: CancelToken) -> None:
        self._folder, self._cancel = draft / str(number), cancel
        self._folder.mkdir()
        self._waiting: list[Picture] = []
        self._row = 0
        self._coarser = _Level(draft, number + 1, longest // 2, cancel) if longest > _COARSEST else None

    def take(self, part: Picture) -> None:
        """The next rows of pixels."""
        self._waiting.append(part)
        if sum(map(len, self._waiting)) < TILE:
            return
        together = np.concatenate(self._waiting)
        whole = len(together) - len(together) % TILE
        for top in range(0, whole, TILE):
            self._put(together[top : top + TILE])
        self._waiting = [together[whole:].copy()]

    def end(self) -> int:
        """Put what is left; returns how many levels there are from this one on."""
        if sum(map(len, self._waiting)):
            self._put(np.concatenate(self._waiting))
        return 1 + (self._coarser.end() if self._coarser else 0)

    def _put(self, band: Picture) -> None:
        self._cancel.raise_if_cancelled()
        for column, left in enumerate(range(0, band.shape[1], TILE)):
            _, data = cv2.imencode(".png", np.ascontiguousarray(band[:, left : left + TILE]), _QUICK_PNG)
            (self._folder / f"{self._row}-{column}.png").write_bytes(data.tobytes())
        self._row += 1
        if self._coarser and len(band) > 1:
            half = (max(1, band.shape[1] // 2), len(band) // 2)
            self._coarser.take(np.asarray(cv2.resize(band, half, interpolation=cv2.INTER_AREA), dtype=np.uint8))


def picture_rows(master: Path) -> tuple[tuple[int, int], Iterator[Picture]]:
    """Height and width, and the picture from the top, some rows at a time: grey, or blue, green, red in the last axis.

    Raises `ReadingFailed`, also while it is read.
    """
    if strips := strips_of(master):
        return (strips.height, strips.width), strips.read()
    picture = _decoded(master)
    height, width = picture.shape[:2]
    return (height, width), (picture[top : top + TILE] for top in range(0, height, TILE))


def _decoded(master: Path) -> Picture:
    try:
        # Bytes first, because OpenCV cannot open a path with Arabic letters everywhere.
        data = np.fromfile(master, dtype=np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    except (OSError, cv2.error) as exc:
        raise ReadingFailed(detail=str(exc)) from exc
    if picture is None:
        raise ReadingFailed(detail="the picture does not decode")
    return np.asarray(picture, dtype=np.uint8)
