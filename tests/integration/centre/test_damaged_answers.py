"""Any one bit of an answer is changed on the way: a station gets the answer, or an error that it can tell."""

from __future__ import annotations

import json
from contextlib import suppress

import httpx
import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.journal import GENESIS
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
}
MOST = 250
"""Bytes of an answer that are changed, spread over all of it."""


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_that_was_damaged_is_told_or_understood(line, name):
    station, damaging = line
    damaging.instead = {"/v1/files/offers": json.dumps(DIRECT).encode()} if name == "offers of the store" else {}
    damaging.at = 10**9
    whole, told = ASKED[name](station.line, station.document), 0
    length = damaging.length
    for at in range(0, length, max(1, length // MOST)):
        damaging.at, damaging.bit = at, at % 7
        try:
            assert type(ASKED[name](station.line, station.document)) is type(whole)
        except ArchiveError:
            told += 1
        damaging.at = 10**9
        with suppress(ArchiveError):  # a session that the station took to be over is begun anew
            station.line.standing()
    assert told > 0
