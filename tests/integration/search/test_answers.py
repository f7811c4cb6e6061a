"""What an answer shows of each hit: cheaply made, and the same as page by page."""

from __future__ import annotations

import json
import random
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import event, update

from muni_archive.bootstrap import OpenCentre, open_centre
from muni_archive.domain.errors import BlobMissing, ObjectStoreRefused
from muni_archive.domain.events import PageRead, WordReviewed
from muni_archive.domain.finding import SearchRequest, SortBy
from muni_archive.domain.geometry import Box
from muni_archive.domain.people import Sight
from muni_archive.services.centre.finding import answer_question
from muni_archive.services.find_pages import BEFORE, LENGTH, Hit, find_pages, marked_boxes
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.known_readings import known_reading
from muni_archive.store.tables import pages
from tests.helpers.stores import batch, damaged, document, page
from tests.helpers.workplaces import PlainPool

GOLDEN = tomllib.loads((Path(__file__).parents[2] / "golden" / "search.toml").read_text(encoding="utf-8"))
PAIRS = [
    pair[:2] for pairs in GOLDEN.values() for wanted in ("match", "miss", "known") for pair in pairs.get(wanted, ())
]
EVERY_SEVENTH = 7


@pytest.fixture(scope="module")
def readings() -> list[bytes]:
    """As many pages as the golden set has pairs; on each the text of its pair, among others."""
    chance, texts = random.Random(3), [text for _query, text in PAIRS]
    mixed = [[*chance.sample(texts, 4), text, *chance.sample(texts, 6)] for text in texts]
    return [PlainPool(" ".join(parts)).reading().to_json() for parts in mixed]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, readings: list[bytes]) -> Iterator[OpenCentre]:
    with open_centre(tmp_path_factory.mktemp("answers") / "centre") as opened:
        fill(opened, readings)
        yield opened


def fill(opened: OpenCentre, readings: list[bytes]) -> None:
    """One page a reading, all in one document; of every seventh a clerk has decided the third word."""
    vault = opened.centre.place.vault
    made = [page(f"p{at}", "b", vault.put(f"picture {at}".encode()), at) for at in range(len(readings))]
    names = [vault.put(reading) for reading in readings]
    read = [
        PageRead(page_id=each.page_id, reading=name, engine="plain", confidence=0.9, doubtful=0)
        for each, name in zip(made, names, strict=True)
    ]
    said = {"line": 0, "word": 2, "box": Box(20, 5, 9, 9), "read": "a"}
    found = [
        WordReviewed(page_id=f"p{at}", reading=names[at], decided="مستودع" if at % 2 else "", **said)
        for at in range(0, len(readings), EVERY_SEVENTH)
    ]
    with opened.centre.unit_of_work() as unit:
        for each in (batch("b"), *made, *read, document("d", 1, *(each.page_id for each in made)), *found):
            unit.record(each)
        unit.commit()
    follow_journal(opened.centre.place)


def page_by_page(opened: OpenCentre, query: str, hit: Hit) -> tuple[list[tuple[str, bool]], tuple[Box, ...]]:
    """Every word of the snippet with whether it is marked, and the boxes, from the page's whole reading."""
    reading = known_reading(opened.centre.place, hit.page_id)
    assert reading is not None
    boxes, words = marked_boxes(reading, query), list(reading.words)
    marks = [word.box in boxes for word in words]
    start = max(0, (marks.index(True) if any(marks) else 0) - BEFORE)
    said = [
        (word.text, mark)
        for word, mark in zip(words[start : start + LENGTH], marks[start : start + LENGTH], strict=True)
    ]
    return said, boxes


def shown(hit: Hit) -> tuple[list[tuple[str, bool]], tuple[Box, ...]]:
    return [(word, part.marked) for part in hit.snippet for word in part.text.split(" ")], hit.boxes


def test_a_hit_shows_what_its_whole_reading_says(centre):
    queries = [
        *(query for query, _text in PAIRS),
        "رخصة أو قسيمة:123 ليس هدم",
        "رخ* بناء*",
        '"رخصة بناء"',
        "مستودع",
        "",
    ]
    hits = marked = 0
    for query in queries[::9] + queries[-5:]:
        for hit in find_pages(centre.centre.place, SearchRequest(query=query)).hits:
            assert shown(hit) == page_by_page(centre, query, hit), query
            hits, marked = hits + 1, marked + len(hit.boxes)
    assert hits > 500
    assert marked > 500


def test_what_a_clerk_decided_is_what_is_shown(centre):
    found = find_pages(centre.centre.place, SearchRequest(query="مستودع"))
    assert {hit.page_id for hit in found.hits} == {
        f"p{at}" for at in range(EVERY_SEVENTH, len(PAIRS), 2 * EVERY_SEVENTH)
    }
    assert all(Box(20, 5, 9, 9) in hit.boxes for hit in found.hits)


def test_the_centre_says_it_in_plain_values(centre):
    question = SearchRequest(query="رخصة بناء", facets=True)
    said = answer_question(centre.centre, Sight(), question)
    found = asdict(find_pages(centre.centre.place, question))
    assert said["hits"]
    assert json.loads(json.dumps({**said, "took_ms": 0})) == json.loads(json.dumps({**found, "took_ms": 0}))


def test_many_hits_take_as_many_questions_as_few(centre):
    place, asked = centre.centre.place, Counter[int]()
    with place.unit_of_work() as unit:
        engine = unit._connection.engine

    def count(*_told: object) -> None:
        asked[limit] += 1

    event.listen(engine, "before_cursor_execute", count)
    for limit in (10, 50):  # both have pages that a clerk looked at
        found = find_pages(place, SearchRequest(query="", sort=SortBy.NUMBER, limit=limit))
        assert len(found.hits) == limit
    event.remove(engine, "before_cursor_execute", count)
    assert asked[10] == asked[50] > 0


def test_words_that_were_shown_are_at_hand(centre, monkeypatch):
    """Only what a clerk has changed is read anew; the vault is asked for nothing else."""
    place, question = centre.centre.place, SearchRequest(query="رخصة")
    before, read = find_pages(place, question).hits, list[str]()

    def lost(_vault: object, sha: str) -> bytes:
        read.append(sha)
        raise BlobMissing(sha=sha)

    monkeypatch.setattr(type(place.vault), "get", lost)
    changed = {f"p{at}" for at in range(0, len(PAIRS), EVERY_SEVENTH)}
    after = find_pages(place, question).hits
    assert [hit for hit in after if hit.page_id not in changed] == [hit for hit in before if hit.page_id not in changed]
    assert len(read) == sum(hit.page_id in changed for hit in before)
    assert 0 < len(read) < len(before)


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_a_page_whose_reading_is_gone_is_found_without_a_snippet(tmp_path, readings, harm):
    with open_centre(tmp_path / "centre") as opened:
        fill(opened, readings[:3])
        with opened.centre.unit_of_work() as unit:
            blob = unit.records.reading_blob("p1")
    (file,) = (tmp_path / "centre").rglob(blob)
    content = damaged(file.read_bytes())
    file.chmod(0o640)
    file.unlink()
    if harm == "damaged":
        file.write_bytes(content)
    with open_centre(tmp_path / "centre") as opened:
        hits = {hit.page_id: hit for hit in find_pages(opened.centre.place, SearchRequest(query="")).hits}
    assert hits.keys() == {"p0", "p1", "p2"}
    assert (hits["p1"].snippet, hits["p1"].boxes) == ((), ())
    assert hits["p0"].snippet
    assert hits["p2"].snippet


def test_pages_are_found_without_words_while_the_object_store_fails_and_it_is_asked_once(
    tmp_path, readings, monkeypatch, caplog
):
    asked = list[str]()

    def fails(_vault: object, sha: str) -> bytes:
        asked.append(sha)
        raise ObjectStoreRefused(detail="403")

    with open_centre(tmp_path / "centre") as opened:
        fill(opened, readings[:4])
        place, question = opened.centre.place, SearchRequest(query="", sort=SortBy.NUMBER, limit=2)
        shown_before = find_pages(place, question).hits
        monkeypatch.setattr(type(place.vault), "get", fails)
        hits = {hit.page_id: hit for hit in find_pages(place, replace(question, limit=4)).hits}
    assert hits.keys() == {"p0", "p1", "p2", "p3"}
    assert hits["p1"] == shown_before[1], "it is in memory"
    assert [(hits[name].snippet, hits[name].boxes) for name in ("p0", "p2", "p3")] == [((), ())] * 3
    assert len(asked) == 1
    assert "403" in caplog.text


def test_what_the_archive_says_of_many_pages_is_what_it_says_of_each(centre):
    with centre.centre.unit_of_work() as unit:
        asked = [f"p{at}" for at in range(len(PAIRS))]
        found = unit.records.pages_found([*asked, "nobody"])
        assert found.keys() == set(asked)
        for page_id, shown in found.items():
            page, document = unit.records.page(page_id), unit.records.document("d")
            assert (shown.document_id, shown.page) == (page.document_id, page.number)
            assert (shown.number, shown.title, shown.record_class, shown.date) == (
                document.number, document.title, document.record_class, document.date or "",
            )  # fmt: skip
            assert shown.reading == unit.records.reading_blob(page_id)
            assert shown.reviewed is bool(unit.records.word_reviews(page_id))
        assert 0 < sum(shown.reviewed for shown in found.values()) < len(found)


def test_the_latest_reading_is_shown_and_a_page_that_waits_has_none(tmp_path, readings):
    with open_centre(tmp_path / "centre") as opened:
        fill(opened, readings[:3])
        vault = opened.centre.place.vault
        again = vault.put(readings[4])
        read = PageRead(page_id="p1", reading=again, engine="plain", confidence=0.9, doubtful=0)
        with opened.centre.unit_of_work() as unit:
            for each in (read, page("p9", "b", vault.put(b"picture 9"), 9), document("e", 2, "p9")):
                unit.record(each)
            unit.record(page("loose", "b", vault.put(b"loose"), 10))
            unit.commit()
            found = unit.records.pages_found(["p0", "p1", "p9", "loose"])
        assert found.keys() == {"p0", "p1", "p9"}
        assert found["p1"].reading == again != found["p0"].reading
        assert (found["p9"].reading, found["p9"].document_id) == ("", "e")


def test_a_page_that_came_into_another_document_is_shown_when_the_index_knows(tmp_path, readings):
    """Whoever may see the one need not see the other."""
    with open_centre(tmp_path / "centre") as opened:
        fill(opened, readings[:3])
        with opened.centre.unit_of_work() as unit:
            unit._connection.execute(update(pages).where(pages.c.id == "p1").values(document_id="e"))
            unit.record(document("e", 2, "p1"))
            unit.commit()
        hits = find_pages(opened.centre.place, SearchRequest(query="")).hits
        assert {(hit.page_id, hit.document_id) for hit in hits} == {("p0", "d"), ("p2", "d")}
