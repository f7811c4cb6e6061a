"""Reading pictures without an archive: text to stdout, nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from muni_archive.bootstrap import reader
from muni_archive.cli.output import complain, progress_bar
from muni_archive.domain.errors import ArchiveError, Refused
from muni_archive.domain.reading import Reading
from muni_archive.intake import IntakePage, open_source
from muni_archive.messages import _, explain
from muni_archive.ocr.output import as_alto, as_json, as_text
from muni_archive.ports import ReadRequest, Recognizer

FORMATS = {"text": as_text, "json": as_json, "alto": as_alto}


@click.command(help=_("Read pictures and PDFs: text in logical order, a form feed between pages. Needs no archive."))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(tuple(FORMATS)), default="text", show_default=True)
def ocr(files: Sequence[Path], form: str) -> int:
    recognizer, readings, refused = reader(), list[Reading](), 0
    with progress_bar(_("Reading")) as progress:
        for done, path in enumerate(files):
            progress(done, len(files), "")
            try:
                readings += read_file(recognizer, path)
            except Refused as error:
                refused += 1
                complain(explain(error))
            except ArchiveError as error:
                if error.exit_code != 1:
                    raise
                refused += 1
                complain(f"{path.name}: {explain(error)}")
    click.echo(FORMATS[form](readings), nl=False)
    return 1 if refused else 0


def read_file(recognizer: Recognizer, path: Path) -> Iterator[Reading]:
    """A reading of each page of the file; text that was born digital is taken as it is."""
    for page in open_source(path):
        yield page.reading or _read(recognizer, page)


def _read(recognizer: Recognizer, page: IntakePage) -> Reading:
    with tempfile.NamedTemporaryFile(prefix="muni-archive-") as file:
        file.write(page.data)
        file.flush()
        return recognizer.read(ReadRequest(path=Path(file.name), media_type=page.media_type, rotation=0, dpi=page.dpi))
