"""The drawing register of an archive, or of one file, and what has superseded a drawing."""

from __future__ import annotations

from muni_archive.domain.drawings import RegisteredSheet, drawing_register
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Document
from muni_archive.services.workplace import Workplace

DRAWING = "drawing"
"""How the pages of a class of drawings are read; a class says so in its data."""


def list_drawings(place: Workplace, *, file_reference: str | None = None) -> tuple[RegisteredSheet, ...]:
    """Every sheet, by file or parcel and by its number."""
    place.guard.require(Action.VIEW)
    scope = place.guard.scope(Action.VIEW)
    classes = [record_class.id for record_class in place.record_classes.all() if record_class.reading == DRAWING]
    with place.unit_of_work() as unit:
        documents = [
            document
            for name in classes
            for document in unit.records.documents_of_class(name, file_reference, scope=scope)
        ]
    return drawing_register(document for document in documents if document.page_ids)


def superseded_by(place: Workplace, document: Document) -> Document | None:
    """The revision that is in force instead of this drawing; None for what is in force, and for what is no drawing."""
    if place.record_classes.get(document.record_class).reading != DRAWING or not document.registered:
        return None
    for sheet in list_drawings(place, file_reference=document.file_reference):
        if any(one.id == document.id for one in sheet.documents):
            return sheet.supersedes(document)
    return None
