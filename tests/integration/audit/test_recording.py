"""What people look at, ask for and take out stands in the journal, and changes nothing else."""

import sqlite3

import pytest

from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.events import DocumentPrinted, PagesSearched, SignInFailed
from muni_archive.domain.finding import SearchRequest
from muni_archive.services.audit import record as recording
from muni_archive.services.audit.record import record_entrance, record_printed, record_search, record_seen
from muni_archive.services.audit.trail import all_rows, audit_trail
from muni_archive.store.codec import decode
from tests.helpers.audited import SetClock, add_documents, audited
from tests.helpers.stores import problems


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def folder(tmp_path, clock):
    with audited(tmp_path / "a", clock=clock) as (_place, store):
        add_documents(store, 1, 2, pages=2)
    return tmp_path / "a"


def recorded(place, *kinds):
    trail = audit_trail(place, AuditFilter(kinds=kinds))
    return list(all_rows(place, trail))


def test_a_document_is_seen_once_an_hour_by_each_person(folder, clock):
    with audited(folder, clock=clock) as (place, store):
        assert record_seen(place, "d1", "T1-2026-000001")
        clock.forward(minutes=59)
        assert not record_seen(place, "d1", "T1-2026-000001")
        assert record_seen(place, "d2", "T1-2026-000002")
        clock.forward(minutes=2)
        assert record_seen(place, "d1", "T1-2026-000001")
    with audited(folder, clock=clock, actor="بدر") as (place, store):
        assert record_seen(place, "d1", "T1-2026-000001")
        seen = [(row.who, row.number) for row in recorded(place, "document-seen")]
        assert seen == [
            ("بدر", "T1-2026-000001"),
            ("نورة", "T1-2026-000001"),
            ("نورة", "T1-2026-000002"),
            ("نورة", "T1-2026-000001"),
        ]
        assert problems(store) == []


def test_a_clock_that_was_a_year_ahead_hides_nothing_afterwards(folder, clock):
    clock.forward(days=365)
    with audited(folder, clock=clock) as (place, _store):
        assert record_seen(place, "d1", "T1-2026-000001")
        for _ in range(recording.MOST_FAILED):
            with place.unit_of_work() as unit:
                record_entrance(place, unit, "nobody", None, "wrong")
                unit.commit()
        clock.forward(days=-365)
        assert record_seen(place, "d1", "T1-2026-000001")
        assert not record_seen(place, "d1", "T1-2026-000001")
        with place.unit_of_work() as unit:
            record_entrance(place, unit, "nobody", None, "wrong")
            unit.commit()
        assert len(recorded(place, "sign-in-failed")) == recording.MOST_FAILED + 1


def test_a_search_is_recorded_with_what_narrowed_it(folder):
    request = SearchRequest(query="رخصة " * 200, department="licences", date_from="2020-01-01")
    with audited(folder) as (place, _store):
        record_search(place, request, 7)
        (entry,) = recorded(place, PagesSearched.kind)
        with place.unit_of_work() as unit:
            event = unit.records.event(unit.records.journal(after=entry.sequence - 1)[0].id)
    assert event == PagesSearched(
        query=("رخصة " * 200)[: recording.LONGEST_QUERY],
        found=7,
        filters={"department": "licences", "date_from": "2020-01-01"},
    )
    assert "licences" in entry.details


def test_what_was_printed_and_who_failed_to_sign_in(folder):
    with audited(folder) as (place, _store):
        record_printed(place, "d1", "T1-2026-000001", 2)
        with place.unit_of_work() as unit:
            record_entrance(place, unit, "nobody", None, "wrong")
            unit.commit()
        with place.unit_of_work() as unit:
            last = unit.records.journal(after=unit.records.last_sequence() - 2)
    assert [decode(entry.kind, entry.payload) for entry in last] == [
        DocumentPrinted(document_id="d1", number="T1-2026-000001", pages=2),
        SignInFailed(name="nobody", reason="wrong"),
    ]


def test_an_archive_that_is_only_read_records_nothing(folder):
    with audited(folder, read_only=True) as (place, _store):
        assert not record_seen(place, "d1", "T1-2026-000001")
        record_search(place, SearchRequest(query="x"), 1)
    connection = sqlite3.connect(folder / "archive.sqlite3")
    kinds = {row[0] for row in connection.execute("SELECT kind FROM journal")}
    connection.close()
    assert not kinds & {"document-seen", "pages-searched"}
