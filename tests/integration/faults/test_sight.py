"""Documents that come into the sight of a station of some departments, and leave it: its copy shows what it may see."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, select

from muni_archive.bootstrap import open_centre
from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.events import (
    ConflictFound,
    DocumentRevised,
    FieldDecided,
    PageRead,
    RenditionMade,
    WordReviewed,
)
from muni_archive.domain.geometry import Box
from muni_archive.domain.journal import GENESIS
from muni_archive.domain.together import WITHHELD
from muni_archive.services.centre.feeding_back import feed
from muni_archive.store.tables import journal, retold
from tests.helpers import centres
from tests.helpers.linked import DirectLine, LinkedStation, linked_directly, revise_document
from tests.helpers.older import take_back
from tests.helpers.proofs import central_journal, prove_clean
from tests.helpers.stores import document, record
from tests.helpers.workplaces import PlainPool


@pytest.fixture
def centre(tmp_path, request):
    """On SQLite, where a test does not ask for both."""
    database = request.getfixturevalue("postgres_url") if getattr(request, "param", "") == "postgres" else ""
    with open_centre(tmp_path / "centre", database=database) as opened:
        yield opened


@pytest.fixture
def every(tmp_path, centre):
    """A station of all departments."""
    station = linked_directly(tmp_path, centre, "A1")
    yield station
    station.close()


@pytest.fixture
def limited(tmp_path, centre):
    """One that sees licences alone."""
    station = linked_directly(tmp_path, centre, "L1", "licences")
    yield station
    station.close()


def scan(station, key, serial=1, department="licences"):
    """A document of two pages that were read, with a decision, a copy and a reviewed word."""
    document_id = station.add_document(key, serial)
    if department != "licences":
        revise_document(station, document_id, department=department)
    text = station.store.vault.put(PlainPool(f"كلمة{key}").reading().to_json())
    made = station.store.vault.put(f"pdf {key}".encode())
    reads = [PageRead(page_id=f"{key}-p{n}", reading=text, engine="plain", confidence=0.9, doubtful=1) for n in (0, 1)]
    record(
        station.store, *reads,
        FieldDecided(document_id=document_id, field="area", proposed=None, decided="السالمية"),
        RenditionMade(document_id=document_id, rendition="access-pdf", version=1, blob=made, made_with="x"),
        reviewed(f"{key}-p0", text),
    )  # fmt: skip
    return document_id


def reviewed(page_id, reading):
    box = Box(x=0, y=0, width=1, height=1)
    return WordReviewed(page_id=page_id, reading=reading, line=0, word=0, box=box, read="a", decided="b")


def move(station, document_id, department, *others, **changes):
    revise_document(station, document_id, department=department, **changes)
    for other in (station, *others):
        other.sync()


def shown(station, document_id):
    """What the copy shows of the document: versions, pages, and what hangs on them; None where it is not there."""
    with station.copy.unit_of_work() as unit:
        if not unit.records.documents_by_id([document_id]):
            return None
        pages = unit.records.pages_of_document(document_id)
        return {
            "versions": unit.records.versions(document_id),
            "pages": pages,
            "decisions": unit.records.decisions(document_id),
            "copy": unit.records.rendition(document_id, "access-pdf"),
            "words": [unit.records.word_reviews(page.id) for page in pages],
            "read": [unit.records.reading_blob(page.id) for page in pages],
        }


def whole(station, every, document_id):
    """The limited copy shows of this document all that a copy of everything shows."""
    there = shown(station, document_id)
    assert there is not None
    assert there == shown(every, document_id)
    assert {page_id for page_id, page in station.index.pages.items() if page.document_id == document_id} == {
        page.id for page in there["pages"]
    }


def gone(station, document_id):
    assert shown(station, document_id) is None
    assert [page for page in station.index.pages.values() if page.document_id == document_id] == []


@pytest.mark.parametrize("centre", ["sqlite", "postgres"], indirect=True)
def test_a_document_that_leaves_and_comes_back(every, limited):
    document_id = scan(every, "x")
    every.sync()
    limited.sync()
    whole(limited, every, document_id)
    assert "كلمةx" in limited.index.pages["x-p1"].text

    move(every, document_id, "personnel", limited)
    gone(limited, document_id)
    record(every.store, FieldDecided(document_id=document_id, field="area", proposed=None, decided="حولي"))
    move(every, document_id, "personnel", limited, title="while away")
    gone(limited, document_id)

    move(every, document_id, "licences", limited, title="back")
    whole(limited, every, document_id)
    assert limited.index.pages["x-p1"].title == "back"
    prove_clean(limited.copy.integrity())

    move(every, document_id, "personnel", limited)
    gone(limited, document_id)
    move(every, document_id, "licences", limited)
    whole(limited, every, document_id)
    prove_clean(limited.copy.integrity())


@pytest.mark.parametrize("at_once", [False, True])
def test_a_document_that_comes_for_the_first_time(every, limited, at_once):
    document_id = every.add_document("y")
    every.sync()
    move(every, document_id, "personnel")  # created as licences, so seen at first by who follows
    if not at_once:
        limited.sync()
    gone(limited, document_id)
    text = every.store.vault.put(PlainPool("كلمة").reading().to_json())
    record(every.store, PageRead(page_id="y-p0", reading=text, engine="plain", confidence=0.9), reviewed("y-p0", text))
    move(every, document_id, "licences", limited)
    whole(limited, every, document_id)
    prove_clean(limited.copy.integrity())


def test_one_that_was_made_elsewhere(every, limited, monkeypatch):
    """Created in another department: no entry of it was told before."""
    monkeypatch.setattr(centres, "document", lambda *said: replace(document(*said), department="personnel"))
    document_id = scan(every, "z", department="personnel")
    every.sync()
    limited.sync()
    gone(limited, document_id)
    assert all("z-d" not in entry.payload for entry in journal_of(limited))

    move(every, document_id, "licences", limited)
    whole(limited, every, document_id)
    with every.copy.unit_of_work() as unit:
        last = unit.records.document(document_id)
    assert last.version == len(shown(limited, document_id)["versions"])
    prove_clean(limited.copy.integrity())


def test_a_copy_that_begins_late_is_the_same(tmp_path, centre, every, limited):
    document_id = scan(every, "x")
    for department in ("personnel", "licences", "personnel", "licences"):
        move(every, document_id, department, limited)
    late = linked_directly(tmp_path, centre, "L2", "licences")
    late.sync()
    limited.sync()
    whole(late, every, document_id)
    assert shown(late, document_id) == shown(limited, document_id)
    prove_clean(late.copy.integrity())
    late.close()


def test_its_chain_is_the_centres(centre, every, limited):
    document_id = scan(every, "x")
    move(every, document_id, "personnel", limited)
    move(every, document_id, "licences", limited)
    here = journal_of(limited)
    there = central_journal(centre)
    assert [entry.hash for entry in here] == [entry.hash for entry in there]
    told = {entry.id for entry in here}
    assert all(entry.id in told for entry in there if document_id in entry.payload)


def test_a_page_that_another_document_took_later_stays_there(every, limited):
    first, second = scan(every, "x"), scan(every, "y", 2)
    every.sync()
    limited.sync()
    move(every, first, "personnel", limited)
    revise_document(every, second, page_ids=("y-p0", "x-p1"))
    every.sync()
    limited.sync()
    move(every, first, "licences", limited)
    for document_id in (first, second):
        whole(limited, every, document_id)
    prove_clean(limited.copy.integrity())


def test_a_page_taken_while_out_of_sight_goes_with_its_document(every, limited):
    first, second = scan(every, "x"), scan(every, "y", 2)
    move(every, first, "personnel", limited)
    revise_document(every, first, page_ids=("x-p0", "x-p1", "y-p1"))
    every.sync()
    limited.sync()
    move(every, first, "licences", limited)
    for document_id in (first, second):
        whole(limited, every, document_id)
    prove_clean(limited.copy.integrity())


def test_a_conflict_that_waits_comes_with_its_document(tmp_path, centre, every, limited):
    other = linked_directly(tmp_path, centre, "B1")
    document_id = scan(every, "x")
    move(every, document_id, "personnel", other, limited)
    revise_document(every, document_id, title="one")
    revise_document(other, document_id, title="two")
    for station in (every, other, limited):
        station.sync()
    with limited.copy.unit_of_work() as unit:
        assert unit.records.conflicts() == []
    move(every, document_id, "licences", limited)
    with limited.copy.unit_of_work() as unit:
        (conflict,) = unit.records.conflicts()
        assert unit.records.event(conflict.theirs).title == "two"
    assert any(entry.kind == ConflictFound.kind for entry in journal_of(limited))
    prove_clean(limited.copy.integrity())
    other.close()


def test_a_station_that_does_not_ask_is_told_as_before(centre, every, limited):
    document_id = scan(every, "x")
    move(every, document_id, "personnel")
    move(every, document_id, "licences")
    with centre.centre.unit_of_work() as unit:
        station = unit.station(limited.id)
    entries = feed(centre.centre, station, after=0, link=GENESIS)
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry.payload for entry in entries if entry.kind == WITHHELD} == {"{}"}


def test_what_is_told_again_must_be_what_was_told(every, limited):
    document_id = scan(every, "x")
    move(every, document_id, "personnel", limited)
    revise_document(every, document_id, department="licences")
    every.sync()

    class Liar(DirectLine):
        def feed(self, **asked):
            return [
                replace(entry, actor="somebody else") if entry.sequence <= asked["after"] else entry
                for entry in super().feed(**asked)
            ]

    honest, limited.line = limited.line, Liar(limited.line._centre, limited.id)
    with pytest.raises(ArchiveDamaged):
        limited.sync()
    limited.line = honest
    limited.sync()
    whole(limited, every, document_id)


def test_a_part_that_comes_twice_is_nothing_told_again(every, limited):
    document_id = scan(every, "x")
    every.sync()
    limited.sync()
    before = shown(limited, document_id)
    record(every.store, FieldDecided(document_id=document_id, field="area", proposed=None, decided="حولي"))
    every.sync()
    entries = limited.line.feed(after=0, link=GENESIS)
    with limited.copy.unit_of_work() as unit, pytest.raises(ArchiveDamaged):
        unit.follow(entries)
    assert shown(limited, document_id) == before


def test_a_copy_that_begins_anew_forgets_what_was_told_again(every, limited):
    document_id = scan(every, "x")
    move(every, document_id, "personnel", limited)
    move(every, document_id, "licences", limited)
    with limited.copy.unit_of_work() as unit:
        unit.begin_anew()
        unit.commit()
    with limited.copy.engine.connect() as connection:
        assert connection.execute(select(retold)).all() == []
    limited.index.clear()
    limited.sync()
    whole(limited, every, document_id)
    prove_clean(limited.copy.integrity())


def test_a_revision_of_ones_own_while_it_was_away(every, limited):
    """The limited station edits what it still has, and does not know yet that it was moved."""
    document_id = limited.add_document("own")
    limited.sync()
    every.sync()
    move(every, document_id, "personnel")
    record(limited.store, *own_revision(limited, document_id))
    limited.sync()
    every.sync()
    limited.sync()
    prove_clean(limited.copy.integrity())
    move(every, document_id, "licences", limited)
    whole(limited, every, document_id)
    prove_clean(limited.copy.integrity())


def own_revision(station, document_id):
    with station.store.unit_of_work() as unit:
        seen = unit.records.document(document_id)
    yield DocumentRevised(
        document_id=document_id, version=seen.version + 1, base=seen.entry, record_class=seen.record_class,
        department=seen.department, title="mine", page_ids=seen.page_ids,
    )  # fmt: skip


def journal_of(station):
    with station.copy.unit_of_work() as unit:
        return unit.records.journal(after=0, limit=10**6)


def test_stubs_say_nothing_but_what_left(every, limited):
    document_id = scan(every, "x")
    move(every, document_id, "personnel", limited)
    revise_document(every, document_id, title="سر")
    every.sync()
    limited.sync()
    with limited.copy.engine.connect() as connection:
        stubs = connection.execute(select(journal.c.payload).where(journal.c.kind == WITHHELD)).scalars().all()
    assert sorted(stubs, key=len)[-1] == '{"document_id":"x-d","page_ids":["x-p0","x-p1"]}'
    assert {stub for stub in stubs if stub != "{}"} == {sorted(stubs, key=len)[-1]}


def test_an_answer_ends_early_where_much_is_told_again(monkeypatch, every, limited):
    monkeypatch.setattr("muni_archive.services.centre.feeding_back.LARGEST_PART", 12)
    documents = [scan(every, key, serial) for serial, key in enumerate("xyz", start=1)]
    for department in ("personnel", "licences"):
        for document_id in documents:
            revise_document(every, document_id, department=department)
    every.sync()
    parts, feeding = [], limited.line.feed
    monkeypatch.setattr(limited.line, "feed", lambda **asked: parts.append(feeding(**asked)) or parts[-1])
    limited.sync()
    assert max(map(len, parts)) < 12 + 12  # what one document has, beyond what was there
    for document_id in documents:
        whole(limited, every, document_id)
    prove_clean(limited.copy.integrity())


def as_an_older_program_left_it(folder, name):
    """The database before what is told again was kept."""
    engine = create_engine(f"sqlite:///{folder / name}")
    with engine.connect() as connection:
        take_back(connection, "0005")
        connection.commit()
    engine.dispose()


def test_what_an_older_program_left_is_brought_forward(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        every, limited = linked_directly(tmp_path, opened, "A1"), linked_directly(tmp_path, opened, "L1", "licences")
        document_id = scan(every, "x")
        move(every, document_id, "personnel", limited)
        followed = journal_of(every)
        for station in (every, limited):
            station.close()
    as_an_older_program_left_it(tmp_path / "centre", "centre.sqlite3")
    for name in ("A1", "L1"):
        as_an_older_program_left_it(tmp_path / name / "centre", "copy.sqlite3")
    with open_centre(tmp_path / "centre") as opened:
        again = [LinkedStation(tmp_path / name, name) for name in ("A1", "L1")]
        for station in again:
            station.line = DirectLine(lambda: opened, station.id)
        every, limited = again
        assert journal_of(limited) == []
        assert journal_of(every) == followed
        move(every, document_id, "licences", limited)
        whole(limited, every, document_id)
        for station in again:
            prove_clean(station.copy.integrity())
            station.close()
