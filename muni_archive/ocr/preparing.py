"""What a recogniser asks of whoever cleans the page before; `muni_archive.imaging` offers it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from muni_archive.domain.geometry import Box
from muni_archive.ports import ReadRequest


class MasterFrame(Protocol):
    """The way back from a cleaned picture to the master."""

    def box(self, left: float, top: float, width: float, height: float) -> Box: ...


class Prepared(Protocol):
    """A page ready to be read: grey values (rows × columns, uint8), and where they came from."""

    @property
    def grey(self) -> NDArray[np.uint8]: ...

    @property
    def dpi(self) -> int: ...

    @property
    def frame(self) -> MasterFrame: ...

    @property
    def codes(self) -> tuple[str, ...]: ...

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def orientation(self) -> int: ...

    @property
    def skew(self) -> float: ...

    @property
    def sure(self) -> bool:
        """Whether the orientation is more than a guess."""
        ...

    @property
    def drawing(self) -> bool: ...

    def turned(self, degrees: int) -> Self: ...

    def tiles(self, size: int, overlap: int) -> Iterator[Self]: ...


class Preparation(Protocol):
    """Cleans one page. Must pickle."""

    @property
    def name(self) -> str: ...

    def __call__(self, request: ReadRequest) -> Prepared:
        """Raises `ReadingFailed`."""
        ...
