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


def turned_box(box: Box, width: int, height: int, degrees: int) -> Box:
    """Where the box lies once its picture (of this size) has been turned clockwise by a quarter's multiple."""
    return {
        90: Box(height - box.bottom, box.x, box.height, box.width),
        180: Box(width - box.right, height - box.bottom, box.width, box.height),
        270: Box(box.y, width - box.right, box.height, box.width),
    }.get(degrees % 360, box)
