"""The access copy: a PDF/A with a text layer, made when somebody needs it and kept while it is true."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import AccessCopyRefused
from muni_archive.domain.events import RenditionMade
from muni_archive.domain.journal import canonical_json
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Document, Page, RenditionKind
from muni_archive.rendition import AccessPage, ShownMark, make_access_copy
from muni_archive.services.files_out import write_file
from muni_archive.services.marks.showing import shown_marks
from muni_archive.services.subjects import about_document
from muni_archive.services.view_document import reading_of, upright_rotation, view_document
from muni_archive.services.workplace import Workplace


def export_document(
    place: Workplace, number: str, target: Path, *, cancel: CancelToken, with_marks: bool = False
) -> Path:
    """Write the document's access copy to `target`. Raises `NotFound`, `AccessCopyRefused`, `DiskFull`.

    Marks are on it only when they are asked for; such a copy is made for this once and not kept.
    """
    if place.copied or with_marks:
        return write_file(target, _made_now(place, number, cancel, with_marks=with_marks))
    return write_file(target, place.vault.get(access_copy(place, number, cancel=cancel)))


def access_copy(place: Workplace, number: str, *, cancel: CancelToken) -> str:
    """The name in the vault of a copy that shows the document as it is now; made where there is none.

    A copy whose text does not match what was read is refused, and the refusal is recorded.
    """
    view = view_document(place, number)
    place.guard.require(Action.EXPORT, about_document(view.document))
    readings = tuple(reading_of(place, page.id) for page in view.pages)
    made_with = f"access-pdf {_inputs(view.document, view.pages, readings)}"
    with place.unit_of_work() as unit:
        present = unit.records.rendition(view.document.id, RenditionKind.ACCESS_PDF)
    if present and present.made_with == made_with and present.blob and place.vault.has(present.blob):
        return present.blob
    cancel.raise_if_cancelled()
    try:
        data = _make(place, view.document, view.pages, readings)
    except AccessCopyRefused as error:
        _record(place, view.document, "", made_with, str(error))
        raise
    blob = place.vault.put(data)
    _record(place, view.document, blob, made_with)
    return blob


def _made_now(place: Workplace, number: str, cancel: CancelToken, *, with_marks: bool) -> bytes:
    """Of a document elsewhere, or with its marks: nothing of it is kept here."""
    view = view_document(place, number)
    place.guard.require(Action.EXPORT, about_document(view.document))
    readings = tuple(reading_of(place, page.id) for page in view.pages)
    cancel.raise_if_cancelled()
    marks = [shown_marks(place, page.id) if with_marks else () for page in view.pages]
    return _make(place, view.document, view.pages, readings, marks)


def _make(
    place: Workplace,
    document: Document,
    pages: tuple[Page, ...],
    readings: tuple[Reading | None, ...],
    marks: Sequence[tuple[ShownMark, ...]] = (),
) -> bytes:
    return make_access_copy(
        [
            AccessPage(
                path=place.vault.path(page.blob),
                media_type=page.media_type,
                rotation=upright_rotation(page, reading),
                dpi=page.dpi,
                reading=reading,
                marks=laid,
            )
            for page, reading, laid in zip(pages, readings, marks or [()] * len(pages), strict=True)
        ],
        title=document.title,
        language="ar",
        created=document.created_at,
        metadata={"number": document.number, **document.metadata},
    )


def _record(place: Workplace, document: Document, blob: str, made_with: str, problem: str = "") -> None:
    with place.unit_of_work() as unit:
        unit.record(
            RenditionMade(
                document_id=document.id,
                rendition=RenditionKind.ACCESS_PDF,
                version=document.version,
                blob=blob,
                made_with=made_with,
                problem=problem,
            )
        )
        unit.commit()


def _inputs(document: Document, pages: tuple[Page, ...], readings: tuple[Reading | None, ...]) -> str:
    """Changes whenever the copy would: title, pages, turning, text."""
    shown = [
        (page.blob, upright_rotation(page, reading), reading.text if reading else "")
        for page, reading in zip(pages, readings, strict=True)
    ]
    text = canonical_json([document.title, dict(document.metadata), shown])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
