"""What people looked at and asked goes to the centre as everything does, and no further than it is of use."""

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import (
    CheckpointSigned,
    DocumentPrinted,
    DocumentSeen,
    PagesSearched,
    SignInFailed,
)
from muni_archive.domain.journal import GENESIS
from muni_archive.services.audit.checkpoints import checkpoint_problems
from muni_archive.services.audit.trail import all_rows, audit_part, audit_trail
from muni_archive.services.centre.feeding_back import feed
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.dashboard.figures import dashboard
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.stores import record


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def station(centre, tmp_path):
    """It has a document of licences, looked at, and one that only the centre of another knows."""
    station = PlainStation(tmp_path / "A1", "A1")
    station.enrol(centre)
    station.add_document("x")
    record(
        station.store,
        DocumentSeen(document_id="x-d", number="A1-2026-000001"),
        DocumentPrinted(document_id="elsewhere", number="Z9-2026-000001", pages=1),
        PagesSearched(query="رخصة", found=3),
        SignInFailed(name="nobody", reason="wrong"),
        CheckpointSigned(archive_id=station.id, sequence=1, head="a" * 64, public_key="b" * 64, signature="c" * 128),
    )
    station.send(centre)
    yield station
    station.close()


def told(centre, tmp_path, name, *departments):
    """Kinds of entries of others that a station of these departments is told."""
    other = PlainStation(tmp_path / name, name)
    other.enrol(centre, departments=departments)
    with centre.centre.unit_of_work() as unit:
        known = unit.station(other.id)
    kinds = {entry.kind for entry in feed(centre.centre, known, after=0, link=GENESIS)}
    other.close()
    return kinds & {"document-seen", "document-printed", "pages-searched", "sign-in-failed", "checkpoint-signed"}


def test_a_station_of_all_departments_sees_all_of_it(centre, station, tmp_path):
    assert len(told(centre, tmp_path, "B2")) == 5


def test_of_the_same_department_only_what_was_looked_at(centre, station, tmp_path):
    """Who printed a document that the centre does not know is nobody's business either."""
    assert told(centre, tmp_path, "C3", "licences") == {"document-seen"}


def test_of_another_department_nothing(centre, station, tmp_path):
    assert told(centre, tmp_path, "D4", "personnel") == set()


def test_a_station_may_not_say_that_it_looked_at_what_is_not_its(centre, station, tmp_path):
    other = PlainStation(tmp_path / "E5", "E5")
    other.enrol(centre, departments=("personnel",))
    record(other.store, DocumentSeen(document_id="x-d", number="A1-2026-000001"))
    with pytest.raises(NotAllowed):
        receive_entries(centre.centre, other.id, other.entries())
    other.close()


def test_checkpoints_of_stations_are_none_of_the_centres(centre, station):
    """They speak of the stations' own journals; the centre's is proven as before."""
    assert list(checkpoint_problems(centre.centre.place)) == []
    assert centre_problems(centre) == []


def test_the_same_questions_on_postgres(postgres_url, tmp_path):
    """What SQLite answers by its own indices and functions, the centre's database answers too."""
    with open_centre(tmp_path / "centre", database=postgres_url) as opened:
        station = PlainStation(tmp_path / "A1", "A1")
        station.enrol(opened)
        station.add_document("x", pages=2)
        record(station.store, DocumentSeen(document_id="x-d", number="A1-2026-000001"))
        station.send(opened)
        place = opened.centre.place
        trail = audit_trail(place, AuditFilter(), record="A1-2026-000001")
        assert [row.kind for row in audit_part(place, trail, 0)] == [
            "document-seen", "document-created", "page-captured", "page-captured",
        ]  # fmt: skip
        assert [row.sequence for row in all_rows(place, trail)] == [row.sequence for row in audit_part(place, trail, 0)]
        found = dashboard(place, days=2)
        assert (found.pages, found.documents, found.departments[0].key) == (2, 1, "licences")
        assert {each.what: each.count for each in found.waiting}["read"] == 2
        assert list(checkpoint_problems(place)) == []
        station.close()
