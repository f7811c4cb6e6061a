"""The main job, headless: simulated scanner, feed, reading, finding, proof, while the centre is away."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from muni_archive.bootstrap import OpenArchive, open_workplace
from muni_archive.capture.registry import driver_of
from muni_archive.cli.demo_together import Places, earnest_servers, run_together
from muni_archive.cli.intake_commands import profile_named, read_all, show_documents
from muni_archive.cli.output import complain, progress_bar, say, show_report
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.records import Document, Page, PageState
from muni_archive.messages import _, isolate, ngettext
from muni_archive.paths import resource_path
from muni_archive.services.capture_batch import close_batch, feed_pages, ledger, open_batch
from muni_archive.services.export_document import export_document
from muni_archive.services.find_pages import find_pages
from muni_archive.services.verify_archive import verify_archive

RECORD_CLASS = "building_file"


@click.command(
    help=_(
        "Show the main job without a window: scan, read, find, verify, at a station whose centre is away; then the "
        "centre comes back, and another station finds the page."
    )
)
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help=_("Folder for the archive, to look at afterwards.")
)
@click.option("--earnest", is_flag=True, help=_("The centre on PostgreSQL and SeaweedFS, started for the moment."))
def demo(keep: Path | None, earnest: bool) -> int:
    with ExitStack() as stack:
        if keep is None:
            keep = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muni-archive-demo-"))) / "archive"
        places = stack.enter_context(earnest_servers()) if earnest else Places()
        return run_together(keep, places, work=run_demo)


def run_demo(folder: Path) -> int:
    """Every step with the real parts; returns 0 when all pages were found and the archive is whole."""
    with open_workplace(folder) as opened:
        started = time.monotonic()
        pages = _scan(opened)
        documents = close_batch(opened.place, pages[0].batch_id)
        show_documents(documents)
        count = read_all(opened)
        _step(started, ngettext("{count} page was read", "{count} pages were read", count).format(count=count))
        missed = _find(opened)
        _export(opened, documents[0], folder.parent / f"{documents[0].number}.pdf")
        with progress_bar(_("Verifying")) as progress:
            report = verify_archive(opened.place, cancel=CancelToken(), progress=progress)
    code = show_report(report)
    return code or (1 if missed else 0)


def _scan(opened: OpenArchive) -> Sequence[Page]:
    """One feed of the simulated scanner, over real HTTP."""
    place, started = opened.place, time.monotonic()
    device = driver_of(place.drivers, "simulated:").devices()[0]
    profile = profile_named(place.record_classes.get(RECORD_CLASS).profile)
    batch = open_batch(place, device=device.id, profile=profile, record_class=RECORD_CLASS, file_reference="2026/1")
    pages: dict[str, Page] = {}
    feed_pages(
        place, batch.id, profile=profile, cancel=CancelToken(), on_page=lambda page: pages.update({page.id: page})
    )
    counted = ledger(place, batch.id)
    _step(
        started,
        _(
            "{device}: {fed} pages fed = {kept} kept + {blank} blank + {separator} separators + {rejected} rejected"
        ).format(
            device=isolate(device.name),
            fed=counted.fed,
            kept=counted.kept,
            blank=counted.blank,
            separator=counted.separator,
            rejected=counted.rejected,
        ),
    )
    return [page for page in pages.values() if page.state is PageState.KEPT]


def _find(opened: OpenArchive) -> int:
    """Ask what the sample pages are known to hold; returns how many questions found nothing."""
    missed = 0
    for query in json.loads(resource_path("samples", "samples.json").read_text(encoding="utf-8"))["queries"]:
        found = find_pages(opened.place, SearchRequest(query=query, limit=3))
        where = ", ".join(_("{number} p. {page}").format(number=hit.number, page=hit.page) for hit in found.hits)
        answer = where or _("nothing")
        (say if found.hits else complain)(f"  {isolate(query)}  →  {answer}  ({found.took_ms:.1f} ms)")
        missed += not found.hits
    return missed


def _export(opened: OpenArchive, document: Document, target: Path) -> None:
    started = time.monotonic()
    export_document(opened.place, document.number, target, cancel=CancelToken())
    size = target.stat().st_size // 1024
    _step(started, _("access copy of {number}: {size} KB, PDF/A with text").format(number=document.number, size=size))


def _step(started: float, text: str) -> None:
    say(f"{text}  ({time.monotonic() - started:.1f} s)")
