"""The application: routes, errors, bounds, figures, and what runs beside them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from muni_archive import __version__
from muni_archive.server.answers import answer_errors
from muni_archive.server.bodies import BoundedBodies
from muni_archive.server.careful import CarefulAnswers
from muni_archive.server.described import describe
from muni_archive.server.messages import HealthAnswer
from muni_archive.server.routes import api
from muni_archive.server.speaking import Doorkeeper
from muni_archive.server.watching import Watcher
from muni_archive.services.centre.health import HealthCheck
from muni_archive.services.centre.people import SIGN_IN_DAYS
from muni_archive.services.centre.place import Centre

HEALTH: dict[int | str, dict[str, Any]] = {
    200: {"model": HealthAnswer},
    503: {"model": HealthAnswer, "description": "Something of it is ill"},
}
ABOUT = "Stations send what they did and follow what others did. Every request is signed: see docs/protocol.md."


def create_app(centre: Centre, *, sign_in_days: int = SIGN_IN_DAYS) -> FastAPI:
    """The server of this centre. `sign_in_days`: after so many days sign-ins are forgotten."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(app.state.watcher.watch())
        index = threading.Thread(target=app.state.watcher.index, name="index", daemon=True)
        index.start()
        yield
        app.state.watcher.stop()
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        index.join()

    app = FastAPI(title="Muni Archive, centre", description=ABOUT, version=__version__, lifespan=life, docs_url=None,
                  redoc_url=None)  # fmt: skip
    with centre.unit_of_work() as unit:
        centre_id = unit.records.archive().archive_id
    app.state.door = Doorkeeper(centre, centre_id)
    app.state.watcher = Watcher(centre, sign_in_days=sign_in_days)
    app.state.health = HealthCheck(centre)
    app.include_router(api)
    app.add_middleware(Timed, watcher=app.state.watcher)
    app.add_middleware(BoundedBodies)
    app.add_middleware(CarefulAnswers)
    answer_errors(app)
    app.get("/health", responses=HEALTH)(health)
    app.get("/metrics", response_class=PlainTextResponse)(metrics)
    describe(app)
    return app


def health(request: Request) -> JSONResponse:
    """Whether the database answers and files can be kept; for load balancers and administrators."""
    found = request.app.state.health.look()
    return JSONResponse(found.said(), status_code=200 if found.well else 503)


def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    return Response(generate_latest(request.app.state.watcher.registry), media_type=CONTENT_TYPE_LATEST)


class Timed:
    """ASGI middleware: how long it takes until an answer begins, by route. Written as such, because the framework's
    own form of middleware starts a task and two streams for each request.
    """

    def __init__(self, app: ASGIApp, watcher: Watcher) -> None:
        self._app, self._seconds = app, watcher.seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._seconds.labels(_route(scope), str(message["status"])).observe(time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, timed if scope["type"] == "http" else send)


def _route(scope: Scope) -> str:
    """The whole path with its parameters' names; the framework tells a route without its router's prefix."""
    if (route := scope.get("route")) is None:
        return "none"
    prefix = api.prefix if scope["path"].startswith(f"{api.prefix}/") else ""
    return f"{prefix}{route.path}"
