"""A centre that is really served, by a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn
from limits import parse

from muni_archive.bootstrap import OpenCentre, open_centre
from muni_archive.server import speaking
from muni_archive.server.app import create_app
from muni_archive.services.centre.enrolling import invite_station

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ServedCentre:
    """Start, stop and kill it as often as you like; the address stays."""

    folder: Path
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    verify: str = ""
    """PEM file of an authority, for a centre with TLS."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        log = (self.folder.parent / "serve.log").open("ab")
        command = [
            sys.executable,
            "-m",
            "tests.helpers.unhurried",
            "serve",
            "--data",
            self.folder,
            "--port",
            self.port,
            *self.options,
        ]
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | self.environment
        self.process = subprocess.Popen([str(part) for part in command], stderr=log, stdout=log, env=environment)
        log.close()
        try:
            self.wait_until_up()
        except BaseException:
            self.kill()  # or it goes on after the test, with nobody to end it
            raise

    def wait_until_up(self, seconds: float = 60) -> None:
        ends, trusted = time.monotonic() + seconds, self.trust()
        while time.monotonic() < ends:
            assert self.process is None or self.process.poll() is None, (self.folder.parent / "serve.log").read_text()
            try:
                if httpx.get(f"{self.url}/health", timeout=2, verify=trusted).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the centre does not come up: " + (self.folder.parent / "serve.log").read_text()[-2000:])

    def trust(self) -> ssl.SSLContext | bool:
        return ssl.create_default_context(cafile=self.verify) if self.verify else True

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def invite(self, *departments: str) -> str:
        with open_centre(self.folder, beside=True, **self.places()) as opened:
            return invite_station(opened.centre, departments)

    def places(self) -> dict[str, str]:
        """Database and objects, as `open_centre` takes them."""
        named = dict(zip(self.options[::2], self.options[1::2], strict=False))
        return {name: named[f"--{name}"] for name in ("database", "objects") if f"--{name}" in named}


@contextmanager
def served(folder: Path, *options: str, **environment: str) -> Iterator[ServedCentre]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    centre = ServedCentre(folder, options, environment)
    centre.start()
    try:
        yield centre
    finally:
        if centre.process and centre.process.poll() is None:
            centre.kill()


@contextmanager
def served_here(centre: OpenCentre, port: int = 0) -> Iterator[int]:
    """Serve an open centre on a thread of this process; gives the port. Who knocks is not counted."""
    port = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(centre.centre),
            host="127.0.0.1",
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
    )
    thread = threading.Thread(target=server.run, name="centre", daemon=True)
    before, speaking.KNOCKING = speaking.KNOCKING, parse("100000/second")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the centre does not come up"
            time.sleep(0.01)
        yield port
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive(), "the centre does not stop"
        speaking.KNOCKING = before
