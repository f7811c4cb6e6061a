"""A large sheet in tiles, each level half as fine as the one before: what a window shows without holding the whole."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ReadingFailed

TILE = 512
"""Pixels of a tile's side."""
_COARSEST = 1024
_ABOUT = "sheet.json"
_QUICK_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 1]

Picture = NDArray[np.uint8]


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

    Holds the decoded picture while it cuts: 530 MB at most for A0 at 400 dpi in one bit, 450 MB for A1 in colour.
    Raises `ReadingFailed` for a picture that does not decode, `Cancelled`, `OSError`.
    """
    if kept := kept_tiles(folder):
        return kept
    picture = _decoded(master)
    height, width = picture.shape[:2]
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".tiles-", dir=folder.parent))
    try:
        level = 0
        while True:
            _write_level(picture, draft / str(level), cancel)
            level += 1
            if max(picture.shape[:2]) <= _COARSEST:
                break
            half = (max(1, picture.shape[1] // 2), max(1, picture.shape[0] // 2))
            picture = np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        about = {"width": width, "height": height, "levels": level}
        (draft / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        if not folder.exists():
            draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return kept_tiles(folder) or TileSet(folder=folder, width=width, height=height, levels=level)


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


def _write_level(picture: Picture, folder: Path, cancel: CancelToken) -> None:
    folder.mkdir()
    for row, top in enumerate(range(0, picture.shape[0], TILE)):
        cancel.raise_if_cancelled()
        for column, left in enumerate(range(0, picture.shape[1], TILE)):
            part = np.ascontiguousarray(picture[top : top + TILE, left : left + TILE])
            _, data = cv2.imencode(".png", part, _QUICK_PNG)
            (folder / f"{row}-{column}.png").write_bytes(data.tobytes())
