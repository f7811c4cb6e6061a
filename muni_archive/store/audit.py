"""The journal as an audit trail: implements `ports.AuditReader` on one connection.

The index over time, kind and person holds all that a filter asks, so that a pass over a million entries reads no entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, or_, select, union

from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.digits import western
from muni_archive.domain.events import DocumentSeen, SignedIn, SignedOut, SignInFailed
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.saying import said_in
from muni_archive.domain.scope import Scope
from muni_archive.store.journal import entry_of
from muni_archive.store.projection.audit import compared_name
from muni_archive.store.scoped import destroyed_in_scope, ids_in_scope
from muni_archive.store.tables import DOCUMENT_SAID, PAGE_SAID, documents, entrances, journal, pages, people, versions

AT_ONCE = 500
_OF_ENTRANCES = (SignedIn.kind, SignInFailed.kind, SignedOut.kind)
"""Kinds of entries that are found by the name that they tell, not by their author."""
_NEWEST = (journal.c.at.desc(), journal.c.sequence.desc())


class SqlAuditReader:
    """Questions about who did what; `actor` is who works here."""

    def __init__(self, connection: Connection, actor: str) -> None:
        self._connection, self._actor = connection, actor

    @property
    def _sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def count(self, wanted: AuditFilter) -> int:
        counted = select(func.count()).select_from(journal).where(*self._conditions(wanted))
        return int(self._connection.execute(counted).scalar_one())

    def part(
        self, wanted: AuditFilter, limit: int, *, skip: int = 0, before: JournalEntry | None = None
    ) -> Sequence[JournalEntry]:
        at, sequence = journal.c.at, journal.c.sequence
        found = select(sequence).where(*self._conditions(wanted)).order_by(*_NEWEST).limit(limit).offset(skip)
        if before is not None:
            found = found.where(at <= before.at, or_(at < before.at, sequence < before.sequence))
        whole = select(journal).where(sequence.in_(found.scalar_subquery())).order_by(*_NEWEST)
        return [entry_of(row) for row in self._connection.execute(whole)]

    def people(self, wanted: AuditFilter) -> Sequence[str]:
        within = self._conditions(wanted)
        authors = select(journal.c.actor).where(*within, journal.c.kind.not_in(_OF_ENTRANCES)).distinct()
        came = (
            select(func.coalesce(people.c.name, entrances.c.name))
            .select_from(journal.join(entrances, entrances.c.sequence == journal.c.sequence))
            .outerjoin(people, people.c.plain_name == entrances.c.plain_name)
            .where(*within, entrances.c.outcome.in_(("in", "out")) | people.c.id.is_not(None))
            .distinct()
        )
        return sorted({*self._connection.execute(authors).scalars(), *self._connection.execute(came).scalars()})

    def documents_named(self, text: str) -> Sequence[str]:
        number = western(text.strip())
        by_number = self._connection.execute(select(documents.c.id).where(documents.c.number == number)).scalars().all()
        if by_number:
            return by_number
        current = (versions.c.document_id == documents.c.id) & (versions.c.version == documents.c.version)
        in_file = select(documents.c.id).join(versions, current)
        referred = in_file.where(versions.c.file_reference.in_({text.strip(), number})).order_by(documents.c.id)
        return self._connection.execute(referred).scalars().all()

    def documents_of(self, entries: Sequence[JournalEntry]) -> Mapping[str, tuple[str, str]]:
        said = {entry.id: _said(entry) for entry in entries}
        by_page = self._pairs(select(pages.c.id, pages.c.document_id), pages.c.id, {page for _, page in said.values()})
        of_entry = {key: document or by_page.get(page, "") for key, (document, page) in said.items()}
        numbers = self._pairs(select(documents.c.id, documents.c.number), documents.c.id, set(of_entry.values()))
        return {key: (document, numbers[document]) for key, document in of_entry.items() if document in numbers}

    def i_saw(self, document_id: str, *, since: str, until: str) -> bool:
        seen = select(journal.c.sequence).where(
            self._speaks_of((document_id,)),
            journal.c.kind == DocumentSeen.kind,
            journal.c.actor == self._actor,
            journal.c.at.between(since, until),
        )
        return self._connection.execute(seen.limit(1)).first() is not None

    def failed_sign_ins(self, *, since: str, until: str, name: str = "", reason: str = "") -> int:
        failed = select(func.count()).where(
            entrances.c.at.between(since, until), entrances.c.outcome.not_in(("in", "out"))
        )
        if name:
            failed = failed.where(entrances.c.plain_name == compared_name(name))
        if reason:
            failed = failed.where(entrances.c.outcome == reason)
        return int(self._connection.execute(failed).scalar_one())

    def of_kind(self, kind: str, *, newest_first: bool = False) -> Iterator[JournalEntry]:
        order = journal.c.sequence.desc() if newest_first else journal.c.sequence
        chosen = select(journal.c.sequence).where(journal.c.kind == kind)
        whole = select(journal).where(journal.c.sequence.in_(chosen)).order_by(order)
        yield from map(entry_of, self._connection.execute(whole))

    def _pairs(self, query: Select[Any], key: ColumnElement[Any], wanted: set[str]) -> dict[str, str]:
        ids = sorted(each for each in wanted if each and "\0" not in each)  # which no table of PostgreSQL can hold
        found: dict[str, str] = {}
        for at in range(0, len(ids), AT_ONCE):
            rows = self._connection.execute(query.where(key.in_(ids[at : at + AT_ONCE])))
            found |= {row[0]: row[1] for row in rows if row[1]}
        return found

    def _conditions(self, wanted: AuditFilter) -> list[ColumnElement[bool]]:
        told: list[ColumnElement[bool]] = []
        if wanted.person:
            told.append(self._by(wanted.person))
        if wanted.kinds:
            told.append(journal.c.kind.in_(wanted.kinds))
        if wanted.since:
            told.append(journal.c.at >= wanted.since)
        if wanted.until:
            told.append(journal.c.at < wanted.until)
        if wanted.last:
            told.append(journal.c.sequence + 0 <= wanted.last)  # reckoned: else all entries are read for it
        if wanted.documents is not None:
            told.append(self._speaks_of(wanted.documents))
        if wanted.scope is not None:
            told.append(self._speaks_of(self._allowed(wanted.scope)))
        return told

    def _by(self, person: str) -> ColumnElement[bool]:
        """What the person did, and who came or tried to come in under that name."""
        named = select(entrances.c.sequence).where(entrances.c.plain_name == compared_name(person))
        did = (journal.c.actor == person) & journal.c.kind.not_in(_OF_ENTRANCES)
        return did | journal.c.sequence.in_(named)

    def _speaks_of(self, ids: Sequence[str] | Select[Any]) -> ColumnElement[bool]:
        """Entries that name one of the documents, or a page that is in one now.

        SQLite uses an index over what is reckoned only where no column says how it is to be compared: hence the plus.
        """
        document, page = self._said_in_sql()
        page_id = literal_column("+pages.id") if self._sqlite else pages.c.id
        of_pages = select(page_id).select_from(pages).where(pages.c.document_id.in_(ids))
        named = union(
            select(journal.c.sequence).where(document.in_(ids)), select(journal.c.sequence).where(page.in_(of_pages))
        )
        return journal.c.sequence.in_(select(named.subquery().c.sequence))

    def _allowed(self, scope: Scope) -> Select[Any]:
        """Ids of documents that are in it, and of destroyed ones that were."""
        here = union(ids_in_scope(scope), destroyed_in_scope(scope)).subquery("allowed")
        return select(literal_column("+allowed.document_id") if self._sqlite else here.c.document_id).select_from(here)

    def _said_in_sql(self) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        if self._sqlite:
            return DOCUMENT_SAID, PAGE_SAID
        said = "CAST(payload AS JSON) ->> '{}'"
        return literal_column(said.format("document_id")), literal_column(said.format("page_id"))


def _said(entry: JournalEntry) -> tuple[str, str]:
    """The document and the page that the entry names."""
    said = said_in(entry.kind, entry.payload)
    return said.get("document_id") or "", said.get("page_id") or ""
