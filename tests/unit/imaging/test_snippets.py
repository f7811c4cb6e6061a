"""Parts of a page, upright and level."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from muni_archive.domain.geometry import Box
from muni_archive.imaging.frames import tilted, turned
from muni_archive.imaging.orientation import turn
from muni_archive.imaging.snippets import UprightPage


def page(grey: np.ndarray, orientation: int = 0, skew: float = 0.0) -> UprightPage:
    height, width = grey.shape
    return UprightPage(grey=turn(grey, orientation), width=width, height=height, orientation=orientation, skew=skew)


@pytest.mark.parametrize("orientation", [0, 90, 180, 270])
def test_a_box_of_the_master_is_found_on_the_upright_page(orientation: int) -> None:
    master = np.full((300, 500), 255, np.uint8)
    box = Box(60, 40, 90, 30)
    master[box.y : box.bottom, box.x : box.right] = 0
    upright = page(master, orientation)

    assert turned(orientation, 500, 300).box(*vars_of(upright.place(box))) == box
    assert upright.cut(box).max() == 0
    assert upright.cut(box, beside=1, above=1)[0, 0] == 255


def vars_of(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.width, box.height


def test_a_slanting_line_is_cut_level() -> None:
    straight = np.full((400, 600), 255, np.uint8)
    straight[190:210, 100:500] = 0
    step = tilted(4, 600, 400)
    slanting = cv2.warpAffine(
        straight, np.array([[step.a, step.b, step.c], [step.d, step.e, step.f]]), (600, 400), borderValue=(255,)
    )

    cut = page(slanting, skew=4).cut(Box(100, 170, 400, 60))

    middles = [np.nonzero(cut[:, x] < 128)[0].mean() for x in (40, 200, 360)]
    assert max(middles) - min(middles) < 2
