"""Entries of stations come into the central journal: once, in order, whole; and two that differ are settled."""

import dataclasses
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.centre_errors import (
    BytesMissing,
    CodeInvalid,
    EntryInvalid,
    JournalGap,
    NameTaken,
    NotAllowed,
    StationKnown,
    StationParted,
    StationRefused,
)
from muni_archive.domain.errors import ReadingInvalid
from muni_archive.domain.events import ConflictResolved, PageRead, StationFenced
from muni_archive.domain.journal import JournalEntry, canonical_json, entry_hash
from muni_archive.domain.merging import description_of
from muni_archive.domain.reading import LARGEST_FILE_OF_A_READING, LARGEST_READING, Reading
from muni_archive.services.audit.trail import all_rows, audit_trail
from muni_archive.services.centre import receiving
from muni_archive.services.centre.enrolling import CODE_LIFE, enrol_station, invite_station, revoke_station
from muni_archive.services.centre.receiving import receive_entries
from tests.helpers.centres import PlainStation, centre_problems, seen
from tests.helpers.stores import record


@pytest.fixture(params=["sqlite", "postgres"])
def centre(tmp_path, request):
    database = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_centre(tmp_path / "centre", database=database) as opened:
        yield opened


@pytest.fixture
def stations(tmp_path, centre):
    both = [PlainStation(tmp_path / name, name) for name in ("A1", "B2")]
    for station in both:
        station.enrol(centre)
    yield both
    for station in both:
        station.close()


def conflicts(centre, **more):
    with centre.centre.unit_of_work() as unit:
        return unit.records.conflicts(**more)


def test_what_a_station_did_stands_at_the_centre(centre, stations):
    station, _ = stations
    document_id = station.add_document("x")
    station.send(centre)

    with centre.centre.unit_of_work() as unit:
        assert unit.records.document(document_id).number == "A1-2026-000001"
        assert [page.number for page in unit.records.pages_of_document(document_id)] == [1, 2]
        own = unit.own_entries(station.id, after=0, limit=100)
    assert list(own) == list(station.entries())
    assert centre_problems(centre) == []


def test_a_part_may_arrive_any_number_of_times(centre, stations):
    station, _ = stations
    station.add_document("x")
    for _ in range(3):
        station.send(centre)
    station.add_document("y", 2)
    station.send(centre, after=2)

    with centre.centre.unit_of_work() as unit:
        assert unit.standing(station.id).sequence == len(station.entries())
        assert unit.records.count_documents() == 2
    assert centre_problems(centre) == []


def test_a_gap_is_asked_for_again(centre, stations):
    station, _ = stations
    station.add_document("x")
    with pytest.raises(JournalGap) as told:
        receive_entries(centre.centre, station.id, station.entries(after=1))
    assert told.value.params["sequence"] == 0


def test_bytes_come_first(centre, stations):
    station, _ = stations
    station.add_document("x")
    with pytest.raises(BytesMissing) as told:
        receive_entries(centre.centre, station.id, station.entries())
    assert len(told.value.params["names"]) == 2


def test_an_entry_that_was_changed_on_the_way_is_refused(centre, stations):
    station, _ = stations
    entries = station.entries()
    changed = dataclasses.replace(entries[0], actor="somebody")
    with pytest.raises(EntryInvalid):
        receive_entries(centre.centre, station.id, [changed])


def following(station, kind, said, **values):
    """An entry that comes next, whole."""
    last = station.entries()[-1]
    payload = said if isinstance(said, str) else canonical_json(said)
    told = {
        "sequence": last.sequence + 1, "id": "new", "at": last.at, "actor": last.actor, "station": station.name,
        "kind": kind, "payload": payload, "previous": last.hash, **values,
    }  # fmt: skip
    return JournalEntry(hash=entry_hash(**told), **told)


def test_why_an_entry_cannot_be_applied_is_told_in_words(centre, stations, monkeypatch, caplog):
    """Who writes a station's program knows no errors of the centre's libraries."""
    station, other = stations
    station.add_document("x")
    station.send(centre)
    other.send(centre)

    def refused(entry):
        with pytest.raises(EntryInvalid) as told:
            receive_entries(centre.centre, station.id, [entry])
        assert told.value.params["sequence"] == entry.sequence
        detail = str(told.value.params["detail"])
        assert "Error" not in detail
        return detail

    rotated = {"page_id": "x-p0", "rotation": 90}
    assert "given already" in refused(following(station, "page-rotated", rotated, id=other.entries()[0].id))
    endless = following(station, "page-rotated", {**rotated, "rotation": 2**70})
    assert "rotation must be a whole number" in refused(endless)
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "check_form", lambda _entry: None)
        assert "a number" in refused(endless)
    half = '{"page_id":"\\ud800","rotation":90}'
    assert "page_id must be a text" in refused(following(station, "page-rotated", half))
    assert not caplog.records, "what can be told needs no looking up"

    monkeypatch.setattr(receiving, "note_late", lambda *_, **__: {}["inside"])
    detail = refused(following(station, "page-rotated", rotated))
    assert "inside" not in detail
    (logged,) = caplog.records
    assert logged.getMessage().split()[0] == detail.split()[-1]
    assert "cannot be applied" in logged.getMessage()


def test_a_journal_that_parts_is_fenced_and_stays_so(centre, stations):
    station, _ = stations
    station.send(centre)
    said = {"sequence": 1, "id": "other", "previous": "0" * 64}
    first = station.entries()[0]
    values = {name: getattr(first, name) for name in ("at", "actor", "station", "kind", "payload")} | said
    other = dataclasses.replace(first, id="other", hash=entry_hash(**values))
    with pytest.raises(StationParted) as told:
        receive_entries(centre.centre, station.id, [other])
    station.add_document("x")
    with pytest.raises(StationParted) as told_again:
        station.send(centre)
    assert told.value.params == told_again.value.params == {"sequence": 1}
    assert centre_problems(centre) == []


def test_an_id_that_no_table_can_hold_is_shown_in_the_trail(centre, stations, monkeypatch):
    """As a centre of before took it in."""
    station, _ = stations
    monkeypatch.setattr(receiving, "check_form", lambda _entry: None)
    station.add_document("x")
    station.send(centre)
    receive_entries(centre.centre, station.id, [following(station, "page-rotated", {"page_id": "x\0", "rotation": 90})])
    place = centre.centre.place
    trail = audit_trail(place, AuditFilter(kinds=("page-rotated",)))
    assert [row.kind for row in all_rows(place, trail)] == ["page-rotated"]


def test_a_station_speaks_for_itself_only(centre, stations):
    one, other = stations
    with pytest.raises(NotAllowed):
        receive_entries(centre.centre, one.id, other.entries())


def test_a_station_of_one_department_sends_no_other(centre, tmp_path):
    station = PlainStation(tmp_path / "C3", "C3")
    station.enrol(centre, departments=("personnel",))
    station.add_document("x")
    with pytest.raises(NotAllowed, match="licences"):
        station.send(centre)
    station.close()


def test_a_revoked_station_is_refused_at_once(centre, stations):
    station, _ = stations
    station.send(centre)
    revoke_station(centre.centre, "A1", reason="stolen")
    station.add_document("x")
    with pytest.raises(StationRefused, match="stolen"):
        station.send(centre)


def test_codes_and_names_are_used_once(centre, stations):
    code = invite_station(centre.centre)
    with pytest.raises(NameTaken):
        enrol_station(centre.centre, code=code, station_id="another", name="A1", public_key="0" * 64)
    enrol_station(centre.centre, code=code, station_id="another", name="N9", public_key="0" * 64)
    with pytest.raises(CodeInvalid):
        enrol_station(centre.centre, code=code, station_id="third", name="N8", public_key="0" * 64)


def test_a_station_whose_enrolment_was_answered_into_the_void_may_ask_again(centre):
    code = invite_station(centre.centre)
    said = {"code": code, "station_id": "one", "name": "N9", "public_key": "1" * 64}
    first = enrol_station(centre.centre, **said)
    assert enrol_station(centre.centre, **said) == first
    for other in ({"public_key": "2" * 64}, {"station_id": "two", "name": "N8"}):
        with pytest.raises(CodeInvalid):
            enrol_station(centre.centre, **{**said, **other})


def test_no_code_makes_one_station_of_another(centre):
    """Whoever has any code, and knows a station's id, would else read and write as that station."""
    first = {"station_id": "one", "name": "N9", "public_key": "1" * 64}
    enrol_station(centre.centre, code=invite_station(centre.centre), **first)
    code = invite_station(centre.centre, ("personnel",))
    with pytest.raises(StationKnown, match="N9"):
        enrol_station(centre.centre, code=code, **{**first, "public_key": "2" * 64})
    with pytest.raises(StationKnown, match="N9"):
        enrol_station(centre.centre, code=code, **{**first, "name": "N7", "public_key": "2" * 64})
    revoke_station(centre.centre, "N9", reason="the key was lost")
    again = enrol_station(centre.centre, code=code, **{**first, "public_key": "2" * 64})
    assert (again.public_key, again.state, again.departments) == ("2" * 64, "active", ("personnel",))


def test_no_code_moves_a_station_or_ends_its_fence_but_in_the_hand_of_who_holds_its_key(centre):
    said = {"station_id": "one", "name": "N9", "public_key": "1" * 64}
    enrol_station(centre.centre, code=invite_station(centre.centre, ("licences",)), **said)
    with centre.centre.unit_of_work() as unit:
        unit.record(StationFenced(station_id="one", sequence=1))
        unit.commit()
        before = unit.station("one")
    code = invite_station(centre.centre, ("personnel",))
    with pytest.raises(NotAllowed):
        enrol_station(centre.centre, code=code, **said)
    with centre.centre.unit_of_work() as unit:
        assert unit.station("one") == before
    again = enrol_station(centre.centre, code=code, **said, holds_key=True)
    assert (again.state, again.departments) == ("active", ("personnel",))


def test_a_station_keeps_its_name(centre):
    """Another could be called so then, and would be told what this one wrote under it."""
    said = {"station_id": "one", "name": "N9", "public_key": "1" * 64}
    enrol_station(centre.centre, code=invite_station(centre.centre), **said)
    code = invite_station(centre.centre)
    with pytest.raises(NotAllowed, match="N9"):
        enrol_station(centre.centre, code=code, **said | {"name": "N7"}, holds_key=True)
    assert enrol_station(centre.centre, code=code, **said, holds_key=True).name == "N9"


def test_a_reading_that_no_page_can_have_is_refused(centre, stations):
    """Everybody who indexes it takes it into memory whole."""
    one = stations[0]
    one.add_document("x")
    for size in (LARGEST_READING + 1, LARGEST_FILE_OF_A_READING + 1):
        last, large = one.entries()[-1].sequence, one.store.vault.put(bytes(size))
        record(one.store, PageRead(page_id="x-p0", reading=large, engine="e", confidence=0.5))
        if size <= LARGEST_FILE_OF_A_READING:  # an odd PDF has a text that long
            one.send(centre)
            with pytest.raises(ReadingInvalid):
                Reading.from_json(one.store.vault.get(large))
    with pytest.raises(EntryInvalid, match="256 MiB"):
        one.send(centre, after=last)


def test_a_code_counts_for_a_week(centre):
    class Later:
        def now(self):
            return datetime.now(UTC) + CODE_LIFE + timedelta(seconds=5)

    code = invite_station(centre.centre)
    later = replace(centre.centre, place=replace(centre.centre.place, clock=Later()))
    with pytest.raises(CodeInvalid):
        enrol_station(later, code=code, station_id="one", name="N9", public_key="1" * 64)
    enrol_station(centre.centre, code=code, station_id="one", name="N9", public_key="1" * 64)


def shared_document(centre, stations):
    one, _ = stations
    document_id = one.add_document("x")
    one.send(centre)
    return seen(centre, document_id)


def test_changes_of_different_fields_merge(centre, stations):
    one, other = stations
    common = shared_document(centre, stations)
    one.revise(common, title="ملف البناء", metadata={"parcel": "12"})
    other.revise(common, date="2020-01-01", metadata={"block": "3"})
    one.send(centre)
    other.send(centre)

    now = seen(centre, common.id)
    assert (now.title, now.date, now.metadata) == ("ملف البناء", "2020-01-01", {"parcel": "12", "block": "3"})
    assert now.version == 3
    assert conflicts(centre) == []
    assert centre_problems(centre) == []


def test_a_second_edit_on_top_of_one_that_was_merged(centre, stations):
    one, other = stations
    common = shared_document(centre, stations)
    one.revise(common, title="أ")
    other.revise(common, date="2020-01-01")
    mine = dataclasses.replace(common, date="2020-01-01", version=2, entry=other.entries()[-1].id)
    other.revise(mine, metadata={"block": "3"})
    one.send(centre)
    other.send(centre)

    now = seen(centre, common.id)
    assert (now.title, now.date, now.metadata) == ("أ", "2020-01-01", {"block": "3"})
    assert conflicts(centre) == []


def test_a_station_that_revises_twice_before_it_sends_does_not_contradict_itself(centre, stations):
    one, other = stations
    common = shared_document(centre, stations)
    other.revise(common, title="أ")
    again = dataclasses.replace(common, title="أ", version=2, entry=other.entries()[-1].id)
    other.revise(again, title="ب")
    other.send(centre)

    assert seen(centre, common.id).title == "ب"
    assert conflicts(centre) == []
    assert centre_problems(centre) == []


def test_a_decision_about_another_document_leaves_a_conflict_open(centre, stations):
    one, other = stations
    common = shared_document(centre, stations)
    one.revise(common, title="أ")
    other.revise(common, title="ب")
    one.send(centre)
    other.send(centre)
    (conflict,) = conflicts(centre)
    said = {
        "conflict_id": conflict.id, "document_id": "another", "version": 3, "base": conflict.ours,
        "record_class": common.record_class, "department": common.department, "title": "ج", "page_ids": [], "note": "",
    }  # fmt: skip
    receive_entries(centre.centre, other.id, [following(other, "conflict-resolved", said)])
    assert conflicts(centre) == [conflict]
    assert conflict.resolution is None
    assert centre_problems(centre) == []


def test_the_same_field_waits_for_a_person(centre, stations):
    one, other = stations
    common = shared_document(centre, stations)
    one.revise(common, title="أ")
    other.revise(common, title="ب", date="2020-01-01")
    one.send(centre)
    other.send(centre)

    assert seen(centre, common.id).title == "أ"
    (conflict,) = conflicts(centre)
    assert (conflict.reason, conflict.fields) == ("same-field", ("title",))
    with centre.centre.unit_of_work() as unit:
        assert unit.records.event(conflict.theirs).title == "ب"
        assert unit.records.event(conflict.ours).title == "أ"
    assert centre_problems(centre) == []


@pytest.mark.parametrize("seen_by_decision", [False, True], ids=["unseen", "seen"])
def test_what_the_other_side_went_on_with_is_not_lost_by_a_decision(centre, stations, seen_by_decision):
    """It had come before the decision, whose author saw the side as it was, or had seen it and left it out."""
    one, other = stations
    common = shared_document(centre, stations)
    one.revise(common, title="أ")
    other.revise(common, title="ب")
    one.send(centre)
    other.send(centre)
    (conflict,) = conflicts(centre)
    first = other.entries()[-1]
    other.revise(replace(common, entry=first.id, version=2, title="ب"), title="ج", date="2020-01-01")
    other.send(centre, after=first.sequence - 1)
    (later,) = conflicts(centre)
    assert (later.id, later.theirs) == (conflict.id, other.entries()[-1].id)
    now, last = seen(centre, common.id), one.entries()[-1].sequence
    said = description_of(now).values() | {"title": "أ"}
    theirs = later.theirs if seen_by_decision else conflict.theirs
    decided = ConflictResolved(
        conflict_id=conflict.id, document_id=common.id, version=now.version + 1, base=now.entry, theirs=theirs, **said
    )
    record(one.store, decided)
    one.send(centre, after=last)

    assert seen(centre, common.id).title == "أ"
    waiting = [(each.theirs, each.fields) for each in conflicts(centre)]
    assert waiting == ([] if seen_by_decision else [(later.theirs, ("title",))])
    assert centre_problems(centre) == []
