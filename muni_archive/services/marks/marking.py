"""Laying marks over a page."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.events import MarkAdded, MarkChanged, MarkRemoved
from muni_archive.domain.geometry import Box
from muni_archive.domain.mark_errors import MarkInvalid, OnlyLookedAt
from muni_archive.domain.marks import Mark, MarkKind
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Page
from muni_archive.domain.redaction import touches
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.services.subjects import about_page
from muni_archive.services.view_document import require_page
from muni_archive.services.workplace import Workplace
from muni_archive.stamps import load_stamps

LONGEST_TEXT = 2000
"""Signs of a note."""


@dataclass(frozen=True, kw_only=True)
class NewMark:
    """A mark as somebody wants it; the box is in pixels of the master as stored."""

    kind: MarkKind
    box: Box
    text: str = ""
    stamp: str = ""
    corner: str = ""


def marks_on(place: Workplace, page_id: str) -> tuple[Mark, ...]:
    """What lies over the page, oldest first."""
    require_page(place, Action.VIEW, page_id)
    with place.unit_of_work() as unit:
        return tuple(unit.marks.on_page(page_id))


def add_mark(place: Workplace, page_id: str, new: NewMark) -> Mark:
    """Raises `MarkInvalid`, `OnlyLookedAt`, `NotFound`."""
    require_page(place, Action.ANNOTATE, page_id)
    _check_here(place)
    with place.unit_of_work() as unit:
        _check(unit.records.page(page_id), new)
        event = MarkAdded(
            mark_id=place.ids.new(), page_id=page_id, mark=new.kind, box=new.box, text=new.text.strip(),
            stamp=new.stamp, corner=new.corner,
        )  # fmt: skip
        unit.record(event)
        unit.commit()
        return unit.marks.mark(event.mark_id)


def change_mark(place: Workplace, mark_id: str, *, box: Box | None = None, text: str | None = None) -> Mark:
    """Move it, or let it say something else. Raises `MarkInvalid`, `OnlyLookedAt`, `NotFound`."""
    _check_here(place)
    with place.unit_of_work() as unit:
        unit.lock()
        mark = unit.marks.mark(mark_id)
        _require_leave(place, unit, mark)
        new = NewMark(
            kind=mark.kind, box=box or mark.box, text=mark.text if text is None else text, stamp=mark.stamp,
            corner=mark.corner,
        )  # fmt: skip
        _check(unit.records.page(mark.page_id), new)
        unit.record(
            MarkChanged(mark_id=mark.id, page_id=mark.page_id, box=new.box, text=new.text.strip(), corner=new.corner)
        )
        unit.commit()
        return unit.marks.mark(mark_id)


def remove_mark(place: Workplace, mark_id: str) -> None:
    """It is shown no more; the journal keeps what it was. Raises `OnlyLookedAt`, `NotFound`."""
    _check_here(place)
    with place.unit_of_work() as unit:
        unit.lock()
        mark = unit.marks.mark(mark_id)
        _require_leave(place, unit, mark)
        unit.record(MarkRemoved(mark_id=mark.id, page_id=mark.page_id))
        unit.commit()


def _require_leave(place: Workplace, unit: UnitOfWork, mark: Mark) -> None:
    page = unit.records.page(mark.page_id)
    place.guard.require(Action.ANNOTATE, about_page(place, unit.records, page))


def _check_here(place: Workplace) -> None:
    if place.copied:
        raise OnlyLookedAt


def _check(page: Page, new: NewMark) -> None:
    if new.box.width < 1 or new.box.height < 1 or not touches(new.box, Box(0, 0, page.width, page.height)):
        raise MarkInvalid(detail=_("it lies beside the page"))
    if new.kind is MarkKind.NOTE and not new.text.strip():
        raise MarkInvalid(detail=_("a note needs a text"))
    if len(new.text) > LONGEST_TEXT:
        raise MarkInvalid(detail=_("a note holds {count} signs at most").format(count=LONGEST_TEXT))
    if (new.kind is MarkKind.STAMP) != bool(new.stamp) or (new.stamp and new.stamp not in load_stamps()):
        raise MarkInvalid(detail=_("there is no stamp «{stamp}»").format(stamp=new.stamp))
