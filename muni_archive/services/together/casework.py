"""A workplace in which the cases of all stations can be worked on: what is done is recorded in this station's journal,
and the centre says what becomes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from muni_archive.domain.errors import NotFound
from muni_archive.domain.records import Batch, Document, FieldDecision, File
from muni_archive.ports import Cases, Records, UnitOfWork, Vault
from muni_archive.services.together.joined_cases import JoinedCases
from muni_archive.services.together.place import Together
from muni_archive.services.workplace import Workplace


def case_workplace(place: Workplace, together: Together | None) -> Workplace:
    """The station's own archive, in which cases and records of the copy, and files of procedures, are there too."""
    if together is None:
        return place
    return replace(
        place,
        unit_of_work=lambda: cast("UnitOfWork", _JoinedUnit(place.unit_of_work(), together.copy())),
        vault=cast("Vault", _BothVaults(place.vault, together.copied.vault)),
    )


def workplace_with(place: Workplace, together: Together | None, document_id: str) -> Workplace:
    """Where the document's pages can be looked at: here, or in the copy."""
    if together is None:
        return place
    with place.unit_of_work() as unit:
        return place if unit.records.documents_by_id([document_id]) else together.copied


class _JoinedUnit:
    """The own unit of work, which also knows what is in the copy. What is recorded is recorded in the own one.

    Who works here, and as what, says the centre where it has an organisation.
    """

    def __init__(self, own: UnitOfWork, copy: UnitOfWork) -> None:
        self._own, self._copy = own, copy
        self._open = ExitStack()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            own, copy = opening.enter_context(self._own), opening.enter_context(self._copy)
            self.records = cast("Records", _JoinedRecords(own.records, copy.records))
            self.cases: Cases = JoinedCases(own, copy)
            central = bool(copy.organisation.all().places)
            self.organisation, self.people = (copy if central else own).organisation, (copy if central else own).people
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)


class _JoinedRecords:
    """What is asked about a document that is not here is answered by the copy; who had a hand in one, by both."""

    def __init__(self, own: Records, copy: Records) -> None:
        self._own, self._copy = own, copy

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def document(self, document_id: str) -> Document:
        found = self.documents_by_id([document_id]).get(document_id)
        if found is None:
            raise NotFound(key=document_id)
        return found

    def documents_by_id(self, document_ids: Sequence[str]) -> Mapping[str, Document]:
        return {**self._copy.documents_by_id(document_ids), **self._own.documents_by_id(document_ids)}

    def document_by_number(self, number: str) -> Document:
        try:
            return self._own.document_by_number(number)
        except NotFound:
            return self._copy.document_by_number(number)

    def versions(self, document_id: str) -> Sequence[Document]:
        """The own ones first; each once, known by the entry that made it."""
        mine = self._own.versions(document_id)
        known = {version.entry for version in mine}
        return [*mine, *(each for each in self._copy.versions(document_id) if each.entry not in known)]

    def decisions(self, document_id: str) -> Sequence[FieldDecision]:
        return [*self._copy.decisions(document_id), *self._own.decisions(document_id)]

    def levels_of(self, document_ids: Sequence[str]) -> Mapping[str, str]:
        """Of documents that are gone too: what is left of one is for those who could see it."""
        return {**self._copy.levels_of(document_ids), **self._own.levels_of(document_ids)}

    def batch(self, batch_id: str) -> Batch:
        try:
            return self._own.batch(batch_id)
        except NotFound:
            return self._copy.batch(batch_id)

    def file(self, reference: str) -> File | None:
        return self._own.file(reference) or self._copy.file(reference)


class _BothVaults:
    """The own vault, which asks the copy's for what it has not."""

    def __init__(self, own: Vault, copy: Vault) -> None:
        self._own, self._copy = own, copy

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def get(self, sha: str) -> bytes:
        return self._at(sha).get(sha)

    def path(self, sha: str) -> Path:
        return self._at(sha).path(sha)

    def _at(self, sha: str) -> Vault:
        return self._own if self._own.has(sha) else self._copy
