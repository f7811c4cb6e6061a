"""Coarser pictures out of JPEG 2000 files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from muni_archive.domain.errors import ReadingFailed
from muni_archive.imaging.jpeg2000 import coarser_jpeg2000, jpeg2000_size


def saved(folder: Path, size: tuple[int, int], mode: str = "L", **options: object) -> Path:
    image = Image.new("RGB", size, "white")
    image.paste((200, 30, 30), (0, 0, size[0] // 2, size[1]))
    path = folder / "a.jp2"
    image.convert(mode).save(path, **options)
    return path


@pytest.mark.parametrize("size", [(1024, 1024), (933, 701), (1001, 998), (1537, 1023), (900, 600), (2017, 1985)])
@pytest.mark.parametrize("halvings", range(6))
def test_every_size_halves(tmp_path: Path, size: tuple[int, int], halvings: int) -> None:
    picture = coarser_jpeg2000(saved(tmp_path, size), 1 / 2**halvings)

    height, width = picture.shape
    assert (width, height) == (-(-size[0] // 2**halvings), -(-size[1] // 2**halvings))
    assert picture[height // 2, width // 8] < 120
    assert picture[height // 2, -width // 8] > 240


def test_no_coarser_than_asked_for(tmp_path: Path) -> None:
    assert coarser_jpeg2000(saved(tmp_path, (1000, 800)), 0.3).shape == (400, 500)


def test_colours_are_red_green_and_blue(tmp_path: Path) -> None:
    red, green, blue = coarser_jpeg2000(saved(tmp_path, (1000, 800), "RGB"), 0.25)[100, 20]

    assert red > 150
    assert max(green, blue) < 80


def test_a_file_that_holds_few_pictures_gives_its_coarsest(tmp_path: Path) -> None:
    path = saved(tmp_path, (1000, 800), num_resolutions=2)

    assert coarser_jpeg2000(path, 0.05).shape == (400, 500)


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    path = tmp_path / "a.jp2"
    Image.fromarray(np.full((600, 800), 0x8000, np.uint16)).save(path)

    picture = coarser_jpeg2000(path, 0.5)

    assert picture.dtype == np.uint8
    assert abs(int(picture.mean()) - 0x80) < 3


def test_what_does_not_decode_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path, (1000, 800))
    path.write_bytes(path.read_bytes()[:90])
    with pytest.raises(ReadingFailed):
        coarser_jpeg2000(path, 0.5)
    (tmp_path / "b.jp2").write_bytes(b"nothing")
    with pytest.raises(ReadingFailed):
        jpeg2000_size(tmp_path / "b.jp2")


def test_the_size_is_the_whole_pictures(tmp_path: Path) -> None:
    assert jpeg2000_size(saved(tmp_path, (1537, 1023))) == (1537, 1023)
