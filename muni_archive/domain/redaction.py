"""Redaction: areas of a version's pages that a copy for release must not show, proposed by one person and approved by
another.

Whatever the black touches is hidden whole: a word of which one pixel is covered is not in the text either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, Reading, Word

GRID = 8
"""Pixels of a JPEG's blocks. Black that ends between two of them would be blurred into its neighbours, and letters of
the master leave traces in theirs: in a picture of grey values or colours the black is grown to whole blocks."""


ROOM = 0.4
"""Of a word's height: how far its ink may reach beyond the box in which it was read."""


class RedactionState(StrEnum):
    """A redaction is decided once."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


DECISIONS = frozenset({RedactionState.APPROVED, RedactionState.REFUSED, RedactionState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class HiddenArea:
    """A place on a page, in pixels of the master as stored, and the id of the reason why it is hidden."""

    page_id: str
    box: Box
    reason: str


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """What is to be hidden in one version of a document, who proposed it and what became of it."""

    id: str
    document_id: str
    version: int
    base: str
    """Id of the journal entry that made the version: its number may be another elsewhere."""
    areas: tuple[HiddenArea, ...]
    note: str
    state: RedactionState
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None = None
    decided_by: str = ""
    decision_note: str = ""
    copy: str = ""
    """Name in the vault of the copy that was approved; empty before."""

    def boxes_on(self, page_id: str) -> tuple[Box, ...]:
        return tuple(area.box for area in self.areas if area.page_id == page_id)

    def reasons_on(self, page_id: str) -> tuple[str, ...]:
        return tuple(area.reason for area in self.areas if area.page_id == page_id)


class PictureForm(StrEnum):
    """How the pixels of a page are packed for a PDF."""

    JPEG_GREY = "jpeg-grey"
    JPEG_COLOUR = "jpeg-colour"
    BITS = "bits"
    """One bit a pixel, 1 is white, rows filled to whole bytes, deflated."""


@dataclass(frozen=True, kw_only=True)
class PagePicture:
    """Pixels and nothing else: no metadata, no preview, nothing of the file that they came from."""

    data: bytes
    width: int
    height: int
    form: PictureForm


def covered(box: Box, width: int, height: int, *, grid: int) -> Box:
    """What is black for a box on a page of this size: grown to the grid, cut at the page's edges."""
    if not touches(box, Box(0, 0, width, height)):
        return Box(0, 0, 0, 0)
    left, top = max(0, box.x) // grid * grid, max(0, box.y) // grid * grid
    right = min(width, -(-box.right // grid) * grid)
    bottom = min(height, -(-box.bottom // grid) * grid)
    return Box(left, top, right - left, bottom - top)


def touches(one: Box, other: Box) -> bool:
    """Whether two boxes have a pixel in common."""
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom


def hidden_words(reading: Reading, boxes: Sequence[Box]) -> tuple[Word, ...]:
    """The words of which anything lies under a box, in reading order."""
    return tuple(word for word in reading.words if _under(word.box, boxes))


def hidden_proposals(reading: Reading, boxes: Sequence[Box]) -> tuple[FieldProposal, ...]:
    """Fields whose value stands, in part at least, under a box."""
    return tuple(proposal for proposal in reading.proposals if _under(proposal.box, boxes))


def without_hidden(reading: Reading, boxes: Sequence[Box]) -> Reading:
    """What may still be read: without the words under the boxes, and without anything that was made of them."""
    kept = (tuple(word for word in line.words if not _under(word.box, boxes)) for line in reading.lines)
    return replace(reading, lines=tuple(Line(words=words) for words in kept if words), proposals=(), codes=())


def with_room(box: Box, others: Iterable[Box]) -> Box:
    """The box of something that was read with what belongs to it around it: a reader's boxes cut off tails and ends.

    It grows to all sides by a part of its height, but not into any of the others that it does not touch already.
    """
    margin = max(3, round(min(box.width, box.height) * ROOM))
    left, top, right, bottom = box.x - margin, box.y - margin, box.right + margin, box.bottom + margin
    for other in others:
        if touches(box, other) or not touches(Box(left, top, right - left, bottom - top), other):
            continue
        if other.right <= box.x:
            left = other.right
        elif other.x >= box.right:
            right = other.x
        elif other.bottom <= box.y:
            top = other.bottom
        else:
            bottom = other.y
    return Box(left, top, right - left, bottom - top)


def _under(box: Box, boxes: Iterable[Box]) -> bool:
    return any(touches(box, other) for other in boxes)
