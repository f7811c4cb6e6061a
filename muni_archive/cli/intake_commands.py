"""Commands that bring pages in: scan, import, and the simulated scanner."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from muni_archive.bootstrap import OpenArchive, open_at_command
from muni_archive.capture.registry import find_devices, load_drivers, run_simulator
from muni_archive.cli.output import complain, progress_bar, say
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ScanError, WrongUse
from muni_archive.domain.records import Document, Page
from muni_archive.domain.scanning import ScanProfile
from muni_archive.messages import _, explain, ngettext
from muni_archive.paths import resource_path
from muni_archive.scan_profiles import load_profiles
from muni_archive.services.capture_batch import close_batch, feed_pages, open_batch
from muni_archive.services.import_files import import_files
from muni_archive.services.read_pages import ReadProgress, read_pending


@click.command(help=_("List the scanners that can be reached."))
def scanners() -> int:
    found = find_devices(load_drivers())
    for device in found.devices:
        say(f"{device.id}\t{device.name}")
    for problem in found.problems:
        complain(problem)
    return 0


@click.command("simulate-scanner", help=_("Run a simulated network scanner (eSCL) until it is interrupted."))
@click.option("--pages", type=click.Path(path_type=Path, file_okay=False, exists=True), help=_("Folder of pictures."))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=_("Port on this machine; 0 chooses one."))
@click.option("--fault", "faults", multiple=True, help=_("jam@3, empty, slow, disconnect@5 … (repeatable)"))
def simulate_scanner(pages: Path | None, port: int, faults: Sequence[str]) -> int:
    run_simulator(pages or resource_path("samples"), port=port, faults=faults)
    return 0


@click.command(help=_("Scan a batch into the archive, read it and make it found."))
@click.option("--device", required=True, help=_("Device as «scanners» lists it."))
@click.option("--profile", "profile_name", help=_("Scan profile; the class's own when left out."))
@click.option("--class", "record_class", required=True, help=_("Record class of the documents."))
@click.option("--file", "file_reference", help=_("Number of the file that the documents belong to."))
@click.pass_obj
def scan(archive: Path, device: str, profile_name: str | None, record_class: str, file_reference: str | None) -> int:
    with open_at_command(archive, create=True) as opened:
        place = opened.place
        profile = profile_named(profile_name or place.record_classes.get(record_class).profile)
        batch = open_batch(
            place, device=device, profile=profile, record_class=record_class, file_reference=file_reference
        )
        seen: set[str] = set()

        def on_page(page: Page) -> None:
            if page.id not in seen:
                seen.add(page.id)
                complain(_("page {number}").format(number=len(seen)))

        try:
            feed_pages(place, batch.id, profile=profile, cancel=CancelToken(), on_page=on_page)
        except ScanError as error:
            complain(explain(error))
            if not seen:
                return error.exit_code
            complain(_("The batch stays open: open the program to go on with it."))
            return 1
        documents = close_batch(place, batch.id)
        read_all(opened)
    show_documents(documents)
    return 0


@click.command("import", help=_("Import files and folders: a document of each file."))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--class", "record_class", required=True, help=_("Record class of the documents."))
@click.option("--file", "file_reference", help=_("Number of the file that the documents belong to."))
@click.option("--split", is_flag=True, help=_("Let separator sheets split files into documents."))
@click.pass_obj
def import_(archive: Path, paths: Sequence[Path], record_class: str, file_reference: str | None, split: bool) -> int:
    with open_at_command(archive, create=True) as opened:
        with progress_bar(_("Importing")) as progress:
            report = import_files(
                opened.place,
                paths,
                record_class=record_class,
                file_reference=file_reference,
                split=split,
                cancel=CancelToken(),
                progress=progress,
            )
        read_all(opened)
    show_documents(report.documents)
    for refusal in report.refused:
        complain(explain(refusal))
    return 1 if report.refused else 0


def read_all(opened: OpenArchive) -> int:
    """Read everything that waits, showing progress; returns the number of pages."""
    with progress_bar(_("Reading")) as bar:

        def report(progress: ReadProgress) -> None:
            bar(progress.done, progress.done + progress.waiting, "")

        return read_pending(opened.place, opened.pool(), cancel=CancelToken(), progress=report)


def show_documents(documents: Sequence[Document]) -> None:
    """A line for each document: its number, pages and title."""
    for document in documents:
        count = len(document.page_ids)
        pages = ngettext("{count} page", "{count} pages", count).format(count=count)
        say(f"{document.number}\t{pages}\t{document.title}")


def profile_named(name: str) -> ScanProfile:
    """The scan profile of that name. Raises `WrongUse` naming those that exist."""
    profiles = {profile.name: profile for profile in load_profiles()}
    if name not in profiles:
        known = ", ".join(profiles)
        raise WrongUse(detail=_("There is no scan profile «{name}». Known: {known}").format(name=name, known=known))
    return profiles[name]
