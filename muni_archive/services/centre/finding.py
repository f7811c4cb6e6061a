"""The centre answers questions, as far as the station, and whoever has signed in there, may see."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from muni_archive.domain.errors import NotFound
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.people import Sight
from muni_archive.domain.scope import Scope
from muni_archive.services.centre.place import Centre
from muni_archive.services.find_pages import Found, Hit, find_pages
from muni_archive.services.subjects import is_within


def answer_question(
    centre: Centre, sight: Sight, question: SearchRequest, *, scope: Scope | None = None
) -> dict[str, Any]:
    """What is found, as plain values; within the scope too, where a person asks. Raises `QueryMalformed`."""
    visible = sight.scope if scope is None else scope.within(sight.departments)
    return _plain(find_pages(centre.place, replace(question, visible=visible)))


def show_document(
    centre: Centre, sight: Sight, document_id: str, *, scope: Scope | None = None
) -> dict[str, Any] | None:
    """The document with its pages as plain values; None when it is not for the asker, or is not."""
    with centre.unit_of_work() as unit:
        try:
            document = unit.records.document(document_id)
        except NotFound:
            return None
        if not (sight.covers(document.department) and is_within(scope, document)):
            return None
        pages = unit.records.pages_of_document(document_id)
        readings = unit.records.reading_blobs([page.id for page in pages])
    return {
        "document": asdict(document),
        "pages": [{**asdict(page), "reading": readings.get(page.id)} for page in pages],
    }


def _plain(found: Found) -> dict[str, Any]:
    """As `asdict`, which copies every word and every number with care: half of an answer's time."""
    return {**vars(found), "hits": [_plain_hit(hit) for hit in found.hits]}


def _plain_hit(hit: Hit) -> dict[str, Any]:
    boxes = [{"x": box.x, "y": box.y, "width": box.width, "height": box.height} for box in hit.boxes]
    return {**vars(hit), "snippet": [vars(part) for part in hit.snippet], "boxes": boxes}
