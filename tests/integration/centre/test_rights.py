"""A station of some departments cannot reach into another's by naming things: documents, pages, hashes."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import BytesMissing, BytesWrong, NotAllowed
from muni_archive.domain.errors import BlobMissing, NotFound
from muni_archive.domain.events import (
    ConflictResolved,
    DocumentCreated,
    DocumentRevised,
    FieldDecided,
    PageRead,
    PageStateChanged,
)
from muni_archive.domain.journal import JournalEntry, entry_hash
from muni_archive.domain.uploading import Arrived
from muni_archive.services.centre.enrolling import enrol_station, invite_station
from muni_archive.services.centre.files import finish_files, offer_files, read_file, take_part
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.together.sending import send_all
from muni_archive.services.together.synchronising import _outbox
from muni_archive.store.codec import encode
from tests.helpers.centres import PlainStation, centre_problems, seen
from tests.helpers.linked import DirectLine, LinkedStation
from tests.helpers.stores import batch, page, record

SECRET = b"A1 x 0"
"""The first page of the document that is not for everybody."""
SHA = hashlib.sha256(SECRET).hexdigest()


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def document(centre, tmp_path):
    """Of licences, sent by a station that may see all."""
    station = PlainStation(tmp_path / "A1", "A1")
    station.enrol(centre)
    document_id = station.add_document("x")
    station.send(centre)
    station.close()
    return seen(centre, document_id)


@pytest.fixture
def limited(centre, document, tmp_path):
    station = PlainStation(tmp_path / "C3", "C3")
    station.enrol(centre, departments=("personnel",))
    yield station
    station.close()


def known(centre, station):
    with centre.centre.unit_of_work() as unit:
        return unit.station(station.id)


class Desk:
    """Says of everything that it is whole and so large, as an object store would of what is there."""

    def __init__(self, size):
        self.size = size

    def finish(self, _sha, _upload_id, _parts):
        return Arrived(size=self.size)


def capture(station, blob):
    record(station.store, batch("mine-b"), page("mine-p", "mine-b", blob, 0))


def test_a_hash_opens_no_file(centre, limited):
    """Who knows the hash, but never had the file, may not make a page of it and then read it."""
    capture(limited, SHA)
    with pytest.raises(BytesMissing) as told:
        receive_entries(centre.centre, limited.id, limited.entries())
    assert told.value.params["names"] == (SHA,)
    (offer,) = offer_files(centre.centre, known(centre, limited), [(SHA, len(SECRET))])
    assert not offer.stored
    with pytest.raises(NotFound):
        read_file(centre.centre, known(centre, limited).sight, SHA)


def test_asking_to_finish_what_is_here_shows_nothing(centre, limited):
    with_desk = dataclasses.replace(centre.centre, desk=Desk(len(SECRET)))
    told = finish_files(with_desk, known(centre, limited), [(SHA, len(SECRET), None, ())])
    assert isinstance(told[SHA], BlobMissing)
    capture(limited, SHA)
    with pytest.raises(BytesMissing):
        receive_entries(centre.centre, limited.id, limited.entries())


def test_the_size_of_a_file_is_what_the_store_says(centre, limited):
    """A station that tells another one would make the file unreadable for all."""
    data = b"written straight into the store"
    sha = centre.centre.place.vault.put(data)
    with_desk = dataclasses.replace(centre.centre, desk=Desk(len(data)))
    told = finish_files(with_desk, known(centre, limited), [(sha, len(data) + 1, None, ())])
    assert isinstance(told[sha], BytesWrong)
    finish_files(with_desk, known(centre, limited), [(sha, len(data), None, ())])
    with centre.centre.unit_of_work() as unit:
        assert unit.blob_size(sha) == len(data)


def test_who_has_the_same_file_sends_it_and_goes_on(centre, limited):
    station = known(centre, limited)
    capture(limited, SHA)
    done = take_part(centre.centre, station, sha=SHA, size=len(SECRET), offset=0, data=SECRET)
    assert done == (len(SECRET), True)
    receive_entries(centre.centre, limited.id, limited.entries())
    assert offer_files(centre.centre, station, [(SHA, len(SECRET))])[0].stored
    assert centre_problems(centre) == []


def test_what_a_station_brought_it_may_have_back_and_nobody_else(centre, limited):
    """A page that is in no document: a station that was put back from a backup fetches it, or never comes back."""
    mine = b"a blank page of C3"
    sha = hashlib.sha256(mine).hexdigest()
    station = known(centre, limited)
    capture(limited, sha)
    take_part(centre.centre, station, sha=sha, size=len(mine), offset=0, data=mine)
    receive_entries(centre.centre, limited.id, limited.entries())
    assert b"".join(read_file(centre.centre, station.sight, sha, bringer=station.id)[1]) == mine
    for bringer in ("", "another"):
        with pytest.raises(NotFound):
            read_file(centre.centre, station.sight, sha, bringer=bringer)
    with pytest.raises(NotFound):
        read_file(centre.centre, station.sight, SHA, bringer=station.id)


def test_that_holds_for_what_it_sent_while_it_had_all_departments(centre, document, tmp_path):
    mine = b"a blank page of A1"
    sha = hashlib.sha256(mine).hexdigest()
    station = PlainStation(tmp_path / "A1", "A1")
    take_part(centre.centre, known(centre, station), sha=sha, size=len(mine), offset=0, data=mine)
    code = invite_station(centre.centre, ("personnel",))
    enrol_station(centre.centre, code=code, station_id=station.id, name="A1", public_key="00" * 32, holds_key=True)
    now = known(centre, station)
    assert now.departments == ("personnel",)
    assert b"".join(read_file(centre.centre, now.sight, sha, bringer=now.id)[1]) == mine
    with pytest.raises(NotFound):
        read_file(centre.centre, now.sight, SHA, bringer=now.id)
    station.close()


# --- pages that are in no document yet


@pytest.fixture
def scanned(centre, document, tmp_path):
    """Scanned at the station that sees all, read, and not registered yet."""
    station = PlainStation(tmp_path / "A1", "A1")
    picture, text = (station.store.vault.put(data) for data in (SCANNED, b"what was read of it"))
    before = station.entries()[-1].sequence
    read = PageRead(page_id="loose-p", reading=text, engine="e", confidence=0.9)
    record(station.store, batch("loose-b"), page("loose-p", "loose-b", picture), read)
    station.send(centre, after=before)
    yield station
    station.close()


SCANNED = b"scanned this morning, registered tomorrow"
PICTURE = hashlib.sha256(SCANNED).hexdigest()


def placing(*page_ids, kind=DocumentCreated, **said):
    described = {"record_class": "employee-file", "department": "personnel", "title": "x", "page_ids": page_ids}
    if kind is DocumentCreated:
        said = {"number": "C3-2026-000001", "year": 2026, "serial": 1} | said
    return kind(document_id="mine-d", **described, **said)


def test_a_page_of_others_that_is_in_no_document_is_not_taken(centre, limited, scanned):
    """The feed tells its id and its hash to every station."""
    receive_entries(centre.centre, limited.id, limited.entries())
    with pytest.raises(BytesMissing) as told:
        receive_entries(centre.centre, limited.id, [entry_after(limited, placing("loose-p"))])
    assert told.value.params["names"] == (PICTURE,)
    made = entry_after(limited, placing())
    receive_entries(centre.centre, limited.id, [made])
    for kind, said in (
        (DocumentRevised, {"version": 2, "base": made.id}), (DocumentRevised, {"version": 2}),
        (ConflictResolved, {"version": 2, "base": made.id, "conflict_id": "c"}),
    ):  # fmt: skip
        with pytest.raises(BytesMissing):
            receive_entries(
                centre.centre, limited.id, [entry_after(limited, placing("loose-p", kind=kind, **said), made)]
            )
    station = known(centre, limited)
    with pytest.raises(NotFound):
        read_file(centre.centre, station.sight, PICTURE, bringer=station.id)


def test_who_has_its_picture_shows_it_and_goes_on(centre, limited, scanned):
    receive_entries(centre.centre, limited.id, limited.entries())
    take_part(centre.centre, known(centre, limited), sha=PICTURE, size=len(SCANNED), offset=0, data=SCANNED)
    receive_entries(centre.centre, limited.id, [entry_after(limited, placing("loose-p"))])
    assert seen(centre, "mine-d").page_ids == ("loose-p",)


def test_a_station_that_was_narrowed_shows_what_another_had_sent_first(centre, scanned, tmp_path):
    """The same sheet was scanned there too; the centre had it already, so nobody asked for it then."""
    station = LinkedStation(tmp_path / "N1", "N1")
    station.enrol(centre)
    station.line = DirectLine(lambda: centre, station.id)
    record(station.store, batch("n-b"), page("n-p", "n-b", station.store.vault.put(SCANNED)))
    send(station)
    station.enrol(centre, ("personnel",))
    record(station.store, placing("n-p", number="N1-2026-000001"))
    assert send(station).left == 0
    assert seen(centre, "mine-d").page_ids == ("n-p",)
    station.close()


def test_a_centre_that_names_a_path_is_sent_nothing(centre, tmp_path):
    secret = tmp_path / "a file of this account"
    secret.write_bytes(b"not the archive's")
    station = LinkedStation(tmp_path / "N1", "N1")
    station.enrol(centre)
    station.line = DirectLine(lambda: centre, station.id)
    station.line.wanted = lambda: [str(secret), "../../../a file of this account"]
    assert send(station).files == 0
    station.close()


def send(station):
    told = []
    send_all(_outbox(station.together), cancel=CancelToken(), told=told.append)
    return told[-1]


def test_a_page_that_somebody_else_has_taken_out_meanwhile_holds_nobody_up(centre, limited, scanned):
    """A document of its own department, with a page from elsewhere: a clerk edits the title, without the line."""
    record(limited.store, placing())
    receive_entries(centre.centre, limited.id, limited.entries())
    made = limited.entries()[-1]
    put_in = entry_after(scanned, placing("loose-p", kind=DocumentRevised, version=2, base=made.id))
    taken_out = entry_after(scanned, placing(kind=DocumentRevised, version=3, base=put_in.id), put_in)
    receive_entries(centre.centre, scanned.id, [put_in, taken_out])
    with centre.centre.unit_of_work() as unit:
        assert unit.records.page("loose-p").document_id is None
    edited = placing("loose-p", kind=DocumentRevised, version=3, base=put_in.id)
    receive_entries(centre.centre, limited.id, [entry_after(limited, edited)])


def test_pages_of_a_document_that_has_left_are_not_taken(centre, limited, scanned):
    """They may have come when it had left the station's sight."""
    made = entry_after(scanned, placing(number="A1-2026-000007", serial=7))
    left = entry_after(scanned, moved(made, "licences"), made)
    grown = entry_after(scanned, moved(left, "licences", "loose-p"), left)
    receive_entries(centre.centre, scanned.id, [made, left, grown])
    receive_entries(centre.centre, limited.id, limited.entries())
    own = dataclasses.replace(placing("loose-p"), document_id="own-d", number="C3-2026-000002", serial=2)
    with pytest.raises(NotAllowed):
        receive_entries(centre.centre, limited.id, [entry_after(limited, own)])
    empty = entry_after(limited, dataclasses.replace(own, page_ids=()))
    receive_entries(centre.centre, limited.id, [empty])
    revised = dataclasses.replace(
        placing("loose-p", kind=DocumentRevised, version=2, base=empty.id), document_id="own-d"
    )
    with pytest.raises(NotAllowed):
        receive_entries(centre.centre, limited.id, [entry_after(limited, revised, empty)])
    assert seen(centre, "mine-d").page_ids == ("loose-p",)


def moved(base, department, *page_ids):
    said = placing(*page_ids, kind=DocumentRevised, version=2, base=base.id)
    return dataclasses.replace(said, department=department)


# --- documents


@pytest.mark.parametrize(
    "reach",
    [
        lambda there: FieldDecided(document_id=there.id, field="parcel", proposed=None, decided="9"),
        lambda there: PageStateChanged(page_id=there.page_ids[0], state="rejected"),
        lambda there: DocumentCreated(
            document_id="mine-d", number="C3-2026-000001", year=2026, serial=1, record_class="employee-file",
            department="personnel", title="x", page_ids=there.page_ids,
        ),
    ],
    ids=["field", "page", "pages-of-another"],
)  # fmt: skip
def test_another_departments_document_is_not_written(centre, limited, document, reach):
    receive_entries(centre.centre, limited.id, limited.entries())
    with pytest.raises(NotAllowed):
        receive_entries(centre.centre, limited.id, [entry_after(limited, reach(document))])


def test_a_document_is_not_taken_over_by_saying_that_it_is_ones_own(centre, limited, document):
    receive_entries(centre.centre, limited.id, limited.entries())
    said = DocumentRevised(
        document_id=document.id, version=2, base=document.entry, record_class=document.record_class,
        department="personnel", title="mine", page_ids=document.page_ids,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        receive_entries(centre.centre, limited.id, [entry_after(limited, said)])
    assert seen(centre, document.id).department == "licences"


def test_a_document_that_was_moved_away_meanwhile_is_still_taken(centre, limited, tmp_path):
    """What was done before the station knew of the move is no trespass, and must not hold up all that follows."""
    head = PlainStation(tmp_path / "H1", "H1")
    head.enrol(centre)
    mine = entry_after(
        limited,
        DocumentCreated(
            document_id="mine-d", number="C3-2026-000001", year=2026, serial=1, record_class="employee-file",
            department="personnel", title="x", page_ids=(),
        ),
    )  # fmt: skip
    receive_entries(centre.centre, limited.id, [*limited.entries(), mine])
    there = seen(centre, "mine-d")
    moved = DocumentRevised(
        document_id=there.id, version=2, base=there.entry, record_class=there.record_class, department="licences",
        title="x", page_ids=(),
    )  # fmt: skip
    receive_entries(centre.centre, head.id, [*head.entries(), entry_after(head, moved)])
    head.close()
    revised = DocumentRevised(
        document_id=there.id, version=2, base=there.entry, record_class=there.record_class, department="personnel",
        title="y", page_ids=(),
    )  # fmt: skip
    unbased = entry_after(limited, dataclasses.replace(revised, base=""), mine)
    with pytest.raises(NotAllowed):  # what rests on no version would stand, and bring the document back
        receive_entries(centre.centre, limited.id, [unbased])
    receive_entries(centre.centre, limited.id, [entry_after(limited, revised, mine)])
    now = seen(centre, "mine-d")
    assert (now.department, now.title) == ("licences", "y")
    assert centre_problems(centre) == []


def entry_after(station, event, last=None):
    """An entry that only a changed program would write: a station's own store would refuse it."""
    last = last or station.entries()[-1]
    values = {
        "sequence": last.sequence + 1, "id": f"made-up-{last.sequence}-{station.name}", "at": last.at, "actor": "x",
        "station": station.name, "kind": event.kind, "payload": encode(event), "previous": last.hash,
    }  # fmt: skip
    return JournalEntry(hash=entry_hash(**values), **values)
