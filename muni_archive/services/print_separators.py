"""Separator sheets for printing: laid between documents, they split the feed."""

from __future__ import annotations

from pathlib import Path

from muni_archive.domain.permissions import Action
from muni_archive.imaging.separator_sheet import render_separator, separator_png
from muni_archive.services.file_references import checked_reference
from muni_archive.services.files_out import write_file
from muni_archive.services.subjects import about_class
from muni_archive.services.workplace import Workplace


def separator_sheet(
    place: Workplace, *, record_class: str, file_reference: str | None, copies: int, target: Path
) -> Path:
    """Write a PDF of `copies` sheets that carry the class and the file number. Raises `FieldInvalid`."""
    place.guard.require(Action.CAPTURE, about_class(place, record_class, file_reference))
    described, reference = place.record_classes.get(record_class), checked_reference(file_reference) or ""
    data = render_separator(record_class=record_class, label=described.label, file_reference=reference, copies=copies)
    return write_file(target, data)


def separator_picture(place: Workplace, *, record_class: str, file_reference: str | None) -> bytes:
    """One sheet as a PNG, for a printer."""
    place.guard.require(Action.CAPTURE, about_class(place, record_class, file_reference))
    described, reference = place.record_classes.get(record_class), checked_reference(file_reference) or ""
    return separator_png(record_class=record_class, label=described.label, file_reference=reference)
