"""A station of some departments goes on when a page of its document went elsewhere, or when it works for others now.

What it says then is right as it knew it: refused, it would hold up all behind it. And nothing is taken by that.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import (
    DocumentCreated,
    DocumentRevised,
    DocumentSeen,
    FieldDecided,
    PageRead,
    PageRotated,
    PageStateChanged,
    PersonAdmitted,
    SampleDrawn,
    VersionReceived,
    WordReviewed,
)
from muni_archive.domain.geometry import Box
from muni_archive.domain.people import Role
from muni_archive.organisation_files import read_units
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.together.sending import Outbox, send_all
from muni_archive.services.together.synchronising import follow_once
from tests.helpers.centres import seen
from tests.helpers.destroying import write_destroyed
from tests.helpers.linked import DirectLine, LinkedStation, linked_directly, revise_document
from tests.helpers.proofs import prove_all, prove_arrived, prove_clean
from tests.helpers.stores import batch, document, page, record

PAGES = ("x-p0", "x-p1")


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def every(tmp_path, centre):
    """A station of all departments."""
    station = linked_directly(tmp_path, centre, "A1")
    yield station
    station.close()


@pytest.fixture
def limited(tmp_path, centre):
    """One of licences alone."""
    station = linked_directly(tmp_path, centre, "L1", "licences")
    yield station
    station.close()


@pytest.fixture
def mine(every, limited):
    """Its document of two pages, known everywhere."""
    document_id = limited.add_document("x")
    rest(limited, every)
    return document_id


def rest(*stations: LinkedStation) -> None:
    for _ in range(3):
        for station in stations:
            station.sync()


def made_elsewhere(station, key):
    """A document that was never of licences."""
    blob = station.store.vault.put(f"{station.name} {key}".encode())
    created = replace(document(f"{key}-d", 1, f"{key}-p0"), department="personnel", number="A1-2026-000001")
    record(station.store, batch(f"{key}-b"), page(f"{key}-p0", f"{key}-b", blob), created)
    return created.document_id


def move_page(every, document_id):
    """The second page goes into a document of personnel, which is returned."""
    other = made_elsewhere(every, "y")
    revise_document(every, document_id, page_ids=PAGES[:1])
    revise_document(every, other, page_ids=("y-p0", "x-p1"))
    every.sync()
    return other


def prove(centre, every, limited):
    rest(limited, every)
    prove_all(centre, [every])
    prove_arrived(centre, limited)
    prove_clean(limited.store.integrity())
    prove_clean(limited.copy.integrity())


def where(centre, page_id):
    with centre.centre.unit_of_work() as unit:
        return unit.records.page(page_id).document_id


def event_after(centre, document_id, **said):
    now = seen(centre, document_id)
    said = {"base": now.entry, "title": now.title, "page_ids": now.page_ids, "department": now.department} | said
    return DocumentRevised(document_id=document_id, version=now.version + 1, record_class=now.record_class, **said)


# --- a page that moved on


def test_a_version_is_received_that_had_the_page_yet(centre, every, limited, mine):
    revise_document(every, mine, title="better title")
    other = move_page(every, mine)
    limited.sync()
    limited.add_document("z", 2)
    prove(centre, every, limited)
    assert (seen(centre, mine).title, seen(centre, mine).page_ids) == ("better title", PAGES[:1])
    assert where(centre, "x-p1") == other


def test_changes_that_were_made_without_the_line_are_merged_and_take_nothing(centre, every, limited, mine):
    other = move_page(every, mine)
    revise_document(limited, mine, title="my title")
    revise_document(limited, mine, date="2026-01-02")
    prove(centre, every, limited)
    now = seen(centre, mine)
    assert (now.title, now.date, now.page_ids) == ("my title", "2026-01-02", PAGES[:1])
    assert where(centre, "x-p1") == other


def test_nor_where_the_document_that_lost_the_page_was_not_revised(centre, every, limited, mine):
    other = made_elsewhere(every, "y")
    revise_document(every, other, page_ids=("y-p0", "x-p1"))
    every.sync()
    revise_document(limited, mine, title="my title")
    prove(centre, every, limited)
    assert seen(centre, mine).title == "my title"
    assert where(centre, "x-p1") == other


def test_nor_where_it_was_destroyed_meanwhile(centre, every, limited, mine):
    move_page(every, mine)
    write_destroyed(centre.centre, mine)
    revise_document(limited, mine, title="my title")
    limited.sync()
    limited.add_document("z", 2)
    limited.sync()
    prove_arrived(centre, limited)


@pytest.mark.parametrize("pages", [("x-p1",), ("x-p1", "x-p0"), (*PAGES, "y-p0")], ids=["some", "order", "more"])
def test_another_list_of_pages_takes_none_of_them(centre, every, limited, mine, pages):
    """Where it would come to stand: the document did not change."""
    other = made_elsewhere(every, "y")
    revise_document(every, other, page_ids=("y-p0", "x-p1"))
    every.sync()
    revise_document(limited, mine, page_ids=pages)
    with pytest.raises(NotAllowed, match="invite --department"):
        limited.sync()
    assert where(centre, "x-p1") == other


def received(centre, document_id, entry, *page_ids, base):
    now = seen(centre, document_id)
    return VersionReceived(
        document_id=document_id, version=9, entry=entry, changed_at="2026-01-01T00:00:00.000000+00:00", changed_by="x",
        record_class=now.record_class, department=now.department, title="t", page_ids=page_ids, base=base,
    )  # fmt: skip


def test_who_lies_about_the_version_that_it_rests_on_takes_nothing(centre, every, limited, mine):
    """Told with the page first, of what does not stand, and then without it, of what does."""
    first = seen(centre, mine).entry
    other = move_page(every, mine)
    record(limited.store, received(centre, mine, "mine", *PAGES, base=first))
    limited.sync()
    now, before = seen(centre, mine).entry, limited.entries()[-1].sequence
    record(limited.store, received(centre, mine, "mine", "x-p0", base=now))
    record(limited.store, event_after(centre, mine, base="mine", page_ids=PAGES))
    with pytest.raises(NotAllowed, match=f"entry {before + 2}\\)"):
        limited.sync()
    assert where(centre, "x-p1") == other


def test_a_document_that_is_not_here_takes_its_first_pages_from_nowhere(centre, every, limited, mine):
    """What was received of it changed nothing, so it is no version that something could rest on."""
    record(limited.store, replace(received(centre, mine, "told", *PAGES, base="none"), document_id="new-d"))
    limited.sync()
    other = move_page(every, mine)
    record(limited.store, replace(event_after(centre, mine, base="told", page_ids=PAGES), document_id="new-d"))
    with pytest.raises(NotAllowed):
        limited.sync()
    assert where(centre, "x-p1") == other


def sample(*page_ids):
    return SampleDrawn(sample_id="s", clerk="c", percent=9, seed="s", first="a", last="b", page_ids=page_ids)


def test_what_is_done_to_its_own_page_is_taken(centre, every, limited, mine):
    other = move_page(every, mine)
    text = limited.store.vault.put(b"what was read")
    record(
        limited.store,
        PageRead(page_id="x-p1", reading=text, engine="e", confidence=0.9),
        reviewed("x-p1", text),
        PageRotated(page_id="x-p1", rotation=90),
        PageStateChanged(page_id="x-p1", state="kept"),
        FieldDecided(document_id=mine, field="area", proposed=None, decided="x", page_id="x-p1"),
        sample("x-p1"),
    )  # fmt: skip
    prove(centre, every, limited)
    assert where(centre, "x-p1") == other
    with centre.centre.unit_of_work() as unit:
        assert (unit.records.page("x-p1").rotation, unit.records.page("x-p1").read) == (90, True)


def reviewed(page_id, reading):
    box = Box(x=0, y=0, width=1, height=1)
    return WordReviewed(page_id=page_id, reading=reading, line=0, word=0, box=box, read="a", decided="b")


@pytest.mark.parametrize(
    "reach", [PageRotated(page_id="y-p0", rotation=90), sample("x-p1", "y-p0")], ids=["one", "list"]
)
def test_what_is_done_to_the_page_of_others_beside_it_is_not(centre, every, limited, mine, reach):
    move_page(every, mine)
    record(limited.store, reach)
    with pytest.raises(NotAllowed):
        limited.sync()


def test_its_clerk_needs_no_right_where_the_page_is_now(centre, every, limited, mine):
    begin_organisation(centre.centre.place, read_units())
    with centre.centre.unit_of_work() as unit:
        for name in ("clerk-L1", "clerk-A1"):
            unit.record(PersonAdmitted(person_id=name, name=name, role=Role.NONE.value))
        unit.commit()
    give_place(centre.centre.place, "clerk-L1", NewPlace(role="clerk", unit_id="building_licences"))
    give_place(centre.centre.place, "clerk-A1", NewPlace(role="clerk", unit_id=""))
    move_page(every, mine)
    record(limited.store, PageRotated(page_id="x-p1", rotation=90))
    prove(centre, every, limited)


# --- a station that works for other departments now


def test_what_was_not_sent_yet_goes(centre, every, limited, mine):
    revise_document(limited, mine, title="my title")
    limited.add_document("z", 2)
    limited.enrol(centre, ("personnel",))
    prove_enrolled_again(centre, every, limited)
    assert seen(centre, mine).title == "my title"


def prove_enrolled_again(centre, every, limited):
    """Its copy is begun anew, as `enrol_archive` does."""
    with limited.copy.unit_of_work() as unit:
        unit.begin_anew()
        unit.commit()
    prove(centre, every, limited)


def test_what_is_done_later_with_what_it_still_has_goes(centre, every, limited, mine):
    """To look at it is enough to write an entry."""
    limited.enrol(centre, ("personnel",))
    record(
        limited.store,
        DocumentSeen(document_id=mine, number="L1-2026-000001"),
        PageRotated(page_id="x-p0", rotation=90),
        FieldDecided(document_id=mine, field="area", proposed=None, decided="x"),
    )
    prove_enrolled_again(centre, every, limited)


def test_records_of_departments_that_it_never_had_are_refused_with_what_to_do(centre, every, limited):
    limited.enrol(centre, ("plans",))
    made_elsewhere_by(limited)
    with pytest.raises(NotAllowed, match=r"never enrolled \(entry 4\).* again with a code .*invite --department"):
        limited.sync()
    limited.enrol(centre, ("plans", "personnel"))
    limited.sync()
    limited.enrol(centre, ("plans",))
    prove_enrolled_again(centre, every, limited)


def made_elsewhere_by(limited):
    blob = limited.store.vault.put(b"a page")
    created = replace(document("p-d", 9, "p-p0"), department="personnel", number="L1-2026-000009")
    record(limited.store, batch("p-b"), page("p-p0", "p-b", blob), created)


def test_a_new_centre_takes_the_whole_journal_of_a_station_whose_departments_changed(tmp_path, centre, limited):
    limited.add_document("x")
    limited.sync()
    limited.enrol(centre, ("personnel",))
    made_elsewhere_by(limited)
    limited.sync()
    with open_centre(tmp_path / "new") as another:
        limited.line = DirectLine(lambda: another, limited.id)
        limited.enrol(another, ("personnel",))
        with pytest.raises(NotAllowed, match="records of licences"):
            send(limited)
        limited.enrol(another, ("licences",))
        limited.enrol(another, ("personnel",))
        send(limited)
        prove_arrived(another, limited)
        prove_clean(another.centre.place.integrity())


def send(station):
    outbox = Outbox(unit_of_work=station.store.unit_of_work, vault=station.store.vault, line=station.line)
    send_all(outbox, cancel=CancelToken(), told=lambda _sent: None)


def test_nothing_comes_into_its_departments_by_what_it_had(centre, every, limited, mine):
    """A document, or a page of one, of others in the department that it had."""
    theirs = every.add_document("a", 3)
    rest(every, limited)
    limited.enrol(centre, ("personnel",))
    as_known = limited.entries()[-1].sequence
    for drawn in (
        [event_after(centre, theirs, department="personnel")],
        [event_after(centre, mine, department="personnel")],
        [event_after(centre, mine, page_ids=(*PAGES, "a-p0"))],
        [event_after(centre, mine, base="")],
        [replace(document("own-d", 5, "a-p0"), department="personnel", number="L1-2026-000005")],
        [replace(document("own-d", 5, "a-p0"), department="licences", number="L1-2026-000005")],
    ):
        fresh = [entry_after(limited, event) for event in drawn]
        with pytest.raises(NotAllowed):
            limited.line.send_entries(fresh)
    assert limited.entries()[-1].sequence == as_known
    assert (where(centre, "a-p0"), seen(centre, theirs).department) == (theirs, "licences")


def test_nor_a_document_that_it_sent_there_and_others_went_on_with(centre, every, limited):
    limited.enrol(centre, ("licences", "personnel"))
    made_elsewhere_by(limited)
    revise_document(limited, "p-d", department="licences")
    rest(limited, every)
    sent = limited.sees("p-d")
    revise_document(every, "p-d", title="more, of licences")
    every.sync()
    limited.enrol(centre, ("personnel",))
    revise_document(limited, "p-d", sent, department="personnel")
    with pytest.raises(NotAllowed, match="another department"):
        limited.sync()
    assert seen(centre, "p-d").department == "licences"


def test_what_others_moved_between_them_is_received(centre, every, limited):
    limited.enrol(centre, ("licences", "personnel"))
    document_id = limited.add_document("x")
    rest(limited, every)
    revise_document(every, document_id, department="personnel")
    rest(every)
    follow_once(limited.together, cancel=CancelToken())
    assert limited.take_over()
    limited.enrol(centre, ("personnel",))
    prove_enrolled_again(centre, every, limited)


def entry_after(station, event: DocumentCreated | DocumentRevised):
    """The entry that the station would write next."""
    with station.store.unit_of_work() as unit:
        return unit.record(event)  # not committed
