"""Events of what people lay over pages, and of what a copy for release must not show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from muni_archive.domain.events import MarkAdded, MarkChanged, MarkRemoved, RedactionDecided, RedactionProposed
from muni_archive.domain.four_eyes import same_person
from muni_archive.domain.journal import JournalEntry, canonical_json
from muni_archive.domain.marks import MarkKind
from muni_archive.domain.redaction import DECISIONS, RedactionState
from muni_archive.store.tables import marks, redactions

_KINDS = frozenset(MarkKind)


def _mark_added(connection: Connection, event: MarkAdded, entry: JournalEntry) -> None:
    """The first of an id counts; of a kind that nobody can draw there is none."""
    known = connection.execute(select(exists().where(marks.c.id == event.mark_id))).scalar()
    if known or event.mark not in _KINDS:
        return
    connection.execute(
        insert(marks).values(
            id=event.mark_id, sequence=entry.sequence, page_id=event.page_id, kind=event.mark,
            box=canonical_json(astuple(event.box)), text=event.text, stamp=event.stamp, corner=event.corner,
            made_at=entry.at, made_by=entry.actor, changed_by="", removed_by="",
        )
    )  # fmt: skip


def _mark_changed(connection: Connection, event: MarkChanged, entry: JournalEntry) -> None:
    connection.execute(
        update(marks)
        .where(_there(event))
        .values(
            sequence=entry.sequence, box=canonical_json(astuple(event.box)), text=event.text, corner=event.corner,
            changed_at=entry.at, changed_by=entry.actor,
        )
    )  # fmt: skip


def _mark_removed(connection: Connection, event: MarkRemoved, entry: JournalEntry) -> None:
    gone = {"sequence": entry.sequence, "removed_at": entry.at, "removed_by": entry.actor}
    connection.execute(update(marks).where(_there(event)).values(**gone))


def _there(event: MarkChanged | MarkRemoved) -> ColumnElement[bool]:
    """The mark, where the event names its page too: whoever may write of one page may not write of others' marks."""
    return (marks.c.id == event.mark_id) & (marks.c.page_id == event.page_id) & marks.c.removed_at.is_(None)


def _redaction_proposed(connection: Connection, event: RedactionProposed, entry: JournalEntry) -> None:
    if connection.execute(select(exists().where(redactions.c.id == event.redaction_id))).scalar():
        return
    areas = [[area.page_id, list(astuple(area.box)), area.reason] for area in event.areas]
    connection.execute(
        insert(redactions).values(
            id=event.redaction_id, sequence=entry.sequence, document_id=event.document_id, version=event.version,
            base=event.base, areas=canonical_json(areas), note=event.note, state=RedactionState.PROPOSED,
            proposed_at=entry.at, proposed_by=entry.actor, decided_by="", decision_note="", copy="",
        )
    )  # fmt: skip


def _redaction_decided(connection: Connection, event: RedactionDecided, entry: JournalEntry) -> None:
    """The first decision counts. Four eyes hold here too, whatever wrote the entry."""
    waits = (redactions.c.id == event.redaction_id) & (redactions.c.document_id == event.document_id)
    waits &= redactions.c.state == RedactionState.PROPOSED
    proposer = connection.execute(select(redactions.c.proposed_by).where(waits)).scalar()
    if proposer is None or event.decision not in DECISIONS:
        return
    approved = event.decision == RedactionState.APPROVED
    if approved and same_person(proposer, entry.actor):
        return
    connection.execute(
        update(redactions)
        .where(redactions.c.id == event.redaction_id)
        .values(
            sequence=entry.sequence, state=event.decision, decided_at=entry.at, decided_by=entry.actor,
            decision_note=event.note, copy=event.copy if approved else "",
        )
    )  # fmt: skip


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    MarkAdded: _mark_added,
    MarkChanged: _mark_changed,
    MarkRemoved: _mark_removed,
    RedactionProposed: _redaction_proposed,
    RedactionDecided: _redaction_decided,
}
