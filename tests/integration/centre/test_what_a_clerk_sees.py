"""What a station's people see of the centre: what is safe, what is found elsewhere, what waits for a decision."""

import json
import time
from dataclasses import replace
from zlib import crc32

import pytest

from muni_archive.cli.main import main
from muni_archive.domain.centre_errors import ConflictSettled, OnlyElsewhere
from muni_archive.domain.errors import BlobMissing, ChangedMeanwhile, NotFound, ObjectStoreFailed
from muni_archive.domain.finding import SearchRequest
from muni_archive.services.find_pages import find_pages
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.marks.marking import marks_on
from muni_archive.services.together import finding
from muni_archive.services.together.conflicts import (
    Choice,
    open_conflicts,
    resolve_conflict,
    show_conflict,
    value_of,
)
from muni_archive.services.together.finding import find_elsewhere
from muni_archive.services.together.following import take_over_news
from muni_archive.services.together.revising import document_now, revise_elsewhere
from muni_archive.services.together.state import Whereabouts, left_to_send, whereabouts
from muni_archive.services.together.viewing import workplace_showing
from muni_archive.services.view_document import reading_of, view_document
from muni_archive.sync.state import load_link
from tests.helpers.joined import JoinedStation, NoLine
from tests.helpers.serving import served

WORDS = SearchRequest(query="رخصة", facets=True)


def asked_until_indexed(own, together, request, total, **how):
    """The centre takes what it received into its index a moment later, and a busy machine's moment is long."""
    until = time.monotonic() + 20
    while (found := find_elsewhere(own, together, request, **how)).total < total and time.monotonic() < until:
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    with served(tmp_path_factory.mktemp("served") / "centre") as running:
        yield running


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """The centre may take longer than a person waits: a busy machine answered from the copy, which may know less."""
    monkeypatch.setattr(finding, "ANSWER_S", 60.0)


@pytest.fixture
def stations(tmp_path, centre, request):
    """Two; their names and keys are their own, so that tests may share one centre."""
    number = crc32(request.node.name.encode()) % 100_000
    return [JoinedStation(tmp_path / name, f"{name}{number}", centre) for name in ("A", "B")]


@pytest.fixture
def key(request):
    """A name that no other test uses."""
    return f"k{crc32(request.node.name.encode()) % 100_000}"


@pytest.fixture
def word(key):
    """A word that no other test writes."""
    return "ك" + "".join("ابتثجحخدذر"[int(digit)] for digit in key[1:])


def test_a_document_is_here_only_then_safe_then_on_its_way_again(stations, key):
    station, _ = stations
    first = station.scan(key)
    second = station.scan(f"{key}s", 2)

    def states():
        with station.open() as (own, _):
            acknowledged = load_link(station.folder).acknowledged
            return dict(whereabouts(own, [first, second, "unknown"], acknowledged)), left_to_send(own, acknowledged)

    before, left = states()
    assert before == {first: Whereabouts.HERE, second: Whereabouts.HERE}
    assert (left.documents, left.files) == (2, 8)
    station.sync()
    after, left = states()
    assert set(after.values()) == {Whereabouts.SAFE}
    assert (left.entries, left.files, left.documents) == (0, 0, 0)

    with station.open() as (own, _), own.unit_of_work() as unit:
        seen = unit.records.document(first)
    station.work(lambda plain: plain.revise(seen, title="جديد"))
    changed, left = states()
    assert changed == {first: Whereabouts.UNDER_WAY, second: Whereabouts.SAFE}
    assert (left.entries, left.documents) == (1, 1)


def test_pages_elsewhere_are_found_at_the_centre_and_in_the_copy_and_those_here_are_left_out(stations, key, word):
    one, other = stations
    one.scan(key, text=f"رخصة {word}")
    other.scan(f"{key}o", text=f"رخصة {word}")
    for station in (one, other, one):
        station.sync()
    asked = replace(WORDS, query=word)

    with one.open(read_only=True) as (own, together):
        here = find_pages(own, asked)
        assert {hit.page_id for hit in here.hits} == {f"{key}-p0", f"{key}-p1"}
        for online in (True, False):
            found = asked_until_indexed(own, together, asked, 4, online=online)
            assert {hit.page_id for hit in found.hits} == {f"{key}o-p0", f"{key}o-p1"}
            assert (found.total, found.from_copy) == (4, not online)
            assert any(part.marked for part in found.hits[0].snippet)
        silent = replace(together, line=NoLine())
        assert find_elsewhere(own, silent, asked).from_copy
        assert silent.line.asked == 1
        at_fault = replace(together, line=NoLine(ObjectStoreFailed(detail="503")))
        found = find_elsewhere(own, at_fault, asked)
        assert (found.from_copy, found.total) == (True, 4)


def test_the_command_marks_what_is_here_and_what_is_at_the_centre(stations, key, word, centre, capsys):
    one, other = stations
    one.scan(key, text=f"رخصة {word}")
    other.scan(f"{key}o", text=f"رخصة {word}")
    command = ["--archive", str(one.folder), "search", word]

    def searched(*options):
        assert main([*command, *options]) == 0
        return capsys.readouterr()

    with one.open():
        pass  # its own index has heard of it
    assert [hit["where"] for hit in json.loads(searched("--json").out)["hits"]] == ["here"] * 2
    for station in (one, other, one):
        station.sync()
    with one.open(read_only=True) as (own, together):
        asked_until_indexed(own, together, replace(WORDS, query=word), 4)

    told = searched("--json")
    found = json.loads(told.out)
    assert [(hit["where"], hit["document"]) for hit in found["hits"]] == (
        [("here", f"{key}-d")] * 2 + [("centre", f"{key}o-d")] * 2
    )
    assert (found["total"], told.err) == (2, "")
    assert found["centre"] == {"total": 4, "estimated": False, "from_copy": False}
    lines = searched("--limit", "1").out.splitlines()
    assert (lines[0].endswith("(here)"), lines[2].endswith("(at the centre)")) == (True, True)
    assert lines[-1].endswith(" · 4 at the centre")

    centre.kill()
    try:
        told = searched("--json")
        lines = searched().out.splitlines()
    finally:
        centre.start()
    found = json.loads(told.out)
    assert [hit["where"] for hit in found["hits"]] == ["here"] * 2 + ["centre"] * 2
    assert found["centre"]["from_copy"]
    assert "The centre does not answer" in told.err
    assert lines[-1].endswith(" · 4 in the copy of the centre")


def test_the_command_says_so_when_the_centre_cannot_even_be_asked(stations, key, word, monkeypatch, capsys):
    one, _ = stations
    one.sync()  # by now it knows that its centre has no people, and lets anybody in
    one.scan(key, text=f"رخصة {word}")
    with one.open():
        pass
    monkeypatch.setattr("muni_archive.bootstrap.find_key", lambda *_: None)
    assert main(["--archive", str(one.folder), "search", word, "--json"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert ([hit["where"] for hit in found["hits"]], found["centre"]) == (["here"] * 2, None)
    assert "Only what is here was searched" in told.err


def test_the_centre_is_asked_again_while_what_it_found_is_here_as_well(stations, key, word):
    one, other = stations
    for at in range(3):
        one.scan(f"{key}{at}", at + 1, text=f"رخصة {word}")
    other.scan(f"{key}o", text=f"قديم {word}")
    for station in (one, other):
        station.sync()
    with one.open(read_only=True) as (own, together):
        found = asked_until_indexed(own, together, replace(WORDS, query=word, limit=3), 8)
        assert not found.from_copy
        assert {hit.page_id for hit in found.hits} == {f"{key}o-p0", f"{key}o-p1"}


def test_a_hit_in_the_copy_is_opened_there_and_says_when_its_page_cannot_come(stations, key):
    one, other = stations
    document_id = one.scan(key)
    for station in (one, other):
        station.sync()
    with other.open(read_only=True) as (_, together):
        place = workplace_showing(together, document_id)
        (first, second) = view_document(place, document_id).pages
        assert place.vault.get(first.blob) == f"{one.name} {key} 0".encode()
        assert reading_of(place, first.id) is not None
        with pytest.raises(BlobMissing):
            together.kept.vault.path(second.blob)
        assert together.kept.vault.path(first.blob).is_file()


def test_a_page_that_was_never_looked_at_says_that_it_is_at_the_centre_only(stations, key, centre):
    one, other = stations
    document_id = one.scan(key)
    for station in (one, other):
        station.sync()
    with other.open(read_only=True) as (_, together):
        place = workplace_showing(together, document_id)
        page = view_document(place, document_id).pages[0]
        centre.kill()
        try:
            with pytest.raises(OnlyElsewhere):
                place.vault.path(page.blob)
            with pytest.raises(OnlyElsewhere):
                workplace_showing(together, "never-seen")
        finally:
            centre.start()


def test_a_document_that_the_copy_does_not_know_yet_is_shown_as_the_centre_tells_it(stations, key):
    one, other = stations
    document_id = one.scan(key)
    one.sync()
    with other.open(read_only=True) as (_, together):
        place = workplace_showing(together, document_id)
        view = view_document(place, document_id)
        assert [page.number for page in view.pages] == [1, 2]
        assert view_document(place, view.document.number).document == view.document
        assert place.vault.get(view.pages[1].blob) == f"{one.name} {key} 1".encode()
        assert "رخصة" in reading_of(place, view.pages[0].id).text
        assert marks_on(place, view.pages[0].id) == ()
        with pytest.raises(NotFound):
            view_document(place, "another")
        with pytest.raises(NotFound):
            workplace_showing(together, "nowhere")


def disputed(stations, key):
    """A document whose title was changed at both stations; the second one's date as well."""
    one, other = stations
    document_id = one.scan(key)
    for station in (one, other):
        station.sync()
    with other.open() as (_, together), together.copy() as unit:
        seen = unit.records.document(document_id)
    with one.open() as (own, _), own.unit_of_work() as unit:
        mine = unit.records.document(document_id)
    one.work(lambda plain: plain.revise(mine, title="أول", metadata={"parcel": "1"}))
    other.work(lambda plain: plain.revise(seen, title="ثان", date="2020-01-01", metadata={"parcel": "2"}))
    for station in (one, other, one):
        station.sync()
    return document_id


def of_document(own, together, document_id):
    return [found for found in open_conflicts(own, together) if found.document_id == document_id]


def test_a_conflict_is_shown_field_by_field_and_decided(stations, key):
    one, other = stations
    document_id = disputed(stations, key)
    with one.open(read_only=True) as (own, together):
        (waiting,) = of_document(own, together, document_id)
        shown = show_conflict(together, waiting.id)
        assert shown.differing == ("date", "metadata.parcel", "title")
        assert shown.proposed == {"date": Choice.WAITING}
        assert (shown.standing.station, shown.waiting.station) == (one.name, other.name)
        assert (value_of(shown.standing.said, "title"), value_of(shown.waiting.said, "metadata.parcel")) == ("أول", "2")
        choices = {"date": Choice.WAITING, "title": Choice.STANDING, "metadata.parcel": Choice.WAITING}
        resolve_conflict(own, together, shown, choices, note=" بعد مراجعة الأصل ")
        assert of_document(own, together, document_id) == []
        with pytest.raises(ConflictSettled):
            resolve_conflict(own, together, shown, choices)
    for station in (one, other):
        station.sync()
    for station in (one, other):
        with station.open() as (own, together):
            with together.copy() as unit:
                now = unit.records.document(document_id)
                decided = unit.records.event(unit.records.conflict(waiting.id).resolution)
            assert (now.title, now.date, now.metadata) == ("أول", "2020-01-01", {"parcel": "2"})
            assert decided.note == "بعد مراجعة الأصل"
            assert of_document(own, together, document_id) == []
    with other.open() as (_, together), pytest.raises(ConflictSettled):
        show_conflict(together, waiting.id)


def test_who_decides_after_somebody_else_is_told(stations, key):
    one, other = stations
    document_id = disputed(stations, key)
    with one.open(read_only=True) as (own, together):
        late = show_conflict(together, of_document(own, together, document_id)[0].id)
    other.sync()
    with other.open(read_only=True) as (own, together):
        shown = show_conflict(together, of_document(own, together, document_id)[0].id)
        resolve_conflict(own, together, shown, {"title": Choice.WAITING})
    for station in (other, one):
        station.sync()
    with one.open(read_only=True) as (own, together), pytest.raises(ConflictSettled):
        resolve_conflict(own, together, late, {"title": Choice.STANDING})


def said(document, **changes):
    return {
        "title": document.title, "record_class": document.record_class, "file_reference": document.file_reference,
        "date": document.date, "metadata": {"area": "السالمية", "parcel": "5", **document.metadata}, **changes,
    }  # fmt: skip


def test_a_document_of_the_centre_is_described_anew_here(stations, key):
    one, other = stations
    document_id = one.scan(key)
    for station in (one, other):
        station.sync()
    with other.open(read_only=True) as (own, together):
        there = document_now(own, together, document_id)
        revise_elsewhere(own, together, there, **said(there, title="مصحح"))
        again = document_now(own, together, document_id)
        assert (again.title, again.version, again.page_ids) == ("مصحح", 2, there.page_ids)
        revise_elsewhere(own, together, again, **said(again, title="مصحح مرتين"))
    for station in (other, one):
        station.sync()
    with one.open() as (own, together):
        mine = document_now(own, together, document_id)
        assert (mine.title, mine.registered) == ("مصحح مرتين", True)
        assert of_document(own, together, document_id) == []
        assert find_pages(own, replace(WORDS, query="مصحح")).total == 2


def test_one_of_its_own_is_registered_anew(stations, key):
    station, _ = stations
    document_id = station.scan(key)
    with station.open(read_only=True) as (own, together):
        mine = document_now(own, together, document_id)
        assert revise_elsewhere(own, together, mine, **said(mine, title="مسجل")).registered
        assert revise_elsewhere(own, None, mine, **said(mine, title="مسجل")).version == 3


@pytest.mark.parametrize("mine", [True, False])
def test_what_another_station_corrected_while_a_form_was_open_stands(stations, key, mine):
    one, other = stations
    document_id = (one if mine else other).scan(key)
    for station in (*stations, *stations):
        station.sync()
    with one.open(read_only=True) as (own, together):
        shown = document_now(own, together, document_id)
    with other.open(read_only=True) as (own, together):
        revise_elsewhere(own, together, shown, **said(shown, title="مصحح"))
    for station in (other, one):
        station.sync()
    with one.open(read_only=True) as (own, together):
        with pytest.raises(ChangedMeanwhile):
            revise_elsewhere(own, together, shown, **said(shown, title="غيره"))
        revise_elsewhere(own, together, shown, **said(shown, date="2020-01-01"))
        now = document_now(own, together, document_id)
        assert (now.title, now.date) == ("مصحح", "2020-01-01")
    for station in (one, other):
        station.sync()
    with other.open() as (own, together):
        now = document_now(own, together, document_id)
        assert (now.title, now.date) == ("مصحح", "2020-01-01")
        assert of_document(own, together, document_id) == []


def test_news_are_taken_over_once_from_where_it_stopped(stations, key):
    one, other = stations
    document_id = one.scan(key)
    for station in (one, other):
        station.sync()
    with one.open() as (own, together):
        taken, at = take_over_news(own.unit_of_work, together.copy)
    assert list(taken) == []
    with other.open(read_only=True) as (own, together):
        there = document_now(own, together, document_id)
        revise_elsewhere(own, together, there, **said(there, title="من هناك"))
    other.sync()
    with one.open() as (own, together):
        from muni_archive.domain.cancellation import CancelToken
        from muni_archive.services.together.synchronising import synchronise_once

        synchronise_once(together, cancel=CancelToken(), told=lambda _: None)
        taken, now = take_over_news(own.unit_of_work, together.copy, after=at)
        assert (list(taken), now.sequence > at.sequence) == ([document_id], True)
        assert list(take_over_news(own.unit_of_work, together.copy, after=now)[0]) == []
        for strange in (replace(now, sequence=now.sequence + 100), replace(now, hash="0" * 64)):
            assert take_over_news(own.unit_of_work, together.copy, after=strange)[1] == now
        follow_journal(own)
        assert find_pages(own, replace(WORDS, query="هناك")).total == 2
