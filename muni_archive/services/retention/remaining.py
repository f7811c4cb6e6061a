"""What remains of destroyed documents, for whoever asks for one."""

from __future__ import annotations

from typing import NoReturn

from muni_archive.domain.disposals import Destroyed
from muni_archive.domain.errors import NotFound
from muni_archive.domain.permissions import Action
from muni_archive.domain.retention_errors import DocumentGone
from muni_archive.ports import UnitOfWork
from muni_archive.services.subjects import about_destroyed, is_allowed
from muni_archive.services.workplace import Workplace

MOST_SHOWN = 500


def destroyed_documents(place: Workplace, *, limit: int = MOST_SHOWN) -> tuple[Destroyed, ...]:
    """Of those that might be seen if they were still there, the latest first."""
    return destroyed_and_total(place, limit=limit)[0]


def destroyed_and_total(place: Workplace, *, limit: int = MOST_SHOWN) -> tuple[tuple[Destroyed, ...], int]:
    """The same, and how many there are in all."""
    place.guard.require(Action.VIEW)
    scope = place.guard.scope(Action.VIEW)
    with place.unit_of_work() as unit:
        total = unit.retention.count_destroyed()
        every = unit.retention.all_destroyed(limit if scope is None else total)
    if scope is None:
        return tuple(every), total
    seen = tuple(gone for gone in every if is_allowed(scope, about_destroyed(gone)))
    return seen[:limit], len(seen)


def what_remains(place: Workplace, number_or_id: str) -> Destroyed | None:
    """Of a document that was destroyed; None for any other."""
    place.guard.require(Action.VIEW)
    with place.unit_of_work() as unit:
        gone = unit.retention.destroyed(number_or_id)
    if gone is not None:
        place.guard.require(Action.VIEW, about_destroyed(gone))
    return gone


def proof_of(place: Workplace, document_id: str) -> tuple[str, ...]:
    """The hashes of all files that a destroyed document consisted of."""
    if what_remains(place, document_id) is None:
        return ()
    with place.unit_of_work() as unit:
        return tuple(unit.retention.destroyed_files(document_id))


def document_id_of(place: Workplace, unit: UnitOfWork, number_or_id: str) -> str:
    """The id of a document that is there. Raises `DocumentGone`, `NotFound`."""
    try:
        return unit.records.document_by_number(number_or_id).id
    except NotFound:
        if unit.records.documents_by_id([number_or_id]):
            return number_or_id
        raise_gone(place, unit, number_or_id)


def raise_gone(place: Workplace, unit: UnitOfWork, number_or_id: str) -> NoReturn:
    """Says what remains of it, or that it never was here."""
    gone = unit.retention.destroyed(number_or_id)
    if gone is None:
        raise NotFound(key=number_or_id)
    place.guard.require(Action.VIEW, about_destroyed(gone))
    raise DocumentGone(
        number=gone.number, day=gone.destroyed_at.astimezone().date().isoformat(), proposed_by=gone.proposed_by,
        confirmed_by=gone.confirmed_by, reason=gone.reason,
    )  # fmt: skip
