"""The second half of the demonstration: two stations and a centre that is really served, on this machine's loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from muni_archive.bootstrap import OpenTogether, enrol_archive, open_centre, open_together, open_workplace
from muni_archive.cli.output import complain, say
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import CentreUnreachable, WrongUse
from muni_archive.messages import _, isolate
from muni_archive.paths import resource_path
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.together.synchronising import synchronise_once
from muni_archive.services.view_document import view_document
from muni_archive.sync.client import say_hello

PATIENCE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the centre keeps its database and its files; empty for a folder."""

    database: str = ""
    objects: str = ""

    def options(self) -> list[str]:
        named = {"--database": self.database, "--objects": self.objects}
        return [part for option, value in named.items() if value for part in (option, value)]


def run_together(folder: Path, scanned: Path, places: Places) -> int:
    """The archive in `scanned` was filled without a centre: send it, find it at another station. 0 when it worked."""
    centre = folder / "centre"
    with _served(centre, places) as url:
        say(_("A centre is served at {url} ({kind}).").format(url=url, kind=_kind(places)))
        other = folder / "other-station"
        with open_workplace(other):
            pass
        for archive in (scanned, other):
            with open_centre(centre, database=places.database, objects=places.objects, beside=True) as opened:
                code = invite_station(opened.centre)
            enrol_archive(archive, url=url, code=code)
        sent = _synchronise(scanned)
        say(_("The first station, offline until now, sent its journal up to entry {sequence}.").format(sequence=sent))
        _synchronise(other)
        found = _find_and_open(other)
    with open_centre(centre, database=places.database, objects=places.objects) as opened:
        problems = list(opened.centre.place.integrity().problems(cancel=CancelToken(), progress=lambda *_: None))
    for problem in problems:
        complain(f"{problem.kind}: {problem.detail}")
    say(_("The central archive is whole.") if not problems else _("The central archive is damaged."))
    return 0 if found and not problems else 1


@contextmanager
def earnest_servers() -> Iterator[Places]:
    """A PostgreSQL and a SeaweedFS, thrown away at the end. Raises `WrongUse` where they are not installed."""
    from muni_archive.demonstration.postgres import PostgresMissing, postgres_server
    from muni_archive.demonstration.seaweed import running_seaweed

    with ExitStack() as stack:
        try:
            database = stack.enter_context(postgres_server())
            objects = stack.enter_context(running_seaweed())
        except (PostgresMissing, FileNotFoundError) as exc:
            raise WrongUse(detail=str(exc)) from exc
        yield Places(database=database.url(database.create_database()), objects=objects.url("demo"))


def _synchronise(archive: Path) -> int:
    """Send and follow everything; returns the last entry that the centre has."""
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place) as line:
        return synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None).sequence


def _find_and_open(archive: Path) -> bool:
    """At the other station: ask the centre, and open the page that it finds."""
    query = json.loads(resource_path("samples", "samples.json").read_text(encoding="utf-8"))["queries"][0]
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place) as line:
        hits = _ask(line, query)
        if not hits:
            complain(f"  {isolate(query)}  →  {_('nothing')}")
            return False
        view = view_document(line.together.copied, str(hits[0]["document_id"]))
        page = next(page for page in view.pages if page.id == hits[0]["page_id"])
        picture = line.together.copied.vault.get(page.blob)
    said = _(
        "The second station finds {query}: {number} p. {page}, and opens it: {width} × {height} pixels, {size} KB."
    )
    say(said.format(
        query=isolate(query), number=view.document.number, page=page.number, width=page.width, height=page.height,
        size=len(picture) // 1024,
    ))  # fmt: skip
    return True


def _ask(line: OpenTogether, query: str) -> list[Mapping[str, object]]:
    """The centre's hits; its index is a moment behind its journal."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        answer = line.together.line.search({"query": query, "limit": 3})
        hits = answer["hits"]
        if isinstance(hits, list) and hits:
            return hits
        time.sleep(0.3)
    return []


@contextmanager
def _served(folder: Path, places: Places) -> Iterator[str]:
    """A process of its own, as it would be elsewhere; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "muni_archive", "serve", "--data", str(folder), "--port", str(port)]
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen([*command, *places.options()], stdout=log, stderr=log)
    try:
        _wait_until_up(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            say_hello(url)
            return
        except CentreUnreachable:
            if process.poll() is not None or time.monotonic() > ends:
                raise
            time.sleep(0.2)


def _kind(places: Places) -> str:
    return "PostgreSQL + S3" if places.database and places.objects else "SQLite"
