"""A centre that is told to stop while it is busy: what is under way is finished, what is held is answered, exit 0."""

import hashlib
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress

import httpx
import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.together import from_wire
from tests.helpers.asking import enrolled
from tests.helpers.serving import served

DATA = os.urandom(200_000)
SHA = hashlib.sha256(DATA).hexdigest()
TARGET = f"/v1/files/{SHA}/parts/0?size={len(DATA)}"
PROMISED_S = 30
"""Seconds after which the service manager kills: `TimeoutStopSec` of the unit."""
CUT_OFF = "timeout graceful shutdown exceeded"


@pytest.fixture
def centre(tmp_path):
    with served(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def asker(centre):
    with httpx.Client(base_url=centre.url, timeout=60) as http, open_centre(centre.folder, beside=True) as opened:
        yield enrolled(opened, http, "A1", "a" * 36)


def tell_to_stop(centre):
    """Returns when it takes no new connection."""
    centre.process.send_signal(signal.SIGTERM)
    ends = time.monotonic() + PROMISED_S
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", centre.port), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.02)
    raise AssertionError("it still takes connections")


def log(centre):
    return (centre.folder.parent / "serve.log").read_text(encoding="utf-8")


@pytest.fixture
def line(centre, asker):
    """A connection on which half of a file's part has gone."""
    head = "".join(f"{name}: {value}\r\n" for name, value in asker.headers("PUT", TARGET, DATA).items())
    request = f"PUT {TARGET} HTTP/1.1\r\nhost: centre\r\ncontent-length: {len(DATA)}\r\n{head}\r\n".encode()
    with socket.create_connection(("127.0.0.1", centre.port), timeout=PROMISED_S) as made:
        made.sendall(request + DATA[: len(DATA) // 2])
        time.sleep(0.5)
        yield made


def rest_of(line):
    said = b""
    with suppress(ConnectionError):
        while piece := line.recv(65536):
            said += piece
    return said


def offered(asker):
    (offer,) = asker.ask("POST", "/v1/files/offers", {"files": [{"sha": SHA, "size": len(DATA)}]}).json()["offers"]
    return offer


def test_an_upload_under_way_is_finished(centre, asker, line):
    tell_to_stop(centre)
    line.sendall(DATA[len(DATA) // 2 :])
    answer = rest_of(line)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b'"stored":true}')
    assert centre.process.wait(PROMISED_S) == 0
    assert CUT_OFF not in log(centre)
    centre.start()
    assert offered(asker.begin())["stored"] is True


@pytest.mark.slow
def test_one_that_does_not_end_is_cut_off_and_sent_again(centre, asker, line):
    tell_to_stop(centre)
    assert centre.process.wait(PROMISED_S) == 0
    assert CUT_OFF in log(centre)
    assert not rest_of(line).startswith(b"HTTP/1.1 2"), "nobody is told that it is there"
    centre.start()
    again = offered(asker.begin())
    assert (again["stored"], again["offset"]) == (False, 0)
    assert asker.ask("PUT", TARGET, DATA).json() == {"offset": len(DATA), "stored": True}


def test_a_question_that_is_held_is_answered_at_once(centre, asker):
    with ThreadPoolExecutor(1) as pool:
        held = held_question(pool, asker)
        centre.process.send_signal(signal.SIGTERM)
        answer = held.result(PROMISED_S)
    assert (answer.status_code, answer.json()["entries"]) == (200, [])
    assert centre.process.wait(PROMISED_S) == 0
    assert CUT_OFF not in log(centre)


def held_question(pool, asker):
    """A question for news, asked again while there are some: soon after its start the centre signs a checkpoint."""
    target = "/v1/feed?after=0"
    while True:
        held = pool.submit(asker.ask, "GET", target)
        if not wait([held], timeout=1).done:
            return held
        news = held.result().json()
        assert news["entries"]
        target = f"/v1/feed?after={news['last']}&link={from_wire(news['entries'][-1]).hash}&wait=30"
