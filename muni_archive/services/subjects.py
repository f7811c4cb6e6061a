"""What an action is about, for the guard: a document, a page, a batch, a file, a case, a record class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from muni_archive.domain.cases import Case
from muni_archive.domain.disposals import Destroyed
from muni_archive.domain.errors import NotPermitted
from muni_archive.domain.permissions import ACTION_TEXTS, Action, Subject
from muni_archive.domain.records import Batch, Document, File, Page
from muni_archive.domain.scope import Scope
from muni_archive.messages import _
from muni_archive.ports import Records
from muni_archive.services.workplace import Workplace

NOBODYS = Subject(department="", record_class="")
"""What nothing is known of is for those alone who may do everything."""


def about_document(document: Document) -> Subject:
    return Subject(
        department=document.department,
        record_class=document.record_class,
        file_reference=document.file_reference,
        document_id=document.id,
        own_level=document.level,
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


def about_file(file: File) -> Subject:
    return Subject(department=file.department, record_class=file.record_class, file_reference=file.reference)


def about_destroyed(gone: Destroyed) -> Subject:
    """What is left of a document is for those who could see the document."""
    return Subject(
        department=gone.department, record_class=gone.record_class, file_reference=gone.file_reference,
        document_id=gone.document_id, own_level=gone.level,
    )  # fmt: skip


def about_cases(records: Records, cases: Sequence[Case]) -> Mapping[str, Subject]:
    """By case id: what its document is now; without one that is here, what it was when the case began."""
    ids = [case.document_id for case in cases if case.document_id]
    documents, levels = records.documents_by_id(ids), records.levels_of(ids)
    return {
        case.id: _about_case(case, documents.get(case.document_id or ""), levels.get(case.document_id or "", ""))
        for case in cases
    }


def about_case(records: Records, case: Case) -> Subject:
    return about_cases(records, [case])[case.id]


def _about_case(case: Case, document: Document | None, level: str) -> Subject:
    if document is not None:
        return about_document(document)
    return Subject(
        department=case.department, record_class=case.record_class, file_reference=case.file_reference,
        document_id=case.document_id, own_level=level,
    )  # fmt: skip


def is_allowed(scope: Scope | None, subject: Subject) -> bool:
    """Whether something about the subject may be in a list; None hides nothing."""
    return scope is None or scope.covers(
        subject.department or "", subject.record_class or "", subject.file_reference, subject.own_level
    )


def is_everywhere(place: Workplace, action: Action) -> bool:
    """Whether the action is allowed with every record there is or may be."""
    scope = place.guard.scope(action)
    return scope is None or any(area.departments is None and area.record_classes is None for area in scope.areas)


def require_everywhere(place: Workplace, action: Action) -> None:
    """For what cannot be taken apart by records. Raises `NotPermitted`."""
    place.guard.require(action)
    if not is_everywhere(place, action):
        raise NotPermitted(action=_(ACTION_TEXTS[action]))


def is_within(scope: Scope | None, document: Document) -> bool:
    """Whether the document may be in a list; None hides nothing."""
    return scope is None or is_allowed(scope, about_document(document))
