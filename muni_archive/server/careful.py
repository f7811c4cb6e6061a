"""What every answer says to a browser that got hold of it: keep nothing, guess nothing, run nothing, show it nowhere.

Stations do not need it. An administrator who opens an address of the centre in a browser does, and so does a cache on
the way.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CAREFUL = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
ONLY_TLS = (b"strict-transport-security", b"max-age=31536000")
"""Said where this process speaks TLS itself, or a proxy on this machine told that it does."""


class CarefulAnswers:
    """ASGI middleware, outside of the others: their refusals carry it, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = (*CAREFUL, ONLY_TLS) if scope.get("scheme") == "https" else CAREFUL

        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *said]}
            await send(message)

        await self._app(scope, receive, careful)
