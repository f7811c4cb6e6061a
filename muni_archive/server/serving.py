"""Runs the application with uvicorn: address, TLS, logs as JSON lines, a graceful end."""

from __future__ import annotations

import json
import logging
import signal
import sys
from pathlib import Path

import uvicorn

from muni_archive.server.app import create_app
from muni_archive.services.centre.place import Centre

GRACE_S = 10
"""Seconds that requests under way get when the server is told to stop."""


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
) -> None:
    """Serve until a signal comes. `access` logs every request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn ends gracefully, and then sends itself the signal again
    config = uvicorn.Config(
        create_app(centre),
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        log_config=None,
        access_log=access,
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
    )
    uvicorn.Server(config).run()
