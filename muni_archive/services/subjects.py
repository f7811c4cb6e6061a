"""What an action is about, for the guard: a document, a page, a batch, a record class."""

from __future__ import annotations

from muni_archive.domain.permissions import Subject
from muni_archive.domain.records import Batch, Document, Page
from muni_archive.domain.scope import Scope
from muni_archive.ports import Records
from muni_archive.services.workplace import Workplace


def about_document(document: Document) -> Subject:
    return Subject(
        department=document.department,
        record_class=document.record_class,
        file_reference=document.file_reference,
        document_id=document.id,
    )


def about_class(place: Workplace, class_id: str, file_reference: str | None = None) -> Subject:
    """New records of this class. Raises `NotFound` for an unknown one."""
    known = place.record_classes.get(class_id)
    return Subject(department=known.department, record_class=known.id, file_reference=file_reference or None)


def about_batch(place: Workplace, batch: Batch) -> Subject:
    return about_class(place, batch.record_class, batch.file_reference)


def about_page(place: Workplace, records: Records, page: Page) -> Subject:
    """A page is what its document is, and before it has one what its batch becomes."""
    if page.document_id is not None:
        return about_document(records.document(page.document_id))
    return about_batch(place, records.batch(page.batch_id))


def is_within(scope: Scope | None, document: Document) -> bool:
    """Whether the document may be in a list; None hides nothing."""
    return scope is None or scope.covers(document.department, document.record_class, document.file_reference)
