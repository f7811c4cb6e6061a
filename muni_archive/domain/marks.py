"""Marks: what people lay over a page. The master stays as it is; a mark can be hidden, changed and taken away.

Places are pixels of the master as it is stored, before anybody turned it, as all places are. What is written in a
mark is shown upright, whichever way the page is turned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from muni_archive.domain.geometry import Box


class MarkKind(StrEnum):
    """What a mark looks like."""

    HIGHLIGHT = "highlight"
    UNDERLINE = "underline"
    BOX = "box"
    ARROW = "arrow"
    NOTE = "note"
    STAMP = "stamp"


class Corner(StrEnum):
    """The corner of its box to which an arrow points, in the master's frame."""

    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"


SMALLEST_MARK = 6
"""Pixels of the master that a mark is wide and high at least, however it is drawn together."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark, and whose it is. `changed_at` and `changed_by` are empty for one that is as it was made."""

    id: str
    page_id: str
    kind: MarkKind
    box: Box
    text: str = ""
    stamp: str = ""
    """Id of the stamp in `resources/stamps.toml`; empty for other marks."""
    corner: str = ""
    made_at: datetime
    made_by: str
    changed_at: datetime | None = None
    changed_by: str = ""


def shifted(box: Box, right: int, down: int, width: int, height: int) -> Box:
    """Moved by so many pixels, and kept on a page of that size."""
    x = max(0, min(box.x + right, width - box.width))
    y = max(0, min(box.y + down, height - box.height))
    return Box(x, y, box.width, box.height)


def stretched(box: Box, right: int, down: int, width: int, height: int) -> Box:
    """With its lower right corner moved, never smaller than `SMALLEST_MARK` nor beyond a page of that size."""
    wide = min(max(box.width + right, SMALLEST_MARK), max(box.width, width - box.x))
    tall = min(max(box.height + down, SMALLEST_MARK), max(box.height, height - box.y))
    return Box(box.x, box.y, wide, tall)


def pointed_at(box: Box, corner: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where an arrow begins and where its head is; it points to the lower right where nothing else is said."""
    at_left = corner in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT)
    at_top = corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT)
    head = (box.x if at_left else box.right, box.y if at_top else box.bottom)
    tail = (box.right if at_left else box.x, box.bottom if at_top else box.y)
    return tail, head


def corner_of(tail: tuple[float, float], head: tuple[float, float]) -> Corner:
    """The corner to which an arrow from `tail` to `head` points."""
    if head[1] < tail[1]:
        return Corner.TOP_LEFT if head[0] < tail[0] else Corner.TOP_RIGHT
    return Corner.BOTTOM_LEFT if head[0] < tail[0] else Corner.BOTTOM_RIGHT
