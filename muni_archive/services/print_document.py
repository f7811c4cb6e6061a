"""Printing: which pages of a document somebody may put on paper."""

from __future__ import annotations

from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Page
from muni_archive.services.subjects import about_document
from muni_archive.services.view_document import view_document
from muni_archive.services.workplace import Workplace


def pages_to_print(place: Workplace, number_or_id: str) -> tuple[Page, ...]:
    """The document's pages in order. Raises `NotFound`, `NotPermitted`."""
    view = view_document(place, number_or_id)
    place.guard.require(Action.PRINT, about_document(view.document))
    return view.pages
