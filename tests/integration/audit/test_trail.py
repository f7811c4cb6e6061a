"""Looking through the journal: every filter, all pages of it, and what was added meanwhile."""

from datetime import timedelta

import pytest

from muni_archive.domain.auditing import PART, AuditFilter
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import DocumentRevised, PageRead, PageRotated
from muni_archive.services.audit.record import record_seen, record_taken_out
from muni_archive.services.audit.trail import all_rows, audit_part, audit_trail, people_in_trail
from tests.helpers.audited import SetClock, add_documents, audited
from tests.helpers.stores import record


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def folder(tmp_path, clock):
    """Two people, two documents, a year."""
    with audited(tmp_path / "a", clock=clock) as (place, store):
        add_documents(store, 1, 2)
        clock.forward(days=100)
        record_seen(place, "d1", "T1-2026-000001")
    with audited(tmp_path / "a", clock=clock, actor="بدر") as (place, store):
        clock.forward(days=100)
        record(store, PageRotated(page_id="p1-0", rotation=90))
        record(store, PageRead(page_id="p2-0", reading="f" * 64, engine="e", confidence=0.9))
        revised = DocumentRevised(
            document_id="d2", version=2, record_class="building_file", department="licences", title="ترخيص",
            page_ids=("p2-0",), file_reference="ق/12",
        )  # fmt: skip
        record(store, revised)
    return tmp_path / "a"


def rows(place, record="", **wanted):
    trail = audit_trail(place, AuditFilter(**wanted), record=record)
    found = [row for at in range(0, trail.total, PART) for row in audit_part(place, trail, at)]
    assert len(found) == trail.total
    assert list(all_rows(place, trail)) == found
    assert [row.sequence for row in found] == sorted((row.sequence for row in found), reverse=True)
    return found


def kinds(found):
    return [row.kind for row in found]


def test_by_person(folder):
    with audited(folder) as (place, _store):
        assert kinds(rows(place, person="بدر")) == ["document-revised", "page-read", "page-rotated"]
        assert rows(place, person="nobody") == []
        assert people_in_trail(place) == ["بدر", "نورة"]


def test_by_kind(folder):
    with audited(folder) as (place, _store):
        assert kinds(rows(place, kinds=("page-read", "document-seen"))) == ["page-read", "document-seen"]


@pytest.mark.parametrize("number", ["T1-2026-000001", "T1-٢٠٢٦-٠٠٠٠٠١", " T1-2026-000001 "])
def test_by_record_with_what_happened_to_its_pages(folder, number):
    with audited(folder) as (place, _store):
        found = rows(place, record=number)
        assert kinds(found) == ["page-rotated", "document-seen", "document-created", "page-captured"]
        assert {row.number for row in found} == {"T1-2026-000001"}


def test_by_file(folder):
    with audited(folder) as (place, _store):
        assert kinds(rows(place, record="ق/12"))[:2] == ["document-revised", "page-read"]


def test_a_record_that_is_not_there(folder):
    with audited(folder) as (place, _store), pytest.raises(NotFound):
        rows(place, record="T1-2026-000099")


def test_by_time_and_everything_together(folder, clock):
    day = timedelta(days=1)
    since = (clock.now() - day).isoformat(timespec="microseconds")
    with audited(folder) as (place, _store):
        assert kinds(rows(place, since=since)) == ["document-revised", "page-read", "page-rotated"]
        assert kinds(rows(place, until=since))[0] == "document-seen"
        assert kinds(rows(place, since=since, person="بدر", kinds=("page-read",), record="T1-2026-000002")) == [
            "page-read"
        ]


def test_what_comes_while_somebody_scrolls_moves_nothing(folder):
    with audited(folder) as (place, _store):
        trail = audit_trail(place, AuditFilter())
        before = audit_part(place, trail, 0)
        record_taken_out(place, "journal", 1)
        assert audit_part(place, trail, 0) == before
        assert audit_trail(place, AuditFilter()).total == trail.total + 1


def test_parts_follow_one_another_without_gap_or_repetition(tmp_path):
    """All at one moment, so that time alone orders nothing."""
    with audited(tmp_path / "a") as (place, store):
        record(store, *(PageRotated(page_id=f"p{at}", rotation=90) for at in range(2 * PART + 50)))
        found = rows(place)
        assert [row.sequence for row in found] == list(range(2 * PART + 51, 0, -1))
