"""Places on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels of the master image as stored (origin top left, y down)."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of `boxes`; an empty box at the origin for none."""
        found = tuple(boxes)
        if not found:
            return cls(0, 0, 0, 0)
        left, top = min(b.x for b in found), min(b.y for b in found)
        return cls(left, top, max(b.right for b in found) - left, max(b.bottom for b in found) - top)
