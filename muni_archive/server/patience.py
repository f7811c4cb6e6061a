"""A connection that bounds what comes before a request's body: how large the head may be, and how slowly it may come.

uvicorn bounds neither with httptools. A client that sends a letter a minute would hold a connection for ever, and one
that sends headers without end would fill the memory.
"""

from __future__ import annotations

import asyncio
import socket
from asyncio import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 32 * 1024
"""Bytes of the request's line and its headers together."""
HEAD_S = 15.0
"""Seconds until a head must be whole, from the connection or from its own first byte."""
STALLED_S = 60.0
"""Seconds that a client may leave unread what was sent to it; then the system ends the connection."""


class HeadTooLarge(Exception):
    """Within the parser: it answers with 400 and closes."""


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with a bound on the head's size and time."""

    _due: TimerHandle | None = None
    _in_head = True
    _ended = False
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        _end_when_stalled(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._ended = False
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and not self._ended:  # what came with the end of a body is hardly a head
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self.send_400_response("The request's head is too large.")
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self._due is None and self.timeout_keep_alive_task is None:
            self._wait()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head = True, 0
        if self._due is None:
            self._wait()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head, self._head = False, 0
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._head, self._ended = True, 0, True
        super().on_message_complete()

    def _count(self, more: int) -> None:
        """A head that comes at once is measured by its parts."""
        self._head += more
        if self._head > LARGEST_HEAD:
            raise HeadTooLarge

    def _wait(self) -> None:
        self._stop_waiting()
        self._due = self.loop.call_later(HEAD_S, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _too_slow(self) -> None:
        self._due = None
        if not self.transport.is_closing():
            self.transport.abort()


def _end_when_stalled(transport: asyncio.Transport) -> None:
    """Let the system end a connection whose other side takes nothing; only Linux can."""
    line = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if line is not None and option is not None and line.family != socket.AF_UNIX:
        line.setsockopt(socket.IPPROTO_TCP, option, int(STALLED_S * 1000))
