"""Files that are lost on the way, at the station or at the centre: everything else goes on, and they are asked for."""

import json
import shutil
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import BytesMissing
from muni_archive.domain.errors import BlobMissing, NotFound
from muni_archive.domain.events import DocumentRevised, PageRead, PageStateChanged, WordReviewed
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.geometry import Box
from muni_archive.services.centre.files import offer_files, read_file
from muni_archive.services.centre.missing import notice_missing, verify_centre, wanted_files
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.find_pages import find_pages
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.together.losing import lost_pages
from muni_archive.services.together.sending import send_all
from muni_archive.services.together.state import Whereabouts, whereabouts
from muni_archive.services.together.synchronising import _outbox
from muni_archive.services.unguarded import Unguarded
from muni_archive.services.verify_archive import verify_archive
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.linked import linked_directly
from tests.helpers.proofs import prove_arrived, prove_clean
from tests.helpers.stores import batch, page, problems, record, sha
from tests.helpers.workplaces import PlainPool


@pytest.fixture(params=["sqlite"])
def centre(tmp_path, request):
    database = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_centre(tmp_path / "centre", database=database) as opened:
        yield opened


@pytest.fixture
def station(tmp_path, centre):
    made = linked_directly(tmp_path, centre, "S1")
    yield made
    made.close()


def blobs(station):
    """Names of the pictures, by page."""
    with station.store.engine.connect() as connection:
        return dict(connection.exec_driver_sql("SELECT id, blob FROM pages").all())


def lose(place, name):
    path = place.vault.path(name)
    path.chmod(0o600)
    path.unlink()


def damage(place, name):
    path = place.vault.path(name)
    path.chmod(0o600)
    path.write_bytes(b"x" * path.stat().st_size)


def cut_short(place, name):
    path = place.vault.path(name)
    path.chmod(0o600)
    path.write_bytes(b"")


def send(station):
    """Returns what was told last."""
    told = []
    send_all(_outbox(station.together), cancel=CancelToken(), told=told.append)
    return told[-1]


def own(station):
    """As much of a workplace as is asked for here."""
    return SimpleNamespace(unit_of_work=station.store.unit_of_work, guard=Unguarded())


def to_scan(station, sent):
    return [(lost.page_id, lost.number, lost.page) for lost in lost_pages(own(station), sent.lost)]


@pytest.mark.parametrize("centre", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("harm", [lose, damage])
def test_a_file_that_is_lost_at_a_station_holds_nothing_up(centre, station, harm):
    station.add_document("x")
    station.add_document("y", 2)
    name = blobs(station)["x-p1"]
    harm(station.store, name)
    sent = send(station)
    assert (sent.left, sent.lost) == (0, (name,))
    prove_arrived(centre, station)
    assert to_scan(station, sent) == [("x-p1", "S1-2026-000001", 2)]
    incomplete = {lost.document_id for lost in lost_pages(own(station), sent.lost)}
    where = whereabouts(own(station), ["x-d", "y-d"], sent.acknowledged.sequence, incomplete)
    assert where == {"x-d": Whereabouts.UNDER_WAY, "y-d": Whereabouts.SAFE}
    for found in (centre_problems(centre), problems(station.store)):
        (problem,) = found
        assert problem.file == name
        assert "page 2 of S1-2026-000001" in problem.detail
    (problem,) = centre_problems(centre)
    assert problem.kind == "file-lost"
    assert "at station S1" in problem.detail


def test_it_is_told_again_until_the_page_was_scanned_again(centre, station):
    station.add_document("x")
    name = blobs(station)["x-p1"]
    lose(station.store, name)
    send(station)
    for _ in range(2):  # also by a program that was started anew and knows nothing
        assert to_scan(station, send(station)) == [("x-p1", "S1-2026-000001", 2)]
    new = station.store.vault.put(b"scanned again")
    with station.store.unit_of_work() as unit:
        seen = unit.records.document("x-d")
    record(
        station.store, page("x-p1b", "x-b", new, 2), PageStateChanged(page_id="x-p1", state="rejected"),
        DocumentRevised(
            document_id="x-d", version=2, base=seen.entry, record_class=seen.record_class, department=seen.department,
            title=seen.title, page_ids=("x-p0", "x-p1b"),
        ),
    )  # fmt: skip
    assert to_scan(station, send(station)) == []
    with centre.centre.unit_of_work() as unit:
        assert [page.blob for page in unit.records.pages_of_document("x-d")][1] == new


def test_a_file_that_comes_back_is_sent(centre, station):
    station.add_document("x")
    name = blobs(station)["x-p0"]
    data = station.store.vault.get(name)
    damage(station.store, name)
    send(station)
    station.store.vault.put(data)  # scanned again, with the very bytes
    assert send(station).lost == ()
    assert centre.centre.place.vault.get(name) == data
    assert centre_problems(centre) == []
    prove_clean(station.store.integrity())


def test_a_vault_that_is_away_is_not_lost(centre, station, tmp_path):
    station.add_document("x")
    (station.folder / "vault").rename(tmp_path / "elsewhere")
    with pytest.raises(BlobMissing):
        send(station)
    with centre.centre.unit_of_work() as unit:
        assert unit.own_entries(station.id, after=0, limit=10) == []
    (tmp_path / "elsewhere").rename(station.folder / "vault")
    assert send(station).lost == ()


def test_what_is_not_said_to_be_lost_is_still_asked_for(centre, station):
    station.add_document("x")
    names = blobs(station)
    with pytest.raises(BytesMissing) as missing:
        receive_entries(centre.centre, station.id, station.entries(), lost=[names["x-p0"], "ab" * 32])
    assert missing.value.params["names"] == (names["x-p1"],)
    assert wanted_files(centre.centre, whole(centre, station)) == []


def whole(centre, station):
    with centre.centre.unit_of_work() as unit:
        return unit.station(station.id)


def capture(station, key, name):
    record(station.store, batch(f"{key}-b"), page(f"{key}-p", f"{key}-b", name))


@pytest.mark.parametrize("there", [True, False])
def test_what_others_named_is_not_lost_by_a_station_of_some_departments(centre, station, tmp_path, there):
    """Else a station could put a file into a document of its own of which it knows no more than the name."""
    station.add_document("x")
    name = blobs(station)["x-p0"]
    if not there:
        lose(station.store, name)
    send(station)
    thief = PlainStation(tmp_path / "T9", "T9")
    thief.enrol(centre, ("personnel",))
    capture(thief, "t", name)
    with pytest.raises(BytesMissing):
        receive_entries(centre.centre, thief.id, thief.entries(), lost=[name])
    thief.close()


def test_a_station_of_some_departments_loses_its_own(centre, tmp_path):
    limited = linked_directly(tmp_path, centre, "L1", "licences")
    limited.add_document("x")
    capture(limited, "again", blobs(limited)["x-p0"])
    lose(limited.store, blobs(limited)["x-p0"])
    lost = send(limited).lost
    assert lost == (blobs(limited)["x-p0"],)
    record(limited.store, PageStateChanged(page_id="x-p0", state="kept"), page("new", "x-b", lost[0], 2))
    assert send(limited).left == 0
    assert wanted_files(centre.centre, whole(centre, limited)) == list(lost)
    limited.close()


# --- lost at the centre


def test_what_a_reader_finds_missing_is_asked_for_again(centre, station, tmp_path):
    station.add_document("x")
    send(station)
    name = blobs(station)["x-p0"]
    size = station.store.vault.size(name)
    lose(centre.centre.place, name)
    here = whole(centre, station)
    assert offer_files(centre.centre, here, [(name, size)])[0].stored
    with pytest.raises(BlobMissing):
        read_file(centre.centre, here.sight, name)
    assert not offer_files(centre.centre, here, [(name, size)])[0].stored
    with pytest.raises(NotFound):
        read_file(centre.centre, here.sight, name)
    other = linked_directly(tmp_path, centre, "S2")
    assert to_scan(other, send(other)) == []  # asked, too, and has neither the file nor the page
    other.close()
    assert send(station).lost == ()
    assert b"".join(read_file(centre.centre, here.sight, name)[1]) == station.store.vault.get(name)
    assert centre_problems(centre) == []
    assert wanted_files(centre.centre, here) == []


@pytest.mark.parametrize("harm", [lose, damage])
def test_what_a_proof_finds_is_asked_for_again(centre, station, harm):
    station.add_document("x")
    send(station)
    name = blobs(station)["x-p1"]
    harm(centre.centre.place, name)
    centre.centre.place.index.update((), cursor=1)
    found = verify(centre)
    assert [problem.file for problem in found if problem.file] == [name]
    assert [problem.kind for problem in verify(centre) if problem.file] == ["vault-missing"]
    assert send(station).left == 0
    assert centre.centre.place.vault.get(name) == station.store.vault.get(name)
    assert [problem for problem in verify(centre) if problem.file] == []


@pytest.mark.parametrize("harm", [lose, damage])
def test_what_came_again_while_a_proof_was_made_counts(centre, station, harm, monkeypatch):
    """A proof may take days; what it found is looked at again before anything is done about it."""
    station.add_document("x")
    send(station)
    name, vault = blobs(station)["x-p0"], centre.centre.place.vault
    harm(centre.centre.place, name)

    def slowly(*given, **named):
        report = verify_archive(*given, **named)
        assert [problem.file for problem in report.problems if problem.file] == [name]
        vault.put(station.store.vault.get(name))
        return report

    monkeypatch.setattr("muni_archive.services.centre.missing.verify_archive", slowly)
    assert verify(centre)
    assert wanted_files(centre.centre, whole(centre, station)) == []
    vault.check(name)


@pytest.mark.parametrize("looks", ["proof", "reader"])
def test_a_vault_of_the_centre_that_is_away_is_not_lost(centre, station, looks, tmp_path):
    """A disk that is not mounted, in front of an empty folder."""
    station.add_document("x")
    send(station)
    names, here = sorted(blobs(station).values()), whole(centre, station)
    with away(centre, tmp_path):
        if looks == "proof":
            assert [problem.file for problem in verify(centre) if problem.file] == names
        for name in names:
            with pytest.raises(BlobMissing):
                read_file(centre.centre, here.sight, name)
    assert wanted_files(centre.centre, here) == []
    for name in names:
        assert b"".join(read_file(centre.centre, here.sight, name)[1]) == station.store.vault.get(name)
    assert [problem for problem in verify(centre) if problem.file] == []


def test_what_was_missed_and_is_there_after_all_counts_again(centre, station, tmp_path):
    """A file came while the disk was away, so that all others were taken to be lost."""
    station.add_document("x")
    send(station)
    names, here = sorted(blobs(station).values()), whole(centre, station)
    with away(centre, tmp_path):
        centre.centre.place.vault.put(b"came meanwhile")
        verify(centre)
    assert sorted(wanted_files(centre.centre, here)) == names
    damage(centre.centre.place, names[0])
    assert [problem.file for problem in verify(centre) if problem.file] == [names[0]]
    assert wanted_files(centre.centre, here) == [names[0]]
    assert b"".join(read_file(centre.centre, here.sight, names[1])[1]) == station.store.vault.get(names[1])
    send(station)
    assert [problem for problem in verify(centre) if problem.file] == []


@pytest.mark.parametrize("there", ["empty", "nothing"])
@pytest.mark.parametrize("what", ["picture", "reading"])
def test_a_vault_that_is_away_is_not_lost_when_the_centre_wants_a_file(centre, station, tmp_path, what, there):
    """Its pages were to be scanned again, and the next centre that was put back would have heard of a loss."""
    station.add_document("x")
    name = blobs(station)["x-p0"]
    if what == "reading":
        name = station.store.vault.put(PlainPool("رخصة").reading().to_json())
        record(station.store, PageRead(page_id="x-p0", reading=name, engine="plain", confidence=0.9))
    send(station)
    lose(centre.centre.place, name)
    notice_missing(centre.centre, name)
    told = []
    (station.folder / "vault").rename(tmp_path / "unmounted")
    if there == "empty":
        (station.folder / "vault").mkdir()
    with pytest.raises(BlobMissing):
        send_all(_outbox(station.together), cancel=CancelToken(), told=told.append)
    assert [sent.lost for sent in told if sent.lost] == []
    if there == "empty":
        (station.folder / "vault").rmdir()
    (tmp_path / "unmounted").rename(station.folder / "vault")
    assert send(station).lost == ()
    assert wanted_files(centre.centre, whole(centre, station)) == []


def test_a_station_without_any_file_is_asked_for_those_of_others(centre, station, tmp_path):
    station.add_document("x")
    send(station)
    name = blobs(station)["x-p0"]
    lose(centre.centre.place, name)
    notice_missing(centre.centre, name)
    other = linked_directly(tmp_path, centre, "S2")
    record(other.store, batch("b"))
    sent = send(other)
    assert (sent.left, sent.lost, to_scan(other, sent)) == (0, (name,), [])
    other.close()


@contextmanager
def away(centre, tmp_path):
    vault = tmp_path / "centre" / "vault"
    vault.rename(tmp_path / "unmounted")
    vault.mkdir()
    yield
    shutil.rmtree(vault)
    (tmp_path / "unmounted").rename(vault)


def verify(centre):
    return verify_centre(centre.centre, cancel=CancelToken(), progress=lambda *_: None).problems


def test_a_station_of_some_departments_is_asked_for_what_it_sent(centre, station, tmp_path):
    limited = linked_directly(tmp_path, centre, "L1", "licences")
    limited.add_document("own")
    send(limited)
    station.add_document("x", 2)
    send(station)
    own, other = blobs(limited)["own-p0"], blobs(station)["x-p0"]
    for name in (own, other):
        lose(centre.centre.place, name)
        with pytest.raises(BlobMissing):
            read_file(centre.centre, whole(centre, station).sight, name)
    assert wanted_files(centre.centre, whole(centre, limited)) == [own]
    assert sorted(wanted_files(centre.centre, whole(centre, station))) == sorted([own, other])
    assert send(limited).lost == ()
    assert wanted_files(centre.centre, whole(centre, station)) == [other]
    limited.close()


def test_more_than_one_answer_holds_come_in_turn(centre, station, monkeypatch):
    monkeypatch.setattr("muni_archive.services.centre.missing.MOST_WANTED", 2)
    names = [sha(str(at).encode()) for at in range(9)]
    with centre.centre.unit_of_work() as unit:
        for name in names:
            unit.want(name, "")
        unit.want(names[4], station.id)
        unit.commit()
    seen = set()
    for _ in range(400):
        told = wanted_files(centre.centre, whole(centre, station))
        assert (len(told), told[0]) == (2, names[4])
        seen.update(told)
    assert seen == set(names)


# --- what was read comes back: it is found again


@pytest.fixture
def read(station):
    """Two pages that were read; a word of the first was corrected. Returns the names of the readings."""
    station.add_document("x")
    names = []
    for at, text in enumerate(("رخصة بناء للقسيمة ١٢٣", "محضر استلام")):
        names.append(station.store.vault.put(PlainPool(text).reading().to_json()))
        record(station.store, PageRead(page_id=f"x-p{at}", reading=names[-1], engine="plain", confidence=0.9))
    box = Box(0, 5, 9, 9)
    said = {"page_id": "x-p0", "line": 0, "word": 0, "box": box, "read": "رخصة", "decided": "ترخيص"}
    record(station.store, WordReviewed(reading=names[0], **said))
    return names


def found(place, query):
    follow_journal(place)
    return [hit.page_id for hit in place.index.search(SearchRequest(query=query)).hits]


@pytest.mark.parametrize("centre", ["sqlite", "postgres"], indirect=True)
def test_a_reading_that_was_lost_and_comes_again_is_found_without_building_the_index_anew(centre, station, read):
    place = centre.centre.place
    send(station)
    for name in read:
        lose(place, name)
        notice_missing(centre.centre, name)
    assert (found(place, "استلام"), found(place, "ترخيص")) == ([], [])
    assert send(station).left == 0
    assert (found(place, "استلام"), found(place, "ترخيص")) == (["x-p1"], ["x-p0"])
    for question in ("parcel:123", "قسيمة:123"):
        assert sorted(found(place, question)) == ["x-p0", "x-p1"]  # both are as good as the other
    assert verify(centre) == ()


@pytest.mark.parametrize("centre", ["sqlite", "postgres"], indirect=True)
def test_a_reading_that_a_station_had_lost_is_found_once_it_is_there(centre, station, read):
    place, data = centre.centre.place, station.store.vault.get(read[1])
    lose(station.store, read[1])
    send(station)
    assert (found(place, "استلام"), found(place, "ترخيص")) == ([], ["x-p0"])
    station.store.vault.put(data)
    send(station)
    assert found(place, "استلام") == ["x-p1"]


def readings_of_others():
    """What is none, what holds no text, and what no database takes."""
    whole = json.loads(PlainPool("رخصة").reading().to_json())
    yield from (b"\xff", b"{}", b"[[]]", b"[" * 100_000)
    for words in ([["a", 1, 2]], [[7, 1, 2, 3, 4, 0.9]], [["a", 1, 2, 3, "4", 0.9]], [["a\x00", 1, 2, 3, 4, 0.9]]):
        yield json.dumps(whole | {"lines": [words]}).encode()
    yield json.dumps(whole | {"proposals": [["parcel", ["1"], "1", 1, 2, 3, 4, 0.9, None]]}).encode()


@pytest.mark.parametrize("centre", ["sqlite", "postgres"], indirect=True)
def test_what_is_no_reading_keeps_no_other_page_from_being_found(centre, station, read):
    """Whatever a station sends as one: its hash is right."""
    place = centre.centre.place
    for said in readings_of_others():
        name = station.store.vault.put(said)
        record(station.store, PageRead(page_id="x-p0", reading=name, engine="plain", confidence=0.9))
        send(station)
        assert found(place, "استلام") == ["x-p1"]
        follow_journal(place)
        hits = find_pages(place, SearchRequest(query="ملف")).hits
        assert {hit.page_id for hit in hits} == {"x-p0", "x-p1"}


@pytest.mark.parametrize("harm", [lose, cut_short])
def test_a_copy_finds_it_too(centre, station, read, tmp_path, harm):
    send(station)
    for name in read:
        harm(centre.centre.place, name)
    other = linked_directly(tmp_path, centre, "S2")
    other.sync()
    assert [page.text for page in other.index.pages.values()] == ["", ""]
    send(station)
    other.sync()
    assert sorted(page.text for page in other.index.pages.values()) != ["", ""]
    assert "استلام" in other.index.pages["x-p1"].text
    other.close()
