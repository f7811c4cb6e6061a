"""Looking at a document of the centre: in the copy where it is there, else as the centre tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self, cast

from muni_archive.domain.centre_errors import CentreUnreachable, OnlyElsewhere
from muni_archive.domain.records import Document, Page, PageState, Side
from muni_archive.ports import Records, UnitOfWork
from muni_archive.services.together.place import Together
from muni_archive.services.workplace import Workplace


def workplace_showing(together: Together, document_id: str) -> Workplace:
    """A workplace in which the document, or what remains of it, can be looked at; its files come over the line when
    they are asked for.

    Raises `NotFound` when the centre does not show it, `OnlyElsewhere` when the copy lacks it and the centre is away.
    """
    with together.copy() as unit:
        if unit.records.documents_by_id([document_id]) or unit.retention.destroyed(document_id):
            return together.copied
    try:
        told = _told(together.line.document(document_id))
    except CentreUnreachable as exc:
        raise OnlyElsewhere from exc
    open_copy = together.copied.unit_of_work
    return replace(together.copied, unit_of_work=lambda: cast("UnitOfWork", _WithOneMore(open_copy(), told)))


@dataclass(frozen=True, kw_only=True)
class _Told:
    """A document that the copy does not know yet."""

    document: Document
    pages: tuple[Page, ...]
    readings: Mapping[str, str | None]


class _WithOneMore:
    """A unit of work on the copy, whose records know one document more."""

    def __init__(self, unit: UnitOfWork, told: _Told) -> None:
        self._unit, self._told = unit, told

    def __getattr__(self, name: str) -> Any:
        """All else (marks, retention) is the copy's, which knows nothing of the one document."""
        return getattr(self._unit, name)

    def __enter__(self) -> Self:
        self._unit.__enter__()
        self.records = cast("Records", _Records(self._unit.records, self._told))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._unit.__exit__(kind, error, trace)


class _Records:
    """The copy's records; what is asked about the one document is answered from what was told."""

    def __init__(self, records: Records, told: _Told) -> None:
        self._records, self._told = records, told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def document(self, document_id: str) -> Document:
        return self._told.document if document_id == self._told.document.id else self._records.document(document_id)

    def document_by_number(self, number: str) -> Document:
        if number in (self._told.document.number, self._told.document.id):
            return self._told.document
        return self._records.document_by_number(number)

    def pages_of_document(self, document_id: str) -> Sequence[Page]:
        mine = document_id == self._told.document.id
        return self._told.pages if mine else self._records.pages_of_document(document_id)

    def page(self, page_id: str) -> Page:
        found = next((page for page in self._told.pages if page.id == page_id), None)
        return found or self._records.page(page_id)

    def reading_blob(self, page_id: str) -> str | None:
        known = self._told.readings
        return known[page_id] if page_id in known else self._records.reading_blob(page_id)


def _told(said: Mapping[str, Any]) -> _Told:
    """Raises `CentreUnreachable` for an answer that was damaged on the way."""
    try:
        document = _known(Document, said["document"])
        document |= {"page_ids": tuple(document["page_ids"])}
        document |= {name: datetime.fromisoformat(document[name]) for name in ("created_at", "changed_at")}
        pages = tuple(_page(page) for page in said["pages"])
        readings = {page["id"]: page["reading"] for page in said["pages"]}
        return _Told(document=Document(**document), pages=pages, readings=readings)
    except (KeyError, TypeError, ValueError) as exc:
        raise CentreUnreachable(detail=f"its answer is not understood ({exc})") from exc


def _page(said: Mapping[str, Any]) -> Page:
    values = _known(Page, said)
    values |= {"state": PageState(values["state"]), "side": Side(values["side"])}
    return Page(**{**values, "captured_at": datetime.fromisoformat(values["captured_at"])})


def _known(record: type[Document | Page], said: Mapping[str, Any]) -> dict[str, Any]:
    """What a newer centre tells beyond what this program knows is passed over."""
    names = {each.name for each in fields(record)}
    return {name: value for name, value in said.items() if name in names}
