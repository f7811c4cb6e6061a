"""Processes that are started cheaply and killed for real: forked from one that has imported the program already.

Each may carry a `Doom`: in the middle of a phase of its work, after a delay, it is ended by SIGKILL.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from limits import parse

import muni_archive.cli.together_commands as of_station
import muni_archive.server.routes as of_centre
import muni_archive.services.centre.destroying as destroying
import muni_archive.services.centre.receiving as receiving
import muni_archive.services.retention.removing as removing
from muni_archive.cli.main import main
from muni_archive.search.postgres_engine import PostgresIndex
from muni_archive.search.tantivy_engine import TantivyIndex
from muni_archive.server import serving, speaking
from muni_archive.store.replica import ReplicaUnitOfWork
from muni_archive.sync.client import CentreClient
from tests.helpers.classes_with_rule import rule_everywhere

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])

STATION_PHASES: dict[str, tuple[Any, str]] = {
    "files": (CentreClient, "send_file"),
    "entries": (CentreClient, "send_entries"),
    "feed": (ReplicaUnitOfWork, "follow"),
    "index": (TantivyIndex, "update"),
    "taking over": (of_station, "take_over_news"),
    "removing files": (removing, "_remove"),
}
CENTRE_PHASES: dict[str, tuple[Any, str]] = {
    "files": (of_centre, "take_part"),
    "entries": (of_centre, "receive_entries"),
    "authors": (receiving, "check_actors"),
    "judging": (receiving, "judge"),
    "destroying": (destroying, "_settle"),
    "removing files": (removing, "_remove"),
    "feed": (of_centre, "feed"),
    "index": (TantivyIndex, "update"),
}
CENTRE_PHASES_ON_POSTGRES = {**CENTRE_PHASES, "index": (PostgresIndex, "update")}


@dataclass(frozen=True, kw_only=True)
class Doom:
    """The process is killed `delay` seconds after the phase's function is called for the `call`-th time (from 1).

    The phase `start` begins when the process does.
    """

    phase: str
    call: int = 1
    delay: float = 0.0


def sync(archive: Path, doom: Doom | None = None) -> multiprocessing.process.BaseProcess:
    """`muni-archive sync`; the exit code is -9 when it was killed."""
    return _started(_sync, archive, doom)


def serve(data: Path, port: int, doom: Doom | None = None, *options: str) -> multiprocessing.process.BaseProcess:
    """`muni-archive serve`, with more options. Wait for it with `is_up`."""
    return _started(_serve, data, port, doom, options)


def is_up(process: multiprocessing.process.BaseProcess, port: int, seconds: float = 60) -> bool:
    """Wait until it serves; False when it died before."""
    ends = time.monotonic() + seconds
    while process.is_alive():
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).is_success:
                return True
        except httpx.HTTPError:
            time.sleep(0.02)
        assert time.monotonic() < ends, "the centre does not come up"
    return False


def _started(target: Callable[..., None], *arguments: object) -> multiprocessing.process.BaseProcess:
    process = _forks.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def _sync(archive: Path, doom: Doom | None) -> None:
    _quietly(archive / "sync.log")
    rule_everywhere()
    _arm(doom, STATION_PHASES)
    os._exit(main(["--archive", str(archive), "sync"]))


def _serve(data: Path, port: int, doom: Doom | None, options: tuple[str, ...]) -> None:
    _quietly(data.parent / "serve.log")
    speaking.KNOCKING = parse("100000/second")
    with suppress(AttributeError):
        serving.GRACE_S = 1
    rule_everywhere()
    _arm(doom, CENTRE_PHASES_ON_POSTGRES if "--database" in options else CENTRE_PHASES)
    os._exit(main(["serve", "--data", str(data), "--port", str(port), *options]))


def _quietly(log: Path) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    sys.stdout.flush()
    os.dup2(handle, 1)
    os.dup2(handle, 2)


def _arm(doom: Doom | None, phases: dict[str, tuple[Any, str]]) -> None:
    if doom is None:
        return
    if doom.phase == "start":
        _die_after(doom.delay)
        return
    owner, name = phases[doom.phase]
    before = getattr(owner, name)
    calls = iter(range(1, 10**9))

    @functools.wraps(before)
    def doomed(*arguments: Any, **named: Any) -> Any:
        if next(calls) == doom.call:
            _die_after(doom.delay)
        return before(*arguments, **named)

    setattr(owner, name, doomed)


def _die_after(seconds: float) -> None:
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
    timer.daemon = True
    timer.start()
