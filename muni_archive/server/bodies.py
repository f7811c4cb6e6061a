"""Bounds every request's body before anything reads it."""

from __future__ import annotations

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from muni_archive.domain.errors import TooMuch

LARGEST = 16 * 2**20
"""Bytes; parts of files are smaller."""


class BoundedBodies:
    """ASGI middleware: what is announced or sent beyond the bound is answered with 413 and not kept."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self._app, self._largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self._largest:
            await _refuse(send, self._largest)
            return
        taken, begun = 0, False

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._largest:
                raise _Beyond
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, bounded, watched)
        except _Beyond:
            if not begun:
                await _refuse(send, self._largest)


class _Beyond(Exception):
    """More came than was announced or is allowed."""


async def _refuse(send: Send, largest: int) -> None:
    error = TooMuch(limit=largest)
    body = json.dumps({"code": error.code, "message": str(error), "params": {"limit": largest}}).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
