"""Marks as a copy shows them: with the words of their stamps, and in their colours."""

from __future__ import annotations

from muni_archive.domain.marks import Mark, MarkKind
from muni_archive.messages import current_language
from muni_archive.rendition import ShownMark
from muni_archive.services.marks.marking import marks_on
from muni_archive.services.workplace import Workplace
from muni_archive.stamps import StampColour, load_stamps

COLOURS = {StampColour.APPROVAL: "#1b7a3d", StampColour.WARNING: "#b3261e", StampColour.NOTICE: "#1d4e9e"}
"""On paper, whatever the window looks like."""
USUAL = {MarkKind.HIGHLIGHT: "#ffd400", MarkKind.NOTE: "#5d4a00", MarkKind.UNDERLINE: "#1d4e9e"}
OTHERS = "#c62828"


def shown_marks(place: Workplace, page_id: str) -> tuple[ShownMark, ...]:
    """What lies over the page, ready to be drawn."""
    return tuple(shown_mark(mark) for mark in marks_on(place, page_id))


def shown_mark(mark: Mark) -> ShownMark:
    """A stamp that this installation does not know any more shows its id."""
    stamp = load_stamps().get(mark.stamp)
    text, colour = mark.text, USUAL.get(mark.kind, OTHERS)
    if mark.kind is MarkKind.STAMP:
        text = stamp.label.get(current_language(), mark.stamp) if stamp else mark.stamp
        colour = COLOURS[stamp.colour] if stamp else OTHERS
    return ShownMark(kind=mark.kind, box=mark.box, text=text, corner=mark.corner, colour=colour)
