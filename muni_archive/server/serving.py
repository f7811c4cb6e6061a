"""Runs the application with uvicorn: address, TLS, logs as JSON lines, a graceful end."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from muni_archive.domain.errors import WrongUse
from muni_archive.server.app import create_app
from muni_archive.server.lines import HERE
from muni_archive.services.centre.people import SIGN_IN_DAYS
from muni_archive.services.centre.place import Centre
from muni_archive.services.people.passwords import nobodys_hash

GRACE_S = 10
"""Seconds that requests under way get when the server is told to stop."""
KEEP_ALIVE_S = 20
"""Seconds that a connection without a request is kept."""
CONNECTIONS = 4000
"""At once; who comes then is told to come again (503)."""
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2; TLS 1.3 has only good ones. Said here, because what libraries choose differs from version to version."""
_log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """One JSON object a line. Headers and bodies are never logged, so no signature or code can be."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def serve(
    centre: Centre,
    *,
    host: str,
    port: int,
    certificate: Path | None = None,
    key: Path | None = None,
    access: bool = False,
    warnings: Sequence[str] = (),
    sign_in_days: int = SIGN_IN_DAYS,
) -> None:
    """Serve until a signal comes. `access` logs every request; `warnings` go to the log first.
    `sign_in_days`: see `create_app`.

    Raises `WrongUse` for a useless certificate.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn ends gracefully, and then sends itself the signal again
    for warning in warnings:
        _log.warning(warning)
    nobodys_hash()
    app = create_app(centre, sign_in_days=sign_in_days)
    config = configured(app, host=host, port=port, certificate=certificate, key=key, access=access)
    if not config.is_ssl and host not in HERE:
        _log.warning("stations are spoken to without TLS: let a proxy on this machine do it, or give --tls-cert")
    for place in open_to_all((centre.arriving.parent, *((key,) if key else ()))):
        _log.warning("%s is open to everybody on this machine: take the rights of others away (chmod o=)", place)
    try:
        EndingServer(config, let_go=app.state.watcher.let_go).run()
    finally:
        app.state.watcher.stop()  # also when it was told twice to stop, and did not end gracefully


class EndingServer(uvicorn.Server):
    """Told to stop, it first answers those whose question is only held; what is under way gets its time."""

    def __init__(self, config: uvicorn.Config, *, let_go: Callable[[], None]) -> None:
        super().__init__(config)
        self._let_go = let_go

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._let_go()
        await super().shutdown(sockets)


def open_to_all(places: Iterable[Path]) -> Sequence[Path]:
    """Those of these files and folders in which every account of this machine may read. Windows is not asked."""
    return [place for place in places if os.name != "nt" and place.stat().st_mode & 0o004]


def configured(
    app: FastAPI,
    *,
    host: str,
    port: int,
    certificate: Path | None = None,
    key: Path | None = None,
    access: bool = False,
) -> uvicorn.Config:
    """How uvicorn is to serve the app. Raises `WrongUse`."""
    if (certificate is None) != (key is None):
        raise WrongUse(detail="--tls-cert and --tls-key belong together")
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_protocol(),
        ws="none",
        ssl_certfile=certificate,
        ssl_keyfile=key,
        ssl_context_factory=_modern if certificate else None,
        ssl_ciphers=CIPHERS,
        log_config=None,
        access_log=access,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        limit_concurrency=CONNECTIONS,
        server_header=False,
        h11_max_incomplete_event_size=32 * 1024,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as exc:
        raise WrongUse(detail=f"the certificate or its key cannot be used: {exc}") from exc
    return config


def _protocol() -> Any:
    """What bounds heads; where httptools is missing (Windows), h11 bounds their size at least."""
    try:
        from muni_archive.server.patience import PatientProtocol
    except ImportError:
        return "h11"
    return PatientProtocol


def _modern(_config: uvicorn.Config, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = usual()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
