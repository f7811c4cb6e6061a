"""What a stranger or a station can take of a centre is bounded: size, time, number, depth, room on the disk."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest
import uvicorn

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import UploadsFull
from muni_archive.domain.errors import DiskFull
from muni_archive.server import bodies, patience
from muni_archive.server.app import create_app
from muni_archive.server.serving import configured
from muni_archive.services.centre import arriving, files
from muni_archive.services.centre.arriving import arriving_bytes, give_up_old
from tests.helpers.asking import SPOKEN, enrolled
from tests.helpers.in_process import AppClient
from tests.helpers.serving import free_port


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def http(centre):
    with AppClient(create_app(centre.centre)) as client:
        yield client


@pytest.fixture
def asker(centre, http):
    return enrolled(centre, http, "A1", "station-a")


def code(answer):
    return answer.status_code, answer.json()["code"]


# --- bodies -----------------------------------------------------------------------------------


def test_a_stranger_says_little(http):
    much = {"station_id": "a", "padding": "x" * bodies.LARGEST_KNOCK}
    assert code(http.post("/v1/challenges", json=much, headers=SPOKEN)) == (413, "too-much")


def test_a_station_says_much_but_not_everything(asker):
    assert asker.ask("POST", "/v1/search", {"query": "x" * 2000}).status_code == 422
    assert code(asker.ask("POST", "/v1/entries", b" " * (bodies.LARGEST + 1))) == (413, "too-much")


def test_what_comes_in_pieces_beyond_the_bound_is_refused_too(http):
    async def pieces():
        for _ in range(100):
            yield b" " * 1024

    answer = http.request("POST", "/v1/challenges", content=pieces(), headers=SPOKEN)
    assert code(answer) == (413, "too-much")


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 40, "0x10", ""])
def test_a_length_that_is_no_number_is_refused(http, length):
    answer = http.post("/v1/challenges", content=b"{}", headers={**SPOKEN, "content-length": length})
    assert code(answer) == (413, "too-much")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_json_is_taken_from_who_says_that_it_is(http, kind):
    answer = http.post("/v1/challenges", content=b'{"station_id":"a"}', headers={**SPOKEN, "content-type": kind})
    assert code(answer) == (422, "malformed")


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"entries":' + "[" * 100_000, '{"a":' * 50_000])
def test_json_nested_without_end_is_malformed(asker, deep):
    answer = asker.ask("POST", "/v1/entries", deep.encode())
    assert answer.status_code in {400, 422}


def test_a_body_may_not_dawdle(http, monkeypatch):
    monkeypatch.setattr(bodies, "GRACE_S", 0.2)

    async def slow():
        import asyncio

        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    answer = http.request("POST", "/v1/challenges", content=slow(), headers=SPOKEN)
    assert code(answer) == (413, "too-much")


# --- connections ------------------------------------------------------------------------------


@contextmanager
def serving(app):
    """uvicorn as the centre is served by it, in this process."""
    port = free_port()
    server = uvicorn.Server(configured(app, host="127.0.0.1", port=port))
    thread = threading.Thread(target=server.run)
    thread.start()
    ends = time.monotonic() + 20
    while not server.started and time.monotonic() < ends:
        time.sleep(0.02)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(20)


async def small(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


def said(line: socket.socket) -> bytes:
    """Everything until the other side closes."""
    line.settimeout(20)
    got = b""
    while True:
        try:
            piece = line.recv(65536)
        except ConnectionError:
            return got
        if not piece:
            return got
        got += piece


@pytest.mark.parametrize("begun", [b"", b"GET /", b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ", b"\r\n\r\n"])
def test_a_head_that_does_not_end_ends_the_connection(monkeypatch, begun):
    monkeypatch.setattr(patience, "HEAD_S", 0.3)
    with serving(small) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(begun)
        assert said(line) == b""


def _drip(line, head):
    for letter in head:
        line.sendall(bytes([letter]))
        time.sleep(0.05)


def test_a_head_that_comes_letter_by_letter_ends_the_connection(monkeypatch):
    monkeypatch.setattr(patience, "HEAD_S", 0.5)
    with serving(small) as port, socket.create_connection(("127.0.0.1", port)) as line, pytest.raises(ConnectionError):
        _drip(line, b"GET / HTTP/1.1\r\nhost: " + b"x" * 200)


def test_a_second_request_may_not_dawdle_either(monkeypatch):
    monkeypatch.setattr(patience, "HEAD_S", 0.3)
    with serving(small) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        line.settimeout(10)
        got = b""
        while not got.endswith(b"ok"):
            got += line.recv(4096)
        line.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nx-")
        assert said(line) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nx-a: " + b"a" * (patience.LARGEST_HEAD + 1),
        b"GET /" + b"a" * (patience.LARGEST_HEAD + 1) + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x-a: 1\r\n" * 20_000,
        b"GET / HTTP/1.1\r\nx-a: " + b"a" * 500_000 + b"\r\n\r\n",
    ],
    ids=["one-header", "path", "many-headers", "whole"],
)
def test_a_head_without_end_is_refused(head):
    with serving(small) as port, socket.create_connection(("127.0.0.1", port)) as line:
        with suppress(ConnectionError):  # the answer may come before all is sent
            line.sendall(head)
        assert b"200 OK" not in said(line)


def test_a_large_body_that_comes_at_once_is_not_taken_for_a_head():
    body = b"x" * (patience.LARGEST_HEAD * 4)
    with serving(small) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body))
        time.sleep(0.1)  # the head by itself; the body then comes in few pieces, each larger than a head may be
        line.sendall(body)
        line.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert said(line).count(b"200 OK") == 2


def test_a_quick_client_is_not_disturbed(monkeypatch):
    monkeypatch.setattr(patience, "HEAD_S", 0.4)
    with serving(small) as port, socket.create_connection(("127.0.0.1", port)) as line:
        for _ in range(4):
            line.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            line.settimeout(10)
            got = b""
            while not got.endswith(b"ok"):
                got += line.recv(4096)
            time.sleep(0.2)


async def counting(scope, receive, send):
    """Reads the whole body, and answers how long it was."""
    if scope["type"] == "http":
        length, more = 0, True
        while more:
            message = await receive()
            length, more = length + len(message.get("body", b"")), message.get("more_body", False)
        told = f"{length:06}".encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
        await send({"type": "http.response.body", "body": told})


@pytest.mark.parametrize("apart", [True, False], ids=["head-first", "at-once"])
def test_the_end_of_a_body_is_not_taken_for_a_head(apart):
    """A piece of a file comes in larger pieces than a head may be, and the last of them ends the request."""
    length = patience.LARGEST_HEAD + 15_000
    head = b"PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % length
    with serving(counting) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(10)
        for _ in range(3):
            if apart:
                line.sendall(head)
                time.sleep(0.1)
                line.sendall(b"x" * length)
            else:
                line.sendall(head + b"x" * length)
            got = b""
            while not got.endswith(b"%06d" % length):
                piece = line.recv(4096)
                assert piece, got
                got += piece
            assert b"200 OK" in got


def test_a_part_that_is_broken_off_is_no_fault_of_the_centre(centre, caplog):
    caplog.set_level("INFO", "muni_archive.server")
    app = create_app(centre.centre)
    with AppClient(app) as http:
        asker = enrolled(centre, http, "A1", "station-a")
    target, came = f"/v1/files/{'0' * 64}/parts/0", iter([{"type": "http.request", "body": b"x", "more_body": True}])
    headers = asker.headers("PUT", f"{target}?size=9", b"x" * 9)
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "PUT", "scheme": "http",
        "path": target, "raw_path": target.encode(), "query_string": b"size=9", "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip

    async def receive():
        return next(came, {"type": "http.disconnect"})

    async def send(_message):
        pass

    asyncio.run(app(scope, receive, send))
    told = [(each.levelname, each.getMessage()) for each in caplog.records if each.name.startswith("muni_archive")]
    assert told == [("INFO", f"PUT {target} was broken off")]


# --- how often --------------------------------------------------------------------------------


def test_who_knocks_too_often_waits(http):
    answers = [http.post("/v1/challenges", json={"station_id": "a"}, headers=SPOKEN) for _ in range(130)]
    assert code(answers[-1]) == (429, "too-often")
    assert answers[0].status_code == 200


def test_signing_in_is_tried_so_often_and_no_more(asker):
    answers = [asker.ask("POST", "/v1/sign-in", {"name": f"nobody {number}", "password": "x"}) for number in range(31)]
    assert code(answers[0]) == (401, "sign-in-refused")
    assert code(answers[-1]) == (429, "too-often")


# --- room on the disk -------------------------------------------------------------------------


def sha_of(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def station(centre, asker):
    with centre.centre.unit_of_work() as unit:
        return unit.station(asker.station_id)


def begin(centre, station, name, size=100, data=b"x"):
    return files.take_part(centre.centre, station, sha=sha_of(name), size=size, offset=0, data=data)


def age(centre, seconds):
    for part in centre.centre.arriving.glob("*/*.part"):
        then = time.time() - seconds
        os.utime(part, (then, then))


def test_unfinished_files_of_one_station_are_counted(centre, station, monkeypatch):
    monkeypatch.setattr(arriving, "MOST_OPEN", 3)
    for name in (b"1", b"2", b"3"):
        begin(centre, station, name)
    with pytest.raises(UploadsFull):
        begin(centre, station, b"4")
    begin(centre, station, b"1")
    age(centre, arriving.STALE_S + 1)
    begin(centre, station, b"4")
    assert len(list(centre.centre.arriving.glob("*/*.part"))) == 3


def test_their_announced_size_is_bounded(centre, station, monkeypatch):
    monkeypatch.setattr(arriving, "ROOM", 1000)
    begin(centre, station, b"1", size=600)
    with pytest.raises(UploadsFull):
        begin(centre, station, b"2", size=600)
    begin(centre, station, b"3", size=400)


def test_a_file_that_was_begun_can_be_ended(centre, station, monkeypatch):
    data = b"y" * 600
    monkeypatch.setattr(arriving, "ROOM", 1000)
    files.take_part(centre.centre, station, sha=sha_of(data), size=600, offset=0, data=data[:300])
    begin(centre, station, b"2", size=400)
    done = files.take_part(centre.centre, station, sha=sha_of(data), size=600, offset=300, data=data[300:])
    assert done == (600, True)


def test_a_disk_that_is_nearly_full_takes_nothing_new(centre, station, monkeypatch):
    monkeypatch.setattr(arriving, "SPARE", 2**62)
    with pytest.raises(DiskFull):
        begin(centre, station, b"1")


class Disk:
    """With so many bytes free, of which unfinished files take theirs."""

    def __init__(self, folder, monkeypatch, free):
        self._folder, self.free = folder, free
        monkeypatch.setattr(arriving.shutil, "disk_usage", self._usage)

    def _usage(self, _folder):
        return SimpleNamespace(free=self.free - arriving.arriving_bytes(self._folder))


def test_a_disk_that_filled_meanwhile_takes_no_further_part(centre, station, monkeypatch):
    disk = Disk(centre.centre.arriving, monkeypatch, arriving.SPARE + 100)
    data = b"y" * 100
    begin(centre, station, data, data=data[:50])
    disk.free -= 1
    with pytest.raises(DiskFull):
        files.take_part(centre.centre, station, sha=sha_of(data), size=100, offset=50, data=data[50:])
    disk.free += 1
    done = files.take_part(centre.centre, station, sha=sha_of(data), size=100, offset=50, data=data[50:])
    assert done == (100, True)


def test_room_that_unfinished_files_need_is_not_given_away(centre, station, monkeypatch):
    Disk(centre.centre.arriving, monkeypatch, arriving.SPARE + 150)
    begin(centre, station, b"1")
    for other in (station, replace(station, id="another")):
        with pytest.raises(DiskFull):
            begin(centre, other, b"2", size=51)
    begin(centre, station, b"3", size=50)
    age(centre, arriving.STALE_S + 1)  # nobody goes on with these two: all that they still take is what lies there
    begin(centre, station, b"4", size=148)


def test_old_parts_go(centre, station):
    begin(centre, station, b"1")
    assert give_up_old(centre.centre.arriving) == 0
    assert arriving_bytes(centre.centre.arriving) == 1
    age(centre, arriving.OLD_S + 1)
    assert give_up_old(centre.centre.arriving) == 1
    assert list(centre.centre.arriving.glob("*/*.part")) == []


def test_more_than_was_announced_changes_nothing(asker):
    sha = sha_of(b"whole")
    answer = asker.ask("PUT", f"/v1/files/{sha}/parts/0?size=5", b"too much of it")
    assert answer.json() == {"offset": 0, "stored": False}
    answer = asker.ask("PUT", f"/v1/files/{sha}/parts/-1?size=5", b"whole")
    assert answer.status_code == 422


# --- health -----------------------------------------------------------------------------------


def test_health_tells_that_files_cannot_be_kept(centre):
    import dataclasses

    def full():
        raise DiskFull

    ill = dataclasses.replace(centre.centre, probe=full)
    with AppClient(create_app(ill)) as http:
        answer = http.get("/health")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["files"], answer.json()["database"]) == ("ill", "disk-full", "ok")


def test_health_is_well_and_leaves_nothing(centre, http):
    answer = http.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "sequence": 1, "database": "ok", "files": "ok", "disk": "ok"}
    assert list(centre.centre.place.vault.names()) == []
    assert not [path for path in (centre.folder / "vault").rglob("*") if path.is_file()]


def test_metrics_name_what_alerts_need(http):
    http.get("/health")
    http.get("/v1/standing")
    http.get("/v1/documents/x")
    http.get("/v1/nothing")
    told = http.get("/metrics").text
    assert 'muni_request_seconds_count{route="/health",status="200"}' in told
    routes = re.findall(r'^muni_request_seconds_count\{route="([^"]*)",status="4\d\d"\}', told, re.M)
    assert set(routes) == {"/v1/standing", "/v1/documents/{document_id}", "none"}
    for name in ("muni_central_sequence", "muni_indexed_sequence", "muni_arriving_bytes", "muni_request_seconds"):
        assert re.search(rf"^# TYPE {name} ", told, re.M), name


def test_answers_of_errors_are_json_with_a_code(http):
    for answer in (http.get("/v1/nothing"), http.request("DELETE", "/v1/standing"), http.get("/v1/hello")):
        assert set(json.loads(answer.text)) == {"code", "message", "params"}, answer.text
