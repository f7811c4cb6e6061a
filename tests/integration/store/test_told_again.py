"""What is told of a document a second time, in the tables of a copy."""

from __future__ import annotations

from sqlalchemy import create_engine, select

from muni_archive.domain.events import (
    ArchiveCreated,
    DisposalConfirmed,
    DisposalProposed,
    DisposalRefused,
    HearingOpened,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.projection import apply, apply_again
from muni_archive.store.tables import hearings, metadata
from tests.helpers.stores import document


def entry_of(event, sequence):
    return JournalEntry(
        sequence=sequence, id=f"e{sequence}", at=f"2026-01-01T00:00:{sequence:02d}.000000+00:00", actor="a",
        station="CENTRE", kind=event.kind, payload="{}", previous="", hash="",
    )  # fmt: skip


def test_a_refusal_of_long_ago_ends_no_hearing_that_was_opened_since():
    """The station would never answer it, and the destruction would wait for it."""
    events = (
        ArchiveCreated(archive_id="c", station="CENTRE"),
        document("d", 1),
        DisposalProposed(disposal_id="p", document_id="d", rule="r", due="2020-01-01", reason="r"),
        DisposalConfirmed(disposal_id="p"),
        HearingOpened(hearing_id="before", disposal_id="p"),
        DisposalRefused(disposal_id="p", document_id="d", department="x", code="under-hold"),
        DisposalConfirmed(disposal_id="p"),
        HearingOpened(hearing_id="now", disposal_id="p"),
    )
    told = [(event, entry_of(event, at)) for at, event in enumerate(events, start=1)]
    hidden = [each for each in told if isinstance(each[0], HearingOpened | ArchiveCreated)]
    with create_engine("sqlite://").connect() as connection:
        metadata.create_all(connection)
        for event, entry in hidden:
            apply(connection, event, entry)
        apply_again(connection, [each for each in told if each not in hidden])
        assert connection.execute(select(hearings.c.id)).scalars().all() == ["now"]
