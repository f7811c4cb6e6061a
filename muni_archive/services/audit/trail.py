"""The audit trail as it is looked through: who did what, with which record, when and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from muni_archive.domain.auditing import PART, AuditFilter, AuditTrail
from muni_archive.domain.errors import NotFound
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.permissions import Action
from muni_archive.domain.saying import said_in
from muni_archive.domain.scope import Scope
from muni_archive.ports import AuditReader, UnitOfWork
from muni_archive.services.audit.wording import GROUPS, details, label_of_kind
from muni_archive.services.subjects import is_everywhere, is_within
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """One entry in people's words."""

    sequence: int
    at: datetime
    who: str
    """Its author; of a sign-in, the name under which somebody came, went, or tried to come in."""
    what: str
    kind: str
    number: str
    """Of the document that the entry speaks of; empty without one."""
    document_id: str
    where: str
    details: str
    hash: str


def audit_trail(place: Workplace, wanted: AuditFilter, *, record: str = "") -> AuditTrail:
    """What the filter finds, as it is now: entries that come later are not in it.

    `record` is the number of a document or of a file. Raises `NotFound` when there is neither. Whoever may audit some
    records only is told of these: of searches and sign-ins, which are of no record, nothing.
    """
    place.guard.require(Action.AUDIT)
    wanted = _narrowed(place, wanted)
    with place.unit_of_work() as unit:
        documents = wanted.documents
        if record.strip():
            documents = _named(unit, record, wanted.scope)
        found = replace(wanted, documents=documents, last=unit.records.last_sequence())
        return AuditTrail(filter=found, total=unit.audit.count(found))


def audit_part(
    place: Workplace, trail: AuditTrail, at: int, number: Callable[[int], str] = str
) -> tuple[AuditRow, ...]:
    """The rows from the one numbered `at` (0 is the newest) on, `PART` of them but at the end.

    `number` writes the numbers in the details as the user's language does.
    """
    place.guard.require(Action.AUDIT)
    wanted = _narrowed(place, trail.filter)
    with place.unit_of_work() as unit:
        return _in_words(unit.audit, unit.audit.part(wanted, PART, skip=at), number)


def all_rows(place: Workplace, trail: AuditTrail) -> Iterator[AuditRow]:
    """Every row, in bounded memory."""
    place.guard.require(Action.AUDIT)
    wanted = _narrowed(place, trail.filter)
    with place.unit_of_work() as unit:
        entries = unit.audit.part(wanted, PART)
        while entries:
            yield from _in_words(unit.audit, entries, str)
            entries = unit.audit.part(wanted, PART, before=entries[-1])


def people_in_trail(place: Workplace) -> Sequence[str]:
    """Everybody who ever did something here, with records that one may audit."""
    place.guard.require(Action.AUDIT)
    with place.unit_of_work() as unit:
        return unit.audit.people(_narrowed(place, AuditFilter()))


def _narrowed(place: Workplace, wanted: AuditFilter) -> AuditFilter:
    """To what may be audited now, whatever a trail that was asked for before says."""
    return replace(wanted, scope=None if is_everywhere(place, Action.AUDIT) else place.guard.scope(Action.AUDIT))


def _named(unit: UnitOfWork, record: str, scope: Scope | None) -> tuple[str, ...]:
    known = unit.records.documents_by_id(unit.audit.documents_named(record))
    documents = tuple(key for key, document in known.items() if is_within(scope, document))
    if not documents:
        raise NotFound(key=record)
    return documents


def _in_words(
    reader: AuditReader, entries: Sequence[JournalEntry], number: Callable[[int], str]
) -> tuple[AuditRow, ...]:
    known = reader.documents_of(entries)
    return tuple(_row(entry, *known.get(entry.id, ("", "")), details(entry, number)) for entry in entries)


def _row(entry: JournalEntry, document_id: str, number: str, said: str) -> AuditRow:
    told = said_in(entry.kind, entry.payload)
    return AuditRow(
        sequence=entry.sequence,
        at=datetime.fromisoformat(entry.at),
        who=str(told.get("name", "")) if entry.kind in GROUPS["signed"][1] else entry.actor,
        what=label_of_kind(entry.kind),
        kind=entry.kind,
        number=number or str(told.get("number", "")),
        document_id=document_id,
        where=entry.station,
        details=said,
        hash=entry.hash,
    )
