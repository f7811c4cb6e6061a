"""A TCP proxy between a station and its centre that does, once, what lines do: cut, stall, repeat, swallow, flip a bit.

It reads whole HTTP/1.1 messages, so that a fault can be put before, into or after any part of a request or its answer.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum


class Place(StrEnum):
    """Where a line is cut, or what else becomes of one request and its answer."""

    BEFORE_REQUEST = "before the request"
    REQUEST_HEADERS = "within the request's headers"
    REQUEST_BODY = "within the request's body"
    BEFORE_ANSWER = "after the request, before the answer"
    ANSWER_LOST = "after the centre has answered"
    ANSWER_HEADERS = "within the answer's headers"
    ANSWER_BODY = "within the answer's body"
    TWICE = "the request arrives twice"
    TWICE_SECOND_ANSWER = "the request arrives twice, the second answer counts"
    LATE = "the answer comes late"
    REQUEST_FLIPPED = "a byte of the request is changed"
    ANSWER_FLIPPED = "a byte of the answer is changed"


@dataclass
class Fault:
    """What happens to request number `at` (from 0, counted since it was set) among those whose target has `within`."""

    place: Place
    at: int = 0
    fraction: float = 0.5
    """How far into that part."""
    within: str = ""
    seconds: float = 0.2


@dataclass(frozen=True)
class Raw:
    """An HTTP message as it was on the line."""

    head: bytes
    body: bytes

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode()

    @property
    def whole(self) -> bytes:
        return self.head + self.body


class _Cut(Exception):
    """Both ends of the connection are closed at once."""


@dataclass
class FaultyProxy:
    """Listens on the loopback and passes on to `port`. Set `fault`; `struck` counts the faults that happened."""

    port: int
    fault: Fault | None = None
    struck: int = 0
    seen: list[str] = field(default_factory=list)
    """Targets of requests, in order, since the fault was set."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def arm(self, fault: Fault | None) -> None:
        with self._lock:
            self.fault, self.seen = fault, []

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Close every connection: who sends next must begin another."""
        for each in list(self._open):
            _reset(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), name="proxied", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        centre: socket.socket | None = None
        try:
            centre = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            while request := _message(client):
                self._pass_on(request, client, centre)
        except (OSError, _Cut):
            pass
        finally:
            self._open.discard(client)
            _reset(client)
            if centre is not None:
                _reset(centre)

    def _pass_on(self, request: Raw, client: socket.socket, centre: socket.socket) -> None:
        fault = self._due(request)
        place = fault.place if fault else None
        sent = _damaged(request, fault) if fault and place is Place.REQUEST_FLIPPED else request
        centre.sendall(_part(sent, fault, Place.BEFORE_REQUEST, Place.REQUEST_HEADERS, Place.REQUEST_BODY))
        if place in (Place.BEFORE_REQUEST, Place.REQUEST_HEADERS, Place.REQUEST_BODY, Place.BEFORE_ANSWER):
            raise _Cut
        answer = _message(centre)
        if place in (Place.TWICE, Place.TWICE_SECOND_ANSWER):
            centre.sendall(request.whole)
            second = _message(centre)
            answer = second if place is Place.TWICE_SECOND_ANSWER else answer
        if answer is None or place is Place.ANSWER_LOST:
            raise _Cut
        if fault and place is Place.LATE:
            time.sleep(fault.seconds)
        if fault and place is Place.ANSWER_FLIPPED:
            answer = _damaged(answer, fault)
        client.sendall(_part(answer, fault, None, Place.ANSWER_HEADERS, Place.ANSWER_BODY))
        if place in (Place.ANSWER_HEADERS, Place.ANSWER_BODY):
            raise _Cut

    def _due(self, request: Raw) -> Fault | None:
        """The fault, if this is its request; it strikes once."""
        with self._lock:
            fault = self.fault
            if fault is not None and fault.within not in request.target:
                return None
            self.seen.append(request.target)
            if fault is None or len(self.seen) - 1 != fault.at:
                return None
            self.fault = None
            self.struck += 1
            return fault


@contextmanager
def proxied(port: int) -> Iterator[FaultyProxy]:
    proxy = FaultyProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()


def _message(line: socket.socket) -> Raw | None:
    """The next whole message, by its content-length; None at the end of the line."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    head += b"\r\n\r\n"
    length = 0
    for name, _, value in (row.partition(b":") for row in head.split(b"\r\n")[1:]):
        assert name.lower() != b"transfer-encoding", "the protocol announces every length"
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        piece = line.recv(65536)
        if not piece:
            return None
        body += piece
    return Raw(head=head, body=body)


def _part(message: Raw, fault: Fault | None, before: Place | None, in_head: Place, in_body: Place) -> bytes:
    """As much of the message as gets through."""
    if fault is None or fault.place not in (before, in_head, in_body):
        return message.whole
    if fault.place is before:
        return b""
    if fault.place is in_head:
        return message.head[: max(1, int(len(message.head) * fault.fraction))]
    return message.head + message.body[: int(len(message.body) * fault.fraction)]


def _damaged(message: Raw, fault: Fault) -> Raw:
    if not message.body:
        return message
    at = min(int(len(message.body) * fault.fraction), len(message.body) - 1)
    return Raw(head=message.head, body=message.body[:at] + bytes([message.body[at] ^ 1]) + message.body[at + 1 :])


def _reset(line: socket.socket) -> None:
    """Close it as a broken line does: at once, with a reset."""
    with suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
