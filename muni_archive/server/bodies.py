"""Bounds every request's body before anything reads it: its size, and how slowly it may come.

Who has not shown yet that it is a station may say little: enough for a code or a challenge.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from muni_archive.domain.centre_errors import TooMuch

LARGEST, LARGEST_KNOCK = 16 * 2**20, 16 * 2**10
"""Bytes of a body, within a session and without; parts of files are smaller."""
GRACE_S, SLOWEST = 30.0, 2048
"""A body must be whole within the seconds, and one more for each so many bytes of it."""
SEND_S = 120.0
"""Seconds that a client may take for one piece of an answer."""
_log = logging.getLogger(__name__)


class BoundedBodies:
    """ASGI middleware: what is announced or sent beyond the bound is answered with 413 and not kept."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST, largest_knock: int = LARGEST_KNOCK) -> None:
        self._app, self._largest, self._largest_knock = app, largest, largest_knock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        largest = self._largest if _has_session(scope, headers) else self._largest_knock
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or len(announced) > 15 or int(announced) > largest:
            await _refuse(send, TooMuch(limit=largest))
            return
        body = _Body(receive, send, largest)
        try:
            await self._app(scope, body.receive, body.send)
        except (_TooLarge, _TooSlow):
            if not body.answered:
                await body.refuse()
            elif body.refused is None:
                raise


class _Body:
    """One request's body on its way in, and its answer on its way out."""

    def __init__(self, receive: Receive, send: Send, largest: int) -> None:
        self._receive, self._send, self._largest = receive, send, largest
        self._taken, self._whole, self._begun = 0, False, time.monotonic()
        self.answered = False
        self.refused: TooMuch | None = None

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        left = GRACE_S + self._taken / SLOWEST - (time.monotonic() - self._begun)
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, left))
        except TimeoutError:
            self.refused = TooMuch(limit=f"{SLOWEST} B/s")
            raise _TooSlow from None
        self._taken += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._taken > self._largest:
            self.refused = TooMuch(limit=self._largest)
            raise _TooLarge
        return message

    async def send(self, message: Message) -> None:
        """Whatever the application made of a body that was cut off, the refusal is what is answered."""
        if self.refused is not None:
            if not self.answered:
                await self.refuse()
            return
        self.answered = True
        try:
            await asyncio.wait_for(self._send(message), SEND_S)
        except TimeoutError:
            _log.warning("a client takes its answer too slowly; it is cut off")
            raise _TooSlow from None

    async def refuse(self) -> None:
        self.answered = True
        if self.refused is not None:
            await _refuse(self._send, self.refused)


class _TooLarge(Exception):
    """More came than was announced or is allowed."""


class _TooSlow(Exception):
    """The body comes, or the answer is taken, too slowly."""


def _has_session(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Whether a session of that name is there. Whose it is, and whether it is theirs, is asked later."""
    door = scope["app"].state.door
    return door.sessions.find(headers.get(b"muni-session", b"").decode("latin-1")) is not None


async def _refuse(send: Send, error: TooMuch) -> None:
    body = json.dumps({"code": error.code, "message": str(error), "params": error.params}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
