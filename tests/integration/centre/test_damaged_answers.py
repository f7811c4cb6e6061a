"""Bits of an answer are changed on the way, here and there: a station gets the answer, or an error that it can tell."""

from __future__ import annotations

import copy
import json
import random
from contextlib import suppress

import httpx
import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.journal import GENESIS
from muni_archive.services.together.viewing import _told
from tests.helpers.linked import LinkedStation, enrol_cheaply
from tests.helpers.serving import served_here

KNOWN, NEW, STORED = "0" * 64, "1" * 64, "2" * 64
DIRECT = {
    "offers": [
        {
            "sha": NEW, "size": 7, "stored": False, "offset": 0, "upload_id": "up", "valid_s": 60.0,
            "parts": [{"number": 1, "start": 0, "length": 7, "url": "http://127.0.0.1/x", "headers": {"a": "b"}}],
            "there": [{"number": 2, "etag": "e"}],
        },
        {
            "sha": STORED, "size": 8, "stored": True, "offset": 0, "upload_id": None, "valid_s": 0.0,
            "parts": [], "there": [],
        },
    ]
}  # fmt: skip
SIGNED_IN = {
    "token": "t", "person_id": "p", "name": "n", "role": "clerk", "departments": ["licences"], "all_departments": False
}  # fmt: skip
INSTEAD = {"offers of the store": ("/v1/files/offers", DIRECT), "sign-in": ("/v1/sign-in", SIGNED_IN)}


class Damaging(httpx.BaseTransport):
    """Changes one bit of every answer; those to what `instead` names are made here."""

    def __init__(self, real: httpx.BaseTransport) -> None:
        self._real = real
        self.at, self.bit, self.length = 0, 0, 0
        self.instead: dict[str, bytes] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        canned = self.instead.get(request.url.path)
        answer = httpx.Response(200, content=canned) if canned else self._real.handle_request(request)
        data = bytearray(answer.read())
        self.length = len(data)
        if self.at < len(data):
            data[self.at] ^= 1 << self.bit
        return httpx.Response(answer.status_code, headers={"content-type": "application/json"}, content=bytes(data))


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """Of a station whose document the centre has, and has found."""
    folder = tmp_path_factory.mktemp("damaged")
    with open_centre(folder / "centre") as opened, served_here(opened) as port:
        station = LinkedStation(folder / "A1", "A1")
        enrol_cheaply(station, opened, f"http://127.0.0.1:{port}")
        station.document = station.add_document("x", pages=2)
        station.sync()
        station.line.standing()  # the session stands before anything is damaged
        real = station.line._http._transport
        damaging = Damaging(real)
        station.line._http._transport = damaging
        yield station, damaging
        station.line._http._transport = real
        station.close()


def signed_in(line):
    """Who it is; what follows is the station's own again."""
    try:
        return line.sign_in("n", "p")["person_id"]
    finally:
        line._person = ""


ASKED = {
    "standing": lambda line, _document: line.standing(),
    "wanted": lambda line, _document: line.wanted(),
    "time": lambda line, _document: line.centre_time(),
    "feed": lambda line, _document: line.feed(after=0, link=GENESIS),
    "own": lambda line, _document: line.own_journal(after=0),
    "offers": lambda line, _document: line.offers([(KNOWN, 5)]),
    "offers of the store": lambda line, _document: line.offers([(NEW, 7), (STORED, 8)]),
    "bundle": lambda line, _document: line.read_files([KNOWN]),
    "document": lambda line, document: line.document(document),
    "entries": lambda line, _document: line.send_entries([]),
    "sign-in": lambda line, _document: signed_in(line),
}
MOST = 250
"""Bytes of an answer that are changed, spread over all of it."""


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_that_was_damaged_is_told_or_understood(line, name):
    station, damaging = line
    damaging.instead = {path: json.dumps(said).encode() for path, said in [INSTEAD[name]]} if name in INSTEAD else {}
    damaging.at = 10**9
    whole, told = ASKED[name](station.line, station.document), 0
    length, chance = damaging.length, random.Random(name)
    for at in range(0, length, max(1, length // MOST)):
        damaging.at, damaging.bit = at, chance.randrange(8)
        try:
            assert type(ASKED[name](station.line, station.document)) is type(whole)
        except ArchiveError:
            told += 1
        damaging.at = 10**9
        with suppress(ArchiveError):  # a session that the station took to be over is begun anew
            station.line.standing()
    assert told > 0


def test_a_document_of_which_something_is_missing_is_not_taken_for_one_that_is_not(line):
    station, damaging = line
    damaging.at = 10**9
    whole = station.line.document(station.document)
    missing = [
        *(("document", name) for name in whole["document"]),
        *(("pages", name) for name in whole["pages"][0]),
    ]
    told = 0
    for part, name in missing:
        said = copy.deepcopy(whole)
        del (said["document"] if part == "document" else said["pages"][0])[name]
        try:
            _told(said)
        except CentreUnreachable:
            told += 1
    assert told > 10
