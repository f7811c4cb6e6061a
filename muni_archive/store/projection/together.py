"""Events of stations that work together: who they are, and what a person must decide between two of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, update

from muni_archive.domain.events import (
    BranchPlanted,
    ConflictFound,
    FileReturned,
    PersonAdmitted,
    PersonDisabled,
    StationEnrolled,
    StationFenced,
    StationInvited,
    StationReadmitted,
    StationRevoked,
    Withheld,
)
from muni_archive.domain.journal import JournalEntry, canonical_json
from muni_archive.domain.people import plain_name
from muni_archive.store.projection.again import forget_document
from muni_archive.store.projection.origin import own_word
from muni_archive.store.tables import conflicts, invitations, people, stations


def _conflict_found(connection: Connection, event: ConflictFound, entry: JournalEntry) -> None:
    said = {
        "document_id": event.document_id, "reason": event.reason, "base": event.base, "ours": event.ours,
        "theirs": event.theirs, "fields": canonical_json(list(event.fields)),
    }  # fmt: skip
    again = connection.execute(update(conflicts).where(conflicts.c.id == event.conflict_id).values(**said))
    if not again.rowcount:
        connection.execute(insert(conflicts).values(id=event.conflict_id, found_at=entry.at, **said))


def _station_invited(connection: Connection, event: StationInvited, entry: JournalEntry) -> None:
    departments = canonical_json(list(event.departments))
    connection.execute(
        insert(invitations).values(code_hash=event.code_hash, departments=departments, invited_at=entry.at)
    )


def _station_enrolled(connection: Connection, event: StationEnrolled, entry: JournalEntry) -> None:
    """A station that enrols again (a new key) replaces what was known of it."""
    said = {
        "name": event.name, "public_key": event.public_key, "departments": canonical_json(list(event.departments)),
        "state": "active", "note": "", "enrolled_at": entry.at, "alone_until": event.alone_until,
    }  # fmt: skip
    again = connection.execute(update(stations).where(stations.c.id == event.station_id).values(**said))
    if not again.rowcount:
        connection.execute(insert(stations).values(id=event.station_id, **said))
    used = invitations.c.code_hash == event.code_hash
    connection.execute(update(invitations).where(used).values(station_id=event.station_id))


def _station_revoked(connection: Connection, event: StationRevoked, _entry: JournalEntry) -> None:
    _station(connection, event.station_id, state="revoked", note=event.reason)


def _station_fenced(connection: Connection, event: StationFenced, _entry: JournalEntry) -> None:
    _station(connection, event.station_id, state="fenced", note=str(event.sequence))


def _station_readmitted(connection: Connection, event: StationReadmitted, _entry: JournalEntry) -> None:
    _station(connection, event.station_id, state="active", note="")


def _station(connection: Connection, station_id: str, **values: str) -> None:
    connection.execute(update(stations).where(stations.c.id == station_id).values(**values))


def _person_admitted(connection: Connection, event: PersonAdmitted, entry: JournalEntry) -> None:
    said = {
        "name": event.name, "plain_name": plain_name(event.name), "role": event.role,
        "departments": canonical_json(list(event.departments)), "state": "active", "note": "", "admitted_at": entry.at,
    }  # fmt: skip
    again = connection.execute(update(people).where(people.c.id == event.person_id).values(**said))
    if not again.rowcount:
        connection.execute(insert(people).values(id=event.person_id, **said))


def _person_disabled(connection: Connection, event: PersonDisabled, _entry: JournalEntry) -> None:
    disabled = update(people).where(people.c.id == event.person_id)
    connection.execute(disabled.values(state="disabled", note=event.reason))


def _branch_planted(_connection: Connection, _event: BranchPlanted, _entry: JournalEntry) -> None:
    """What follows in the journal tells everything; this entry tells where it came from."""


def _file_returned(_connection: Connection, _event: FileReturned, _entry: JournalEntry) -> None:
    """Tables name files whether they are there or not; the index looks again."""


def _withheld(connection: Connection, event: Withheld, _entry: JournalEntry) -> None:
    """Nothing is known of it but that it happened, and which document it took out of sight."""
    if event.document_id:
        forget_document(connection, event.document_id)


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    ConflictFound: _conflict_found,
    StationInvited: _station_invited,
    StationEnrolled: _station_enrolled,
    StationRevoked: _station_revoked,
    StationFenced: _station_fenced,
    StationReadmitted: _station_readmitted,
    PersonAdmitted: own_word(_person_admitted),
    PersonDisabled: own_word(_person_disabled),
    BranchPlanted: _branch_planted,
    Withheld: _withheld,
    FileReturned: _file_returned,
}
