"""Parts of a page as a person reads them: upright and level, cut from the master."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from muni_archive.domain.geometry import Box
from muni_archive.imaging.frames import tilted
from muni_archive.imaging.loading import Grey, load_picture
from muni_archive.imaging.orientation import turn


@dataclass(frozen=True, kw_only=True)
class UprightPage:
    """A page that stands upright, to cut from. `width` and `height` are the master's; `skew` is left to each cut."""

    grey: Grey
    width: int
    height: int
    orientation: int
    skew: float

    @property
    def _scale(self) -> float:
        across = self.height if self.orientation % 180 else self.width
        return float(self.grey.shape[1] / across)

    def place(self, box: Box) -> Box:
        """Where a box of the master stands in `grey`."""
        x, y, width, height = box.x, box.y, box.width, box.height
        if self.orientation == 90:
            x, y, width, height = self.height - y - height, x, height, width
        elif self.orientation == 180:
            x, y = self.width - x - width, self.height - y - height
        elif self.orientation == 270:
            x, y, width, height = y, self.width - x - width, height, width
        scale = self._scale
        return Box(round(x * scale), round(y * scale), max(1, round(width * scale)), max(1, round(height * scale)))

    def cut(self, box: Box, *, beside: float = 0.0, above: float = 0.0) -> Grey:
        """The box of the master level, with paper around it: shares of its height."""
        place = self.place(box)
        side, top = round(beside * place.height), round(above * place.height)
        width, height = place.width + 2 * side, place.height + 2 * top
        step = tilted(self.skew, width, height)
        matrix = np.array([
            [step.a, step.b, step.c + place.x - side],
            [step.d, step.e, step.f + place.y - top],
        ])  # fmt: skip
        cut = cv2.warpAffine(
            self.grey, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(255,)
        )
        return np.asarray(cut, dtype=np.uint8)


def upright_page(path: Path, *, orientation: int, skew: float) -> UprightPage:
    """Raises `ReadingFailed` when the picture does not decode."""
    picture = load_picture(path, share=1.0)
    return UprightPage(
        grey=turn(picture.grey, orientation), width=picture.width, height=picture.height,
        orientation=orientation % 360, skew=skew,
    )  # fmt: skip
