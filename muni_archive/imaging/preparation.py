"""From a master picture to what an engine reads best; the master itself is never changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from muni_archive.imaging.background import flatten_background
from muni_archive.imaging.barcodes import page_codes
from muni_archive.imaging.borders import whiten_borders
from muni_archive.imaging.frames import Frame, scaled, shifted, tilted, turned
from muni_archive.imaging.ink import survey_ink
from muni_archive.imaging.loading import Grey, Picture, load_picture, picture_size
from muni_archive.imaging.orientation import find_stand, turn
from muni_archive.imaging.specks import remove_specks
from muni_archive.ports import ReadRequest

READING_DPI = 180
_LONG_SIDE_A4 = 11.7
_PLAUSIBLE_DPI = (70, 1300)
LARGE_SHEET = 17.5
"""Inches: a sheet whose long side exceeds A3 is read in tiles, as a drawing."""


@dataclass(frozen=True, kw_only=True)
class PreparedPage:
    """A picture to read. `frame` leads from its pixels to the master's, whose size is `width` × `height`."""

    grey: Grey
    dpi: int
    frame: Frame
    width: int
    height: int
    orientation: int
    skew: float
    sure: bool
    drawing: bool
    codes: tuple[str, ...] = ()
    """Texts of the bar codes on the page."""

    def turned(self, degrees: int) -> PreparedPage:
        """The same page turned clockwise."""
        height, width = self.grey.shape
        return replace(
            self,
            grey=turn(self.grey, degrees),
            frame=self.frame.after(turned(degrees, width, height)),
            orientation=(self.orientation + degrees) % 360,
        )

    def tiles(self, size: int, overlap: int) -> Iterator[PreparedPage]:
        """Overlapping parts of at most `size` pixels a side, row by row."""
        height, width = self.grey.shape
        for top in _starts(height, size, overlap):
            for left in _starts(width, size, overlap):
                part = np.ascontiguousarray(self.grey[top : top + size, left : left + size])
                yield replace(self, grey=part, frame=self.frame.after(shifted(left, top)))


def _starts(length: int, size: int, overlap: int) -> list[int]:
    if length <= size:
        return [0]
    count = -(-(length - overlap) // (size - overlap))
    return [round(i * (length - size) / (count - 1)) for i in range(count)]


@dataclass(frozen=True, kw_only=True)
class PagePreparation:
    """Orientation, straightening, even background and a good scale for one page; pickles."""

    dpi: int = READING_DPI
    """At most; a coarser scan is not blown up beyond `READING_DPI`."""

    @property
    def name(self) -> str:
        return f"prepared-{self.dpi}"

    def _resolution(self, scanned: float) -> int:
        return round(min(self.dpi, max(READING_DPI, scanned)))

    def __call__(self, request: ReadRequest) -> PreparedPage:
        """Raises `ReadingFailed` when the picture does not decode."""
        size = picture_size(request.path)
        dpi = true_resolution(request, size)
        drawing = request.kind == "drawing" or max(size) / dpi > LARGE_SHEET
        share = min(self._resolution(dpi) / dpi, 2.0)
        picture = load_picture(request.path, share=share)
        if drawing:
            return self._drawing(picture, dpi, request)
        stored_at = dpi * picture.grey.shape[1] / picture.width
        return self._page(replace(picture, grey=remove_specks(picture.grey, stored_at)), dpi, request)

    def _page(self, picture: Picture, dpi: float, request: ReadRequest) -> PreparedPage:
        resolution = self._resolution(dpi)
        grey, frame = _rescaled(picture, min(resolution / dpi, 2.0))
        stand = find_stand(survey_ink(grey, resolution), known=request.rotation or None)
        grey, frame = _turned(whiten_borders(flatten_background(grey)), frame, stand.orientation)
        if abs(stand.skew) >= 0.1:
            grey, frame = _straightened(grey, frame, stand.skew)
        return PreparedPage(
            grey=grey, dpi=resolution, frame=frame, width=picture.width, height=picture.height,
            orientation=stand.orientation, skew=stand.skew, sure=stand.sure, drawing=False,
            codes=page_codes(picture.grey),
        )  # fmt: skip

    def _drawing(self, picture: Picture, dpi: float, request: ReadRequest) -> PreparedPage:
        resolution = min(self.dpi, READING_DPI)
        grey, frame = _rescaled(picture, min(resolution / dpi, 1.0))
        grey, frame = _turned(flatten_background(grey), frame, request.rotation)
        return PreparedPage(
            grey=grey, dpi=resolution, frame=frame, width=picture.width, height=picture.height,
            orientation=request.rotation, skew=0.0, sure=True, drawing=True,
        )  # fmt: skip


def true_resolution(request: ReadRequest, size: tuple[int, int]) -> float:
    """The stated resolution, unless it makes a sheet that cannot be: then the long side is taken for A4's."""
    stated = request.dpi
    if _PLAUSIBLE_DPI[0] <= stated <= _PLAUSIBLE_DPI[1] and 3 <= max(size) / stated <= 80:
        return float(stated)
    return max(_PLAUSIBLE_DPI[0], max(size) / _LONG_SIDE_A4)


def _rescaled(picture: Picture, share: float) -> tuple[Grey, Frame]:
    width, height = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    shrinks = width <= picture.grey.shape[1]
    grey = cv2.resize(picture.grey, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.asarray(grey, dtype=np.uint8), scaled(width / picture.width, height / picture.height)


def _turned(grey: Grey, frame: Frame, degrees: int) -> tuple[Grey, Frame]:
    if not degrees:
        return grey, frame
    return turn(grey, degrees), frame.after(turned(degrees, grey.shape[1], grey.shape[0]))


def _straightened(grey: Grey, frame: Frame, degrees: float) -> tuple[Grey, Frame]:
    height, width = grey.shape
    step = tilted(degrees, width, height)
    matrix = np.array([[step.a, step.b, step.c], [step.d, step.e, step.f]])
    straight = cv2.warpAffine(
        grey, matrix, (width, height), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderValue=(255,)
    )
    return np.asarray(straight, dtype=np.uint8), frame.after(step)


def write_picture(page: PreparedPage, path: Path) -> None:
    """Uncompressed PGM: the engine reads it faster than any other format."""
    height, width = page.grey.shape
    path.write_bytes(b"P5 %d %d 255\n" % (width, height) + page.grey.tobytes())
