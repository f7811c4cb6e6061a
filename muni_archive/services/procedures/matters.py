"""The document that a case is about: the case goes on when it is destroyed, and then there is none."""

from __future__ import annotations

from muni_archive.domain.records import Document
from muni_archive.ports import UnitOfWork


def document_of(unit: UnitOfWork, document_id: str | None) -> Document | None:
    return unit.records.documents_by_id([document_id]).get(document_id) if document_id else None
