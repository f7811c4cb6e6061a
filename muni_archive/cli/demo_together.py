"""The frame of the demonstration: two stations and a centre that is really served, goes away and comes back."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from muni_archive.bootstrap import (
    OpenCentre,
    enrol_archive,
    open_centre,
    open_together,
    open_workplace,
)
from muni_archive.cli.output import complain, say, show_report
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.errors import WrongUse
from muni_archive.line_to_centre import OpenTogether
from muni_archive.messages import _, explain, isolate, ngettext
from muni_archive.paths import resource_path
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.together.state import Whereabouts, whereabouts
from muni_archive.services.together.synchronising import synchronise_once
from muni_archive.services.verify_archive import VerifyReport, verify_archive
from muni_archive.services.view_document import view_document
from muni_archive.services.workplace import Workplace
from muni_archive.sync.client import say_hello
from muni_archive.sync.state import load_link

PATIENCE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the centre keeps its database and its files; empty for a folder."""

    database: str = ""
    objects: str = ""

    @property
    def kind(self) -> str:
        return "PostgreSQL + S3" if self.database and self.objects else "SQLite"

    def options(self) -> list[str]:
        named = {"--database": self.database, "--objects": self.objects}
        return [part for option, value in named.items() if value for part in (option, value)]


def run_together(first: Path, places: Places, *, work: Callable[[Path], int]) -> int:
    """Two stations enrol; `work` is done at the one in `first` while no centre is there; then the other finds it.

    What belongs to the others lies beside `first`. `work` returns 0 when it went well; so does this.
    """
    centre = Served(folder=first.parent / "centre", places=places, port=_free_port())
    second = first.parent / "other-station"
    with centre.running():
        for archive in (first, second):
            _enrol(archive, centre)
        say(_("A centre is served at {url} ({kind}). Two stations are enrolled.").format(
            url=centre.url, kind=places.kind
        ))  # fmt: skip
    say(_("The centre is stopped. The first station works without it:"))
    if code := work(first) or _prove_alone(first):
        return code
    with centre.running():
        _catch_up(first)
        _synchronise(second)
        found = _find_and_open(second)
        whole = all([_is_whole(archive) for archive in (first, second)])
    whole = _centre_is_whole(centre) and whole
    if whole:
        say(_("Both stations, their copies of the centre and the centre itself are whole."))
    return 0 if found and whole else 1


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


def _enrol(archive: Path, centre: Served) -> None:
    """A new station, which has heard of the centre once."""
    with open_workplace(archive):
        pass
    with centre.opened(beside=True) as opened:
        code = invite_station(opened.centre)
    enrol_archive(archive, url=centre.url, code=code)
    _synchronise(archive)


def _prove_alone(archive: Path) -> int:
    """0 when the centre cannot be reached and this station alone has what was scanned."""
    try:
        _synchronise(archive)
    except CentreUnreachable as away:
        say(explain(away))
    else:
        complain(_("The centre answers, though it was stopped."))
        return 1
    pages = _pages(archive, Whereabouts.HERE)
    say(ngettext("{count} page is here only.", "{count} pages are here only.", pages).format(count=pages))
    return 0 if pages else 1


def _catch_up(archive: Path) -> None:
    sequence = _synchronise(archive)
    pages = _pages(archive, Whereabouts.SAFE)
    said = ngettext(
        "The centre is back, and the first station caught up: {count} page is safe there (entry {sequence}).",
        "The centre is back, and the first station caught up: {count} pages are safe there (entry {sequence}).",
        pages,
    )
    say(said.format(count=pages, sequence=sequence))


def _pages(archive: Path, where: Whereabouts) -> int:
    """How many pages of the station's documents are there, as far as it knows."""
    with open_workplace(archive, read_only=True) as own:
        with own.place.unit_of_work() as unit:
            pages = {document.id: len(document.page_ids) for document in unit.records.documents()}
        found = whereabouts(own.place, list(pages), load_link(archive).acknowledged)
    return sum(count for document_id, count in pages.items() if found.get(document_id) is where)


def _synchronise(archive: Path) -> int:
    """Send and follow everything; returns the last entry that the centre has. Raises `CentreUnreachable`."""
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place) as line:
        return synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None).sequence


def _is_whole(archive: Path) -> bool:
    """The station and its copy of the centre; says what is wrong."""
    with open_workplace(archive) as own, open_together(archive, own.place) as line:
        reports = [_verified(place) for place in (own.place, line.together.copied)]
    return _nothing_wrong(reports)


def _centre_is_whole(centre: Served) -> bool:
    with centre.opened() as opened:
        return _nothing_wrong([_verified(opened.centre.place)])


def _verified(place: Workplace) -> VerifyReport:
    return verify_archive(place, cancel=CancelToken(), progress=lambda *_told: None)


def _nothing_wrong(reports: Sequence[VerifyReport]) -> bool:
    return not any([show_report(report) for report in reports if report.problems])


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


@dataclass(frozen=True, kw_only=True)
class Served:
    """The centre: a process of its own while it runs, as it would be elsewhere; its address stays."""

    folder: Path
    places: Places
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def opened(self, *, beside: bool = False) -> OpenCentre:
        """The centre's archive in this process; `beside` the one that serves it."""
        return open_centre(
            self.folder, database=self.places.database, objects=self.places.objects, beside=beside
        )  # fmt: skip

    @contextmanager
    def running(self) -> Iterator[None]:
        """From when it answers until its process has ended."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "muni_archive", "serve", "--data", str(self.folder), "--port", str(self.port)]
        with (self.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen([*command, *self.places.options()], stdout=log, stderr=log)
        try:
            _wait_until_up(self.url, process)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
