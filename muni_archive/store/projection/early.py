"""Ends that arrive before what they end: remembered, and applied when that comes.

A centre that was put back in time hears stations in another order than it did before: that a proposal was withdrawn at
one comes before the proposal, which another made. The table names entries of the journal, so a replay gives it again.
Remembered is what would keep a record, close a way in or take something off; what people confirm or approve of must be
there when they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Table, delete, exists, insert, select

from muni_archive.domain.events import (
    CaseStarted,
    CaseWithdrawn,
    DisposalProposed,
    DisposalWithdrawn,
    Event,
    HoldLifted,
    HoldPlaced,
    MarkAdded,
    MarkChanged,
    MarkRemoved,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.organisation_events import FileGranted, GlassBroken, GrantEnded
from muni_archive.store.codec import decode
from muni_archive.store.journal import entry_of
from muni_archive.store.tables import (
    case_moves,
    cases,
    disposals,
    early_ends,
    file_grants,
    holds,
    journal,
    marks,
    stations,
)

LONGEST = 36
"""Signs of an id; a longer one begins nothing."""
_TABLES: Mapping[str, Table] = {
    "disposal_id": disposals, "hold_id": holds, "grant_id": file_grants, "mark_id": marks, "case_id": cases,
}  # fmt: skip
_BEGINNINGS: Mapping[type[Event], str] = {
    DisposalProposed: "disposal_id", HoldPlaced: "hold_id", FileGranted: "grant_id", GlassBroken: "grant_id",
    MarkAdded: "mark_id", CaseStarted: "case_id",
}  # fmt: skip
_ENDS: Mapping[type[Event], str] = {
    DisposalWithdrawn: "disposal_id", HoldLifted: "hold_id", GrantEnded: "grant_id", MarkChanged: "mark_id",
    MarkRemoved: "mark_id", CaseWithdrawn: "case_id",
}  # fmt: skip
ENDS = frozenset(kind.kind for kind in _ENDS)
"""Kinds of entries that are looked up in the journal again; whoever replays one elsewhere has them there too."""


def remember(connection: Connection, event: Event, entry: JournalEntry) -> None:
    """Write the entry down, if it ends what is not known here."""
    about = _ENDS.get(type(event), "")
    subject = getattr(event, about) if about else ""
    if not 0 < len(subject) <= LONGEST or _is_there(connection, _TABLES[about], id=subject):
        return
    named = {"about": about, "subject": subject, "sequence": entry.sequence}
    if not _is_there(connection, early_ends, **named):
        connection.execute(insert(early_ends).values(named))


def ends_of(connection: Connection, event: Event, entry: JournalEntry) -> Iterator[tuple[Event, JournalEntry]]:
    """What came before this beginning, which has just been applied, in its order. It is remembered no more."""
    about = _BEGINNINGS.get(type(event))
    if about is None:
        return
    of_it = (early_ends.c.about == about) & (early_ends.c.subject == getattr(event, about))
    query = select(journal).join(early_ends, early_ends.c.sequence == journal.c.sequence).where(of_it)
    found = [entry_of(row) for row in connection.execute(query.order_by(journal.c.sequence))]
    if not found:
        return
    connection.execute(delete(early_ends).where(of_it))
    for end in found:
        ending = decode(end.kind, end.payload)
        if isinstance(ending, HoldLifted) and not _may_lift(connection, end, entry):
            continue
        if isinstance(ending, CaseWithdrawn):  # it stood in the list of moves as one that led nowhere
            connection.execute(delete(case_moves).where(case_moves.c.entry == end.id))
        yield ending, end


def _may_lift(connection: Connection, lifting: JournalEntry, placing: JournalEntry) -> bool:
    """A station of some departments lifts only what it placed, where nobody could look what the hold rests on."""
    limited = (stations.c.name == lifting.station) & (stations.c.departments != "[]")
    return lifting.station == placing.station or not connection.execute(select(exists().where(limited))).scalar()


def _is_there(connection: Connection, table: Table, **values: object) -> bool:
    found = exists().where(*(table.c[name] == value for name, value in values.items()))
    return bool(connection.execute(select(found)).scalar())
