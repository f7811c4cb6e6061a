"""When the centre heard of what years or hours are counted from.

A station's clock may be wrong by any amount, so nothing is counted from it where there is a centre: a document is
registered, a file closed, when the centre is told so. The table is beside the journal, as the arrivals are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from muni_archive.domain.events import (
    ConflictResolved,
    DisposalProposed,
    DocumentRevised,
    Event,
    FileClosed,
    VersionReceived,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.organisation_events import GlassBroken
from muni_archive.store.many import insert_rows
from muni_archive.store.tables import arrived

AT_ONCE, LONGEST = 500, 36
COUNTED = frozenset(
    kind.kind
    for kind in (DocumentRevised, ConflictResolved, VersionReceived, FileClosed, DisposalProposed, GlassBroken)
)
"""Kinds of entries from whose time something is counted."""


def subject_of(event: Event, entry: JournalEntry) -> str:
    """The version, the closing, the proposal or the leave that begins with it, by the id that tables know."""
    match event:
        case VersionReceived():
            return event.entry
        case DisposalProposed():
            return event.disposal_id
        case GlassBroken():
            return event.grant_id
    return entry.id


def note_arrived(connection: Connection, said: Iterable[tuple[Event, JournalEntry]]) -> None:
    """Write down when these came, as their entries tell it; what is known already stands: it came first."""
    told: dict[str, str] = {}
    for event, entry in said:
        subject = subject_of(event, entry) if entry.kind in COUNTED and entry.received_at else ""
        if 0 < len(subject) <= LONGEST:
            told.setdefault(subject, entry.received_at)
    write_arrived(connection, told)


def write_arrived(connection: Connection, told: Mapping[str, str]) -> None:
    known = arrived_at(connection, sorted(told))
    insert_rows(connection, arrived, [{"subject": each, "at": at} for each, at in told.items() if each not in known])


def arrived_at(connection: Connection, subjects: Sequence[str]) -> Mapping[str, str]:
    """By subject, when it came; those that are not known are left out."""
    found: dict[str, str] = {}
    for at in range(0, len(subjects), AT_ONCE):
        some = arrived.c.subject.in_(subjects[at : at + AT_ONCE])
        found |= {row.subject: row.at for row in connection.execute(select(arrived).where(some))}
    return found
