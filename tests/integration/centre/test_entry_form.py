"""What cannot be read again is refused at the door; what is in a journal already hides nothing else."""

from __future__ import annotations

import json

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import EntryInvalid
from muni_archive.domain.events import FileOpened, RenditionMade
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.journal import GENESIS, JournalEntry, entry_hash
from muni_archive.domain.naming import files_named
from muni_archive.domain.organisation_events import FileGranted
from muni_archive.services.centre import receiving
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.follow_journal import follow_journal, reindex
from muni_archive.services.together.rejoining import Branch, joined_journal
from tests.helpers.centres import PlainStation, give_blobs, seen
from tests.helpers.stores import record

NUMBER = "number must be the station's name, the year and the serial"
MOMENT = "must be a moment in UTC"
CASES = {
    "number that is no digit": ("document-created", {"number": "P1-2026-²"}, NUMBER),
    "serial of 25 digits": ("document-created", {"number": f"P1-2026-{'9' * 25}", "serial": int("9" * 25)}, NUMBER),
    "number of another station": ("document-created", {"number": "B1-2026-000001"}, NUMBER),
    "number as value": ("document-created", {"metadata": {"parcel": 5}}, "metadata must be texts by their names"),
    "list as id": ("document-created", {"document_id": ["x"]}, "document_id must be a text"),
    "pages that are no texts": ("document-created", {"page_ids": [5]}, "page_ids must be a list, of which each is a"),
    "half a sign": ("document-created", {"metadata": {"parcel": "\ud800"}}, "metadata must be texts by their names"),
    "text as list": ("document-created", {"page_ids": "x-p0"}, "page_ids must be a list"),
    "state that nobody knows": ("page-captured", {"state": "odd"}, "state must be one of kept"),
    "size that is no number": ("page-captured", {"width": "5"}, "width must be a whole number"),
    "page without a picture": ("page-captured", {"blob": ""}, "blob must be a SHA-256"),
    "another archive's beginning": (
        "archive-created",
        {"archive_id": "other"},
        "begins with archive-created",
    ),
    "at no time": ("document-created", {"at": "yesterday"}, f"at {MOMENT}"),
    "at a time of another zone": ("document-created", {"at": "2026-11-25T10:00:00.000000+03:00"}, f"at {MOMENT}"),
    "at the end of time": ("document-created", {"at": "9999-12-31T23:59:59.999999+00:00"}, f"at {MOMENT}"),
}


def changed(entries, kind, change):
    """The same journal, in which the first entry of that kind says something else; its chain is whole."""
    written, previous, waits = [], GENESIS, True
    for entry in entries:
        names = ("sequence", "id", "at", "actor", "station", "kind", "payload")
        values = {name: getattr(entry, name) for name in names}
        if waits and entry.kind == kind:
            waits = False
            values["at"] = change.get("at", entry.at)
            told = {name: value for name, value in change.items() if name != "at"}
            values["payload"] = json.dumps(json.loads(entry.payload) | told)
        values["previous"] = previous
        previous = entry_hash(**values)
        written.append(JournalEntry(**values, hash=previous))
    return written


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def station(tmp_path, centre):
    made = PlainStation(tmp_path / "P1", "P1")
    made.enrol(centre)
    made.add_document("x")
    give_blobs(centre, made.store, files_named(made.entries()))
    yield made
    made.close()


def test_a_text_that_postgresql_cannot_sort_by_is_not_a_full_disk(tmp_path, postgres_url):
    """Its hint speaks of «full text indexing»; a station was told 507, and waited for room for ever."""
    letters = "".join(chr(0x621 + at * at % 26) + str(at * 7919 % 997) for at in range(1200))
    opened = FileOpened(file_id="f", reference=letters, record_class="building_file", department="licences")
    with open_centre(tmp_path / "centre", database=postgres_url) as centre:
        plain = PlainStation(tmp_path / "P1", "P1")
        plain.enrol(centre)
        record(plain.store, opened)
        with pytest.raises(EntryInvalid, match="a file's reference, is longer than the database can sort by"):
            plain.send(centre)
        plain.close()


@pytest.mark.parametrize("case", CASES)
def test_the_door_names_the_field(centre, station, case):
    kind, change, told = CASES[case]
    with pytest.raises(EntryInvalid) as refused:
        receive_entries(centre.centre, station.id, changed(station.entries(), kind, change))
    assert told in str(refused.value)
    assert "update the station's program" in str(refused.value)
    entry = next(entry for entry in station.entries() if entry.kind == kind)
    assert refused.value.params["sequence"] == entry.sequence
    with centre.centre.unit_of_work() as unit:
        assert unit.standing(station.id).sequence == 0
    station.send(centre)
    assert seen(centre, "x-d").number == "P1-2026-000001"


def test_a_copy_that_was_refused_names_no_file(centre, station):
    made = RenditionMade(
        document_id="x-d", rendition="access-pdf", version=1, blob="", made_with="access-pdf", problem="it has no pages"
    )
    record(station.store, made)
    station.send(centre)
    with centre.centre.unit_of_work() as unit:
        assert unit.standing(station.id).sequence == len(station.entries())


def test_a_leave_for_ever_is_taken(centre, station):
    leave = FileGranted(
        grant_id="g", person_id="p", file_reference="B-1", department="d", until="9999-01-01T00:00:00+00:00",
        actions=(), reason="r",
    )  # fmt: skip
    record(station.store, leave)
    station.send(centre)
    with centre.centre.unit_of_work() as unit:
        assert unit.standing(station.id).sequence == len(station.entries())


def test_a_journal_that_was_written_again_before_it_was_sent(centre, station):
    ours = station.entries()
    branch = Branch(common=0, theirs=[], ours=ours, ends=ours[-1].hash)
    place = centre.centre.place
    entries, _done = joined_journal(
        station.store.unit_of_work, branch, clock=place.clock, ids=place.ids, actor="a", station=station.name
    )
    written = list(entries)
    assert [entry.kind for entry in written[:2]] == ["branch-planted", "archive-created"]
    assert receive_entries(centre.centre, station.id, written).sequence == len(ours) + 1


@pytest.mark.parametrize("case", ["number that is no digit", "number as value", "list as id", "at no time"])
def test_what_was_taken_in_before_stops_nothing(tmp_path, centre, station, case, monkeypatch, caplog):
    """As a centre of before admitted it: all that others send is found."""
    kind, change, _told = CASES[case]
    monkeypatch.setattr(receiving, "check_form", lambda _entry: None)
    receive_entries(centre.centre, station.id, changed(station.entries(), kind, change))
    honest = PlainStation(tmp_path / "H1", "H1")
    honest.enrol(centre)
    honest.add_document("y")
    honest.send(centre)
    honest.close()
    place = centre.centre.place
    follow_journal(place)
    with place.unit_of_work() as unit:
        assert place.index.cursor == unit.records.last_sequence()
    found = place.index.search(SearchRequest(query="number:H1-2026-000001"))
    assert {hit.document_id for hit in found.hits} == {"y-d"}
    if case == "number as value":
        assert "page x-p0 of P1-2026-000001 cannot be indexed" in caplog.text
        assert reindex(place, cancel=CancelToken(), progress=lambda *_: None) == 2
