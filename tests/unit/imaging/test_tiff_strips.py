"""TIFFs strip by strip show what they show whole."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ReadingFailed
from muni_archive.imaging.tiff_strips import strips_of
from muni_archive.imaging.tiles import make_tiles

WHOLE = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION


def saved(folder: Path, mode: str, **options: object) -> Path:
    grey = np.full((1231, 1777, 3), 255, np.uint8)
    grey[300:333, 100:1500] = (200, 30, 30)
    grey[1229, 1775] = 0
    path = folder / "a.tif"
    Image.fromarray(grey).convert(mode).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("1", {"compression": "group4"}),
        ("1", {"compression": "group4", "tiffinfo": {262: 0}}),
        ("1", {"compression": "group3"}),
        ("L", {"compression": "tiff_lzw"}),
        ("L", {"compression": "packbits"}),
        ("RGB", {"compression": "tiff_adobe_deflate"}),
        ("RGB", {"compression": "tiff_lzw", "tiffinfo": {317: 2}}),
    ],
)
def test_together_they_are_the_picture(tmp_path: Path, mode: str, options: dict[str, object]) -> None:
    path = saved(tmp_path, mode, **options)
    strips = strips_of(path)

    assert strips is not None
    assert len(strips.places) > 1
    assert np.array_equal(np.concatenate(list(strips.read())), cv2.imread(str(path), WHOLE))


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("L", {}),
        ("RGB", {"compression": "jpeg"}),
        ("L", {"compression": "tiff_lzw", "tiffinfo": {274: 6}}),
        ("I;16", {"compression": "tiff_lzw"}),
    ],
)
def test_what_has_no_strips_that_stand_alone_is_left_to_others(tmp_path: Path, mode: str, options: dict) -> None:
    assert strips_of(saved(tmp_path, mode, **options)) is None


def test_what_is_no_tiff_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"no picture")

    assert strips_of(tmp_path / "a.tif") is None
    assert strips_of(tmp_path / "missing.tif") is None


def test_a_strip_that_is_cut_off_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path, "L", compression="tiff_lzw")
    strips = strips_of(path)
    data = path.read_bytes()
    path.write_bytes(data[: strips.places[-2][0] + 9])

    with pytest.raises(ReadingFailed):
        list(strips.read())


@pytest.mark.parametrize("options", [{"compression": "tiff_lzw"}, {}])
def test_odd_sides_make_whole_tiles(tmp_path: Path, options: dict[str, str]) -> None:
    tiles = make_tiles(saved(tmp_path, "L", **options), tmp_path / "cache/x", CancelToken())

    sizes = [cv2.imread(str(tiles.tile(level, 0, 0)), 0).shape for level in range(tiles.levels)]
    last = cv2.imread(str(tiles.tile(0, 2, 3)), 0)
    assert (tiles.width, tiles.height, tiles.levels) == (1777, 1231, 2)
    assert sizes == [(512, 512), (512, 512)]
    assert last.shape == (1231 - 1024, 1777 - 1536)
    assert cv2.imread(str(tiles.tile(1, 1, 1)), 0).shape == (615 - 512, 888 - 512)
