"""What keeps a record, however late, however told, and whatever the centre was put back to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import EntryInvalid
from muni_archive.domain.errors import BlobCorrupt, BlobMissing, ObjectStoreFailed
from muni_archive.domain.events import (
    DisposalConfirmed,
    FileClosed,
    FileOpened,
    FileReopened,
    HearingAnswered,
    HoldPlaced,
    RetentionExtended,
)
from muni_archive.domain.holds import HoldScope
from muni_archive.paths import resource_path
from muni_archive.record_classes import FileRecordClasses
from muni_archive.services.centre.destroying import settle_disposals
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.procedures.library import load_procedure
from muni_archive.services.retention.disposing import confirm_disposal
from muni_archive.services.retention.removing import remove_destroyed
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.classes_with_rule import ClassesWithRule
from tests.helpers.destroying import Station, write_destroyed
from tests.helpers.linked import DirectLine, revise_document
from tests.helpers.put_back import PutBack
from tests.helpers.stores import record
from tests.helpers.vaults import nobody_waits, telling


def with_rule(folder):
    """A centre whose building files may go after five years."""
    opened = open_centre(folder)
    place = replace(opened.centre.place, record_classes=ClassesWithRule(FileRecordClasses()))
    opened.centre = replace(opened.centre, place=place)
    return opened


@pytest.fixture
def put_back(tmp_path):
    with PutBack(tmp_path / "centre", with_rule) as centre:
        yield centre


@contextmanager
def due_stations(put_back, folder, *names):
    made = [Station(folder / name, name) for name in names]
    for station in made:
        station.enrol(put_back.centre)
        station.line = DirectLine(lambda: put_back.centre, station.id)
    yield made
    for station in made:
        station.close()


def in_files(station, *references):
    for reference in references:
        event = FileOpened(file_id=reference, reference=reference, record_class="building_file", department="licences")
        record(station.store, event)


def hold_on_file(reference):
    return HoldPlaced(hold_id="h", scope=HoldScope.FILE, target=reference, reason="case 7", authority="court")


def test_a_document_whose_conflict_waits_is_kept(put_back, tmp_path):
    """The side that waits put it into a file on which a hold rests."""
    with due_stations(put_back, tmp_path, "A1", "B2") as (one, other):
        in_files(one, "F-1", "F-2")
        document = one.due_document("x", pages=1)
        one.sync()
        other.sync()
        seen = other.sees(document)
        revise_document(one, document, file_reference="F-2")
        one.sync()
        revise_document(other, document, seen, file_reference="F-1")
        record(other.store, hold_on_file("F-1"))
        other.sync()
        one.sync()
        disposal = one.propose(document)
        confirm_disposal(one.of("sara"), disposal)
        one.sync()
        settle_disposals(put_back.centre.centre)
        with put_back.centre.centre.unit_of_work() as unit:
            found = unit.retention.disposal(disposal)
            assert (found.state, found.refusal) == ("refused", "conflict-open")


def test_a_hold_that_had_arrived_wins_though_it_comes_again_in_another_part_than_the_answer(put_back, tmp_path):
    with due_stations(put_back, tmp_path, "A1", "D4") as (one, other):
        document = one.due_document("x", pages=1)
        disposal = one.propose(document)
        confirm_disposal(one.of("sara"), disposal)
        one.send(put_back.centre)
        other.send(put_back.centre)
        settle_disposals(put_back.centre.centre)
        with put_back.centre.centre.unit_of_work() as unit:
            hearing = unit.retention.hearing_of(disposal).id
        put_back.keep()
        backed = len(one.entries())
        record(one.store, HearingAnswered(hearing_ids=(hearing,)))
        answer = len(one.entries())
        hold = HoldPlaced(hold_id="h", scope=HoldScope.DOCUMENT, target=document, reason="case 7", authority="court")
        record(one.store, hold)
        one.send(put_back.centre)
        put_back.back()
        record(other.store, HearingAnswered(hearing_ids=(hearing,)))
        other.send(put_back.centre)
        receive_entries(put_back.centre.centre, one.id, one.entries()[backed:answer])
        settle_disposals(put_back.centre.centre)  # as the watcher does, each half second
        for station in (one, other, one):
            station.sync()
        assert settle_disposals(put_back.centre.centre) == 1
        with put_back.centre.centre.unit_of_work() as unit:
            assert unit.retention.destroyed(document) is None
            assert unit.retention.disposal(disposal).refusal == "under-hold"
        assert centre_problems(put_back.centre) == []


@pytest.fixture
def disposal(put_back, tmp_path):
    """Ripe, of a document that may go by the disposal procedure alone; and its number there."""
    with due_stations(put_back, tmp_path, "A1") as (one,):
        found = one.propose(one.due_document("x", pages=1))
        record(one.store, DisposalConfirmed(disposal_id=found))
        load_procedure(one.of("sara"), resource_path("procedures", "disposal.bpmn").read_bytes())
        one.sync()
        yield found


def refusal(put_back, disposal):
    with put_back.centre.centre.unit_of_work() as unit:
        return unit.retention.disposal(disposal).refusal


def test_nobody_who_writes_waits_while_the_ways_to_destroy_are_read(put_back, disposal):
    with nobody_waits(put_back.centre) as vault:
        assert settle_disposals(put_back.centre.centre) == 1
        assert len(vault.asked) == 1
    assert refusal(put_back, disposal) == "through-disposal-procedure"


@pytest.mark.parametrize("error", [BlobMissing(sha="a"), BlobCorrupt(sha="a")], ids=["gone", "damaged"])
def test_a_wrong_answer_about_a_procedure_s_file_decides_nothing(put_back, disposal, error):
    with telling(put_back.centre, error), pytest.raises(ObjectStoreFailed):
        settle_disposals(put_back.centre.centre)
    assert refusal(put_back, disposal) == ""
    assert settle_disposals(put_back.centre.centre) == 1
    assert refusal(put_back, disposal) == "through-disposal-procedure"


class HandYear:
    """A clock that shows the first of June of its year."""

    def __init__(self, year: int) -> None:
        self.year = year

    def now(self) -> datetime:
        return datetime(self.year, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("reopened", [False, True])
def test_a_closing_from_long_ago_shortens_nothing(put_back, tmp_path, reopened):
    """B2 closed the file in 2012 and is away until 2026."""
    clock = HandYear(2010)
    one, away = (
        PlainStation(tmp_path / "A1", "A1", clock=clock),
        PlainStation(tmp_path / "B2", "B2", clock=HandYear(2012)),
    )
    centre = put_back.centre
    for station in (one, away):
        station.enrol(centre)
    in_files(one, "F-1")
    document = one.add_document("x")
    with one.store.unit_of_work() as unit:
        known = unit.records.document(document)
    one.revise(known, file_reference="F-1")
    away.send(centre)
    record(away.store, FileClosed(reference="F-1", reason="old"))
    clock.year = 2015
    record(one.store, FileClosed(reference="F-1", reason="closed"))
    if reopened:
        clock.year = 2024
        record(one.store, FileReopened(reference="F-1", reason="goes on"))
    one.send(centre)
    before = closed(centre, document)
    away.send(centre, after=len(away.entries()) - 1)
    after = closed(centre, document)
    if reopened:
        assert (before, after) == ((None, None), (None, None))
    else:
        assert after[1] == before[1] == date(2015, 6, 1)
        assert after[0] >= before[0]
    record(away.store, FileReopened(reference="F-1", reason="goes on"), FileClosed(reference="F-1", reason="again"))
    away.send(centre, after=len(away.entries()) - 2)
    assert (closed(centre, document)[1] is None) is reopened  # what one station says stands in its own order
    assert centre_problems(centre) == []
    one.close()
    away.close()


def closed(centre, document):
    """From when the years count, and when it was closed as people are shown."""
    with centre.centre.unit_of_work() as unit:
        shown = unit.retention.closed_file("F-1")
        return unit.retention.kept(document).life.closed, shown.closed_at.date() if shown else None


@pytest.mark.parametrize("until", ["x", "", "99999", "2051", "20510101"])
def test_what_is_no_day_takes_no_day_away(put_back, tmp_path, until):
    one, other = PlainStation(tmp_path / "A1", "A1"), PlainStation(tmp_path / "B2", "B2")
    for station in (one, other):
        station.enrol(put_back.centre)
    document = one.add_document("x")
    record(one.store, RetentionExtended(document_id=document, until="2050-01-01", reason="needed"))
    one.send(put_back.centre)
    record(other.store, RetentionExtended(document_id=document, until=until, reason="needed"))
    with pytest.raises(EntryInvalid):
        other.send(put_back.centre)
    record(one.store, RetentionExtended(document_id=document, until=until, reason="needed"))
    for store in (put_back.centre.centre, one.store):
        with store.unit_of_work() as unit:
            assert unit.retention.kept(document).life.kept_until == date(2050, 1, 1)
    one.close()
    other.close()


@pytest.mark.parametrize("scope", [HoldScope.FILE, HoldScope.RECORD_CLASS])
def test_a_late_hold_is_told_of_what_ever_lay_there(put_back, tmp_path, scope):
    """The document had been moved to another file, and class, before it was destroyed."""
    one, other = PlainStation(tmp_path / "A1", "A1"), PlainStation(tmp_path / "B2", "B2")
    for station in (one, other):
        station.enrol(put_back.centre)
    in_files(one, "F-1", "F-2")
    document = one.add_document("x", pages=1)
    for reference, record_class in (("F-1", "building_file"), ("F-2", "correspondence")):
        with one.store.unit_of_work() as unit:
            known = unit.records.document(document)
        one.revise(known, file_reference=reference, record_class=record_class)
    one.send(put_back.centre)
    other.send(put_back.centre)
    target = "F-1" if scope is HoldScope.FILE else "building_file"
    record(other.store, replace(hold_on_file(target), scope=scope))
    write_destroyed(put_back.centre.centre, document)
    other.send(put_back.centre)
    with put_back.centre.centre.unit_of_work() as unit:
        assert [(each.what, each.number) for each in unit.retention.contested()] == [("hold", "A1-2026-000001")]
    remove_destroyed(put_back.centre.centre.place)
    assert centre_problems(put_back.centre) == []
    one.close()
    other.close()
