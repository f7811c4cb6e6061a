"""Speak to an application in this process: what `httpx` is over a line, without one."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Any, Self

import httpx


class AppClient:
    """Requests run one after another on an event loop of their own. Whoever knocks comes from `address`."""

    def __init__(self, app: Any, *, address: str = "127.0.0.1") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="application")
        self._thread.start()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
        self._http = httpx.AsyncClient(transport=transport, base_url="http://centre")

    def request(self, method: str, target: str, **said: Any) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._http.request(method, target, **said), self._loop).result(60)

    def get(self, target: str, **said: Any) -> httpx.Response:
        return self.request("GET", target, **said)

    def post(self, target: str, **said: Any) -> httpx.Response:
        return self.request("POST", target, **said)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._http.aclose(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
