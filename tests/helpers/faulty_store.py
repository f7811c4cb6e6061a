"""A proxy on loopback in front of an object store, which does one wrong thing to the requests it is told to."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

REFUSE, SLOW, CUT, CUT_ANSWER, LIE, DAMAGE, FULL = "refuse", "slow", "cut", "cut-answer", "lie", "damage", "full"
WANTS_SUM, MISLAID = "wants-sum", "mislaid"
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@dataclass
class FaultyStore:
    """Passes everything on; `break_next` makes the next `times` requests that match go wrong."""

    upstream: str
    endpoint: str = ""
    seen: list[tuple[str, str]] = field(default_factory=list)
    struck: int = 0
    """Requests that went wrong so far."""
    _fault: str = ""
    _left: int = 0
    _match: Callable[[str, str], bool] = lambda method, path: True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def break_next(self, fault: str, times: int = 1, *, method: str = "PUT", holding: str = "/blobs/") -> None:
        with self._lock:
            self._fault, self._left = fault, times
            self._match = lambda found, path: found == method and holding in path

    def mend(self) -> None:
        with self._lock:
            self._left = 0

    @property
    def spent(self) -> bool:
        """Whether everything that was to go wrong went wrong."""
        with self._lock:
            return self._left == 0

    def fault_for(self, method: str, path: str) -> str:
        with self._lock:
            self.seen.append((method, path))
            if self._left and self._match(method, path):
                self._left -= 1
                self.struck += 1
                return self._fault
        return ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        self._pass()

    do_GET = do_HEAD = do_POST = do_DELETE = do_PUT  # noqa: N815

    def _pass(self) -> None:
        fault = self.server.store.fault_for(self.command, self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if fault == CUT:
            self.rfile.read(length // 2)
            self.close_connection = True
            return
        body = self._body(length)
        if fault in {REFUSE, FULL}:
            self._answer(503 if fault == REFUSE else 507, {}, b"")
        elif fault == WANTS_SUM:
            self._answer(400, {}, b"<Code>InvalidRequest</Code><Message>Content-MD5 is required</Message>")
        elif fault == MISLAID:
            self._answer(404, {}, b"<Code>NoSuchKey</Code>")
        elif fault == LIE:
            self._answer(200, {"ETag": '"0123456789abcdef0123456789abcdef"'}, b"")
        else:
            if fault == SLOW:
                time.sleep(1.5)
            if fault == DAMAGE and self.command != "GET":
                body = _damaged(body)
            self._forward(body, fault)

    def _body(self, length: int) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(length)
        raise AssertionError("nobody sends chunks to an object store")

    def _forward(self, body: bytes, fault: str) -> None:
        upstream = http.client.HTTPConnection(urlsplit(self.server.store.upstream).netloc, timeout=30)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP:
                    upstream.putheader(name, value)
            if body or self.command in {"PUT", "POST"}:
                upstream.putheader("Content-Length", str(len(body)))
            upstream.endheaders(body)
            answer = upstream.getresponse()
            data = answer.read()
            if fault == DAMAGE and self.command == "GET":
                data = _damaged(data)
            self._answer(answer.status, dict(answer.getheaders()), data, cut=fault == CUT_ANSWER)
        finally:
            upstream.close()

    def _answer(self, status: int, headers: dict[str, str], data: bytes, *, cut: bool = False) -> None:
        if cut and not data:
            self.close_connection = True
            return
        self.send_response_only(status)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(data))
        for name, value in headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if cut else data)
        self.close_connection = self.close_connection or cut


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    store: FaultyStore

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that goes away is part of the test


def _damaged(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :] if data else data


@contextmanager
def in_front_of(upstream: str) -> Iterator[FaultyStore]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.store = FaultyStore(upstream, f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
