"""Giving a document its number: `station-year-serial`, unique without a network and never used again."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.events import DocumentCreated, FileOpened
from muni_archive.domain.permissions import Action
from muni_archive.ports import UnitOfWork
from muni_archive.services.own_departments import require_own
from muni_archive.services.subjects import about_class
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class NewDocument:
    """What is known of a document when its pages are complete; the clerk names it later."""

    record_class: str
    page_ids: tuple[str, ...]
    batch_id: str
    file_reference: str | None = None
    title: str = ""


def create_document(place: Workplace, unit: UnitOfWork, new: NewDocument) -> str:
    """Record the document (and its file, when it is new) within the caller's unit; returns the number.

    Raises `DepartmentElsewhere`.
    """
    record_class = place.record_classes.get(new.record_class)
    require_own(place, record_class)
    place.guard.require(Action.CAPTURE, about_class(place, record_class.id, new.file_reference))
    year = place.clock.now().year
    serial = unit.records.next_serial(place.station, year)
    number = f"{place.station}-{year}-{serial:06d}"
    ensure_file(place, unit, new.file_reference, record_class.id, record_class.department)
    unit.record(
        DocumentCreated(
            document_id=place.ids.new(),
            number=number,
            year=year,
            serial=serial,
            record_class=record_class.id,
            department=record_class.department,
            title=new.title or f"{record_class.label['ar']} {number}",
            page_ids=new.page_ids,
            file_reference=new.file_reference,
            batch_id=new.batch_id,
        )
    )
    return number


def ensure_file(place: Workplace, unit: UnitOfWork, reference: str | None, record_class: str, department: str) -> None:
    """Open the file ملف of that reference unless it is open already."""
    if reference and unit.records.file(reference) is None:
        unit.record(
            FileOpened(file_id=place.ids.new(), reference=reference, record_class=record_class, department=department)
        )
