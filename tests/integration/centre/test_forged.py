"""An enrolled station whose program writes what it likes: what would stop others is refused at the door, and what a
centre of before let in stops nobody.
"""

from __future__ import annotations

import json

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import EntryInvalid, NotAllowed
from muni_archive.domain.events import BatchClosed, FeedCounted, PageRotated
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.journal import JournalEntry, entry_hash
from muni_archive.services.centre import receiving
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.follow_journal import follow_journal
from tests.helpers.centres import PlainStation, centre_problems, seen
from tests.helpers.linked import DirectLine, LinkedStation
from tests.helpers.stores import batch, page, record

LARGEST, DESCRIBED = (
    2**31 - 1,
    {"record_class": "building_file", "department": "licences", "title": "t", "page_ids": []},
)
SIZE = {"media_type": "image/png", "width": 10, "height": 10, "dpi": 300}
OPENED = {"batch_id": "b", "device": "d", "profile": "p", "record_class": "building_file"}
CREATED = {"document_id": "ld", "number": "L1-2026-000001", "year": 2026, "serial": 1, **DESCRIBED}
REVISED = {"document_id": "ld", "version": 2, "base": "nowhere", **DESCRIBED}
TURNED = {"page_id": "nobody", "rotation": 90}
RECEIVED = {**REVISED, "entry": "e", "changed_by": "z"}
GRANTED = {
    "grant_id": "g", "person_id": "p", "file_reference": "B-1", "department": "d", "actions": [], "reason": "r",
}  # fmt: skip
WORD = {"page_id": "p", "reading": "r", "line": 0, "word": 0, "read": "", "decided": ""}
WHOLE, UTC = "must be a whole number from 0 to 999999999", "must be a moment in UTC, such as"
REFUSED = {
    "a department that a turn has not": ("page-rotated", TURNED | {"department": ["x"]}, "'department', which"),
    "a document that a turn has not": ("page-rotated", TURNED | {"document_id": "x"}, "'document_id', which its kind"),
    "what a box has not": ("word-reviewed", WORD | {"box": {"x": 1, "z": 1}}, "an object whose 'z', which its kind"),
    "a name of any length": ("page-rotated", TURNED | {"n\ud800" * 99: 1}, "which its kind does not have"),
    "half a page": ("feed-counted", {"batch_id": "b", "pages": 1.5, "outcome": "done"}, "pages must be a whole"),
    "pages without end": ("feed-counted", {"batch_id": "b", "pages": 10**9, "outcome": "done"}, "to 999999999"),
    "a place without end": ("page-captured", {"position": LARGEST, **SIZE}, f"position {WHOLE}"),
    "a place before the first": ("page-captured", {"position": -1, **SIZE}, f"position {WHOLE}"),
    "a version without end": ("document-revised", REVISED | {"version": LARGEST}, f"version {WHOLE}"),
    "a box that no window can show": ("word-reviewed", WORD | {"box": {"x": 2**31 + 1}}, "x must be a whole number"),
    "more than is counted anywhere": ("branch-planted", {"entries": 2**62}, "entries must be a whole number from 0"),
    "NUL in an id": ("document-created", CREATED | {"document_id": "l\0d"}, "document_id must be without U+0000"),
    "NUL in one of many": ("document-created", CREATED | {"page_ids": ["l\0d"]}, "page_ids must be without U+0000"),
    "NUL in what it rests on": ("document-revised", REVISED | {"base": "\0"}, "base must be without U+0000"),
    "a moment in no zone": ("version-received", RECEIVED | {"changed_at": "2026-11-25T07:00:00"}, UTC),
    "a day for a moment": ("version-received", RECEIVED | {"changed_at": "2026-11-25"}, UTC),
    "a moment in another zone": ("file-granted", GRANTED | {"until": "2027-01-01T03:00:00+03:00"}, UTC),
    "a leave until a day": ("file-granted", GRANTED | {"until": "2027-01-01"}, UTC),
    "a broken glass until a day": ("glass-broken", {"until": "2027-01-01"}, UTC),
}
TAKEN = {
    "a field of later that says nothing": ("page-rotated", TURNED | {"department": "", "angle": 0, "by": None}),
    "fewer pages than were counted": ("feed-counted", {"batch_id": "b", "pages": -3, "outcome": "corrected-by-clerk"}),
    "NUL in a title": ("document-created", CREATED | {"title": "t\0"}),
    "NUL in a bar code": ("batch-opened", OPENED | {"file_reference": "f\0"}),
    "a box beyond the page": ("word-reviewed", WORD | {"box": {"x": -5, "y": -5, "width": 2**31, "height": 1}}),
    "a moment without parts of a second": (
        "version-received",
        RECEIVED | {"changed_at": "2026-11-25T07:00:00+00:00"},
    ),
}
LIMITS = pytest.mark.parametrize("departments", [(), ("licences",)], ids=["all", "limited"])


class Forger:
    """Its chain is whole and its key counts; its program writes what it is told to."""

    def __init__(self, folder, centre):
        plain = PlainStation(folder / "L1", "L1")
        plain.enrol(centre)
        self.id, self.centre, self.told = plain.id, centre, list(plain.entries())
        plain.close()
        receive_entries(centre.centre, self.id, self.told)

    def says(self, kind, said, *, entry_id=""):
        last = self.told[-1]
        values = {
            "sequence": last.sequence + 1, "id": entry_id or f"forged-{last.sequence}", "actor": "forger",
            "at": "2026-11-25T07:00:00.000000+00:00", "station": "L1", "kind": kind, "payload": json.dumps(said),
            "previous": last.hash,
        }  # fmt: skip
        made = JournalEntry(**values, hash=entry_hash(**values))
        receive_entries(self.centre.centre, self.id, [made])
        self.told.append(made)


@pytest.fixture(params=["sqlite", "postgres"])
def centre(tmp_path, request):
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_centre(tmp_path / "centre", database=url) as opened:
        yield opened


@pytest.fixture
def small(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def forger(tmp_path, centre):
    return Forger(tmp_path, centre)


@pytest.fixture
def linked(tmp_path, centre):
    made = []

    def link(name, departments=()):
        station = LinkedStation(tmp_path / name, name)
        station.enrol(centre, departments)
        station.line = DirectLine(lambda: centre, station.id)
        made.append(station)
        return station

    yield link
    for station in made:
        station.close()


def everybody_goes_on(centre, *stations):
    """Each has sent all of its own and followed to the end, the index too, and the tables are what the journal says."""
    for station in stations:
        station.sync()
    follow_journal(centre.centre.place)
    with centre.centre.unit_of_work() as unit:
        end = unit.records.last_sequence()
        assert centre.centre.place.index.cursor == end
        assert [unit.standing(each.id).sequence for each in stations] == [len(each.entries()) for each in stations]
    for station in stations:
        station.sync()
        with station.copy.unit_of_work() as unit:
            assert unit.records.last_sequence() == end
    assert centre_problems(centre) == []


@pytest.mark.parametrize("case", REFUSED)
def test_the_door_refuses(tmp_path, small, case):
    kind, said, told = REFUSED[case]
    with pytest.raises(EntryInvalid) as refused:
        Forger(tmp_path, small).says(kind, said)
    assert told in str(refused.value)
    str(refused.value).encode()


@pytest.mark.parametrize("case", TAKEN)
def test_what_honest_stations_write_is_taken(tmp_path, small, case):
    forger = Forger(tmp_path, small)
    forger.says(*TAKEN[case])
    with small.centre.unit_of_work() as unit:
        assert unit.standing(forger.id).sequence == 2


@pytest.mark.parametrize("entry_id", ["withheld-9", "a b", "", "é", "x" * 36 + "\n"])
def test_an_entry_s_id_is_no_stub_s(tmp_path, small, entry_id):
    with pytest.raises(EntryInvalid, match="id must be letters, digits and hyphens"):
        Forger(tmp_path, small).says("page-rotated", TURNED, entry_id=entry_id or "\t")


@LIMITS
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("page-rotated", TURNED | {"department": ["x"]}),
        ("page-rotated", TURNED | {"department": 5}),
        ("page-rotated", TURNED | {"document_id": {"a": 1}}),
        ("page-rotated", TURNED | {"document_id": 5}),
        ("page-rotated", TURNED | {"page_id": ["x"]}),
        ("document-created", CREATED | {"document_id": ["x"]}),
        ("document-created", CREATED | {"document_id": "l\0d"}),
        ("document-revised", REVISED | {"document_id": "l\0d"}),
        ("mark-removed", {"mark_id": "m", "page_id": "a\0b"}),
    ],
)
def test_what_was_let_in_before_stops_nobody(monkeypatch, centre, forger, linked, departments, kind, said):
    station = linked("H1", departments)
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "check_form", lambda _entry: None)
        forger.says(kind, said)
    station.add_document("x")
    everybody_goes_on(centre, station)
    found = centre.centre.place.index.search(SearchRequest(query="number:H1-2026-000001"))
    assert {hit.document_id for hit in found.hits} == {"x-d"}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("feed-counted", {"pages": 5, "outcome": "done"}),
        ("page-captured", {"page_id": "lp", "position": 0, **SIZE}),
        ("pages-ordered", {"page_ids": []}),
        ("batch-closed", {"fed": 0, "kept": 0, "blank": 0, "separator": 0, "rejected": 0}),
    ],
)
def test_a_batch_is_the_station_s_that_opened_it(centre, forger, linked, kind, said):
    station = linked("H1")
    blobs = [station.store.vault.put(b"%d" % n) for n in range(2)]
    record(station.store, batch("hb"), page("h0", "hb", blobs[0]))
    station.sync()
    with pytest.raises(NotAllowed, match="a batch of others"):
        forger.says(
            kind, {"batch_id": "hb", "blob": blobs[0]} | said if kind == "page-captured" else {"batch_id": "hb"} | said
        )
    record(
        station.store, page("h1", "hb", blobs[1]), FeedCounted(batch_id="hb", pages=-1, outcome="corrected-by-clerk"),
        PageRotated(page_id="h1", rotation=90),
        BatchClosed(batch_id="hb", fed=1, kept=1, blank=0, separator=0, rejected=0),
    )  # fmt: skip
    everybody_goes_on(centre, station)


@LIMITS
def test_a_version_that_is_very_large_leaves_room_for_others(centre, forger, linked, departments):
    forger.says("document-revised", REVISED | {"version": 10**9 - 1})
    forger.says("document-created", CREATED)
    station = linked("H1", departments)
    station.sync()
    assert seen(centre, "ld").version == 10**6
    station.revise(seen(centre, "ld"), title="of an honest clerk")
    everybody_goes_on(centre, station)
    assert (seen(centre, "ld").title, seen(centre, "ld").version) == ("of an honest clerk", 10**6 + 1)
