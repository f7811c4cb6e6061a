"""Files that stations write straight into the object store: a hash alone opens none, and what counts stays."""

from __future__ import annotations

import shutil

import httpx
import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.uploading import SentPart
from muni_archive.services.centre.files import finish_files, offer_files, read_file, take_part
from muni_archive.services.centre.missing import wanted_files
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.store import direct_uploads, s3_vault
from tests.helpers.centres import PlainStation
from tests.helpers.destroying import write_destroyed
from tests.helpers.stores import sha

SECRET = b"A1 secret 0"
"""The page of the document of others."""
NAME = sha(SECRET)


class Office:
    """A centre with an object store, a station that sees all, and one of some departments."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        self.a, self.b = PlainStation(folder / "A1", "A1"), PlainStation(folder / "B2", "B2")
        self.open()
        self.a.enrol(self.opened)
        self.b.enrol(self.opened, ("plans",))

    def open(self):
        self.entered = open_centre(self.folder / "centre", objects=self.url)
        self.opened = self.entered.__enter__()
        self.centre = self.opened.centre

    def close_centre(self):
        self.entered.__exit__(None, None, None)

    def put_back(self, backup):
        """The database; the object store went on."""
        self.close_centre()
        shutil.rmtree(self.folder / "centre")
        shutil.copytree(backup, self.folder / "centre")
        self.open()

    def copy(self):
        self.close_centre()
        shutil.copytree(self.folder / "centre", self.folder / "backup")
        self.open()
        return self.folder / "backup"

    def known(self, plain):
        with self.centre.unit_of_work() as unit:
            return unit.station(plain.id)

    def write(self, plain, data):
        """Offered and put, not finished; what `finish` needs."""
        (offer,) = offer_files(self.centre, self.known(plain), [(sha(data), len(data))])
        sent = []
        for part in offer.direct.parts if offer.direct else ():
            piece = data[part.start : part.start + part.length]
            answer = httpx.put(part.url, content=piece, headers=dict(part.headers), timeout=60)
            sent.append(SentPart(number=part.number, etag=answer.headers.get("etag", "")))
        upload = offer.direct.upload_id if offer.direct else None
        return (sha(data), len(data), upload, sent if upload else ())

    def finish(self, plain, *files):
        """The code of what is wrong, by name."""
        told = finish_files(self.centre, self.known(plain), files)
        return {name: error and error.code for name, error in told.items()}

    def bring(self, plain, data):
        return self.finish(plain, self.write(plain, data))[sha(data)]

    def reads(self, plain, name):
        station = self.known(plain)
        try:
            return b"".join(read_file(self.centre, station.sight, name, bringer=station.id)[1])
        except ArchiveError as error:
            return error.code

    def add_secret(self):
        document_id = self.a.add_document("secret", pages=1)
        assert self.bring(self.a, SECRET) is None
        receive_entries(self.centre, self.a.id, self.a.entries())
        return document_id

    def counted(self, name):
        with self.centre.unit_of_work() as unit:
            return unit.blob_size(name)


@pytest.fixture
def office(tmp_path, seaweed):
    made = Office(tmp_path, seaweed.url(tmp_path.name))
    yield made
    made.close_centre()
    for plain in (made.a, made.b):
        plain.close()


def test_what_a_station_of_some_departments_sends_straight_is_its_own(office, monkeypatch):
    monkeypatch.setattr(direct_uploads, "ONE_REQUEST", 100)
    for data in (b"a page of B2", b"a drawing of B2" * 20):
        assert office.bring(office.b, data) is None
        assert office.reads(office.b, sha(data)) == data


@pytest.mark.parametrize("one_request", [direct_uploads.ONE_REQUEST, 1], ids=["page", "drawing"])
def test_to_finish_a_file_of_others_opens_nothing(office, monkeypatch, one_request):
    """Between the moment when another has put it and the moment when that one finishes."""
    monkeypatch.setattr(direct_uploads, "ONE_REQUEST", one_request)
    offer_files(office.centre, office.known(office.b), [(NAME, len(SECRET))])
    theirs = office.write(office.a, SECRET)
    for upload in dict.fromkeys((theirs[2], None)):
        told = office.finish(office.b, (NAME, len(SECRET), upload, theirs[3] if upload else ()))
        assert told == {NAME: "blob-missing"}  # as of what is not there
        assert office.reads(office.b, NAME) == "not-found"
    assert office.finish(office.a, theirs) == {NAME: None}
    assert office.reads(office.b, NAME) == "not-found"
    assert office.reads(office.a, NAME) == SECRET


def test_nor_after_the_database_was_put_back(office):
    backup = office.copy()
    office.add_secret()
    assert office.finish(office.b, (NAME, len(SECRET), None, ())) == {NAME: "blob-missing"}
    office.put_back(backup)
    assert office.finish(office.b, (NAME, len(SECRET), None, ())) == {NAME: "blob-missing"}
    assert office.reads(office.b, NAME) == "not-found"
    assert office.bring(office.b, SECRET) == "blob-missing"  # who has it too sends it through the centre then
    (offer,) = offer_files(office.centre, office.known(office.b), [(NAME, len(SECRET))])
    assert (offer.stored, offer.direct) == (False, None)
    take_part(office.centre, office.known(office.b), sha=NAME, size=len(SECRET), offset=0, data=SECRET)
    assert office.reads(office.b, NAME) == SECRET


def test_nor_what_was_destroyed_and_is_kept_by_the_stores_lock(office, seaweed):
    document_id = office.add_secret()
    key = office.centre.place.vault.address.blob(NAME)
    hold = {"Bucket": seaweed.bucket, "Key": key}
    seaweed.client().put_object_legal_hold(**hold, LegalHold={"Status": "ON"})
    try:
        write_destroyed(office.centre, document_id)
        assert remove_destroyed(office.centre.place).locked == (NAME,)
        assert office.finish(office.b, (NAME, len(SECRET), None, ())) == {NAME: "blob-missing"}
        assert office.reads(office.b, NAME) == "not-found"
    finally:
        seaweed.client().put_object_legal_hold(**hold, LegalHold={"Status": "OFF"})


def test_a_large_file_counts_again_after_the_database_was_put_back(office, monkeypatch):
    """It is verified in the store already, so it is not sent again; nobody would ever finish it."""
    monkeypatch.setattr(direct_uploads, "ONE_REQUEST", 1)
    backup = office.copy()
    office.add_secret()
    office.put_back(backup)
    (offer,) = offer_files(office.centre, office.known(office.a), [(NAME, len(SECRET))])
    assert offer.stored
    receive_entries(office.centre, office.a.id, office.a.entries())
    assert office.reads(office.a, NAME) == SECRET


# --- what counts stays


def test_an_answer_that_was_damaged_on_the_way_takes_nothing_away(office, monkeypatch):
    """Another station has scanned the same form, and what it finishes is read back wrongly, once."""
    office.add_secret()
    real, wrong = s3_vault._hash, ["0" * 64]
    monkeypatch.setattr(s3_vault, "_hash", lambda opened: wrong.pop() if wrong else real(opened))
    office.finish(office.a, (NAME, len(SECRET), None, ()))
    assert not wrong
    assert office.centre.place.vault.get(NAME) == SECRET
    assert office.counted(NAME) == len(SECRET)


def test_what_is_read_wrongly_again_and_again_counts_no_more_and_is_asked_for(office, monkeypatch):
    office.add_secret()
    with monkeypatch.context() as patched:
        patched.setattr(s3_vault, "_hash", lambda _opened: "0" * 64)
        assert office.finish(office.a, (NAME, len(SECRET), None, ())) == {NAME: "blob-corrupt"}
    assert office.counted(NAME) is None
    assert not office.centre.place.vault.has(NAME)
    assert wanted_files(office.centre, office.known(office.a)) == [NAME]
    assert office.bring(office.a, SECRET) is None
    assert office.reads(office.a, NAME) == SECRET
    assert wanted_files(office.centre, office.known(office.a)) == []
