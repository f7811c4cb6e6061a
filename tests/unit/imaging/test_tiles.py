"""Sheets in tiles."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import Cancelled, ReadingFailed
from muni_archive.imaging.tiles import TILE, kept_tiles, make_tiles


def sheet(folder: Path, form: str = "tif", mode: str = "L", **options: object) -> tuple[Path, np.ndarray]:
    grey = np.full((1300, 2500), 255, np.uint8)
    grey[700:720, 100:2400] = 0
    grey[1290, 2490] = 0
    path = folder / f"sheet.{form}"
    Image.fromarray(grey).convert(mode).save(path, **options)
    return path, grey


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [("tif", "1", {"compression": "group4"}), ("tif", "RGB", {"compression": "tiff_lzw"}), ("png", "L", {}),
     ("jp2", "L", {"irreversible": False})],
)  # fmt: skip
def test_the_finest_tiles_are_the_master(tmp_path: Path, form: str, mode: str, options: dict[str, object]) -> None:
    path, grey = sheet(tmp_path, form, mode, **options)

    tiles = make_tiles(path, tmp_path / "cache/x", CancelToken())

    rows = [np.hstack([cv2.imread(str(tiles.tile(0, row, column)), 0) for column in range(5)]) for row in range(3)]
    assert (tiles.width, tiles.height, tiles.levels) == (2500, 1300, 3)
    assert np.array_equal(np.vstack(rows), grey)
    assert cv2.imread(str(tiles.tile(2, 0, 0)), 0).shape == (325, TILE)


def test_what_is_kept_is_not_made_again(tmp_path: Path) -> None:
    path, _ = sheet(tmp_path)
    make_tiles(path, tmp_path / "x", CancelToken())
    path.unlink()

    assert make_tiles(path, tmp_path / "x", CancelToken()) == kept_tiles(tmp_path / "x")


def test_a_stop_leaves_nothing_half(tmp_path: Path) -> None:
    path, _ = sheet(tmp_path)
    token = CancelToken()
    token.cancel()

    with pytest.raises(Cancelled):
        make_tiles(path, tmp_path / "cache/x", token)

    assert list((tmp_path / "cache").iterdir()) == []


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sheet.tif"
    path.write_bytes(b"II*")

    with pytest.raises(ReadingFailed):
        make_tiles(path, tmp_path / "x", CancelToken())
