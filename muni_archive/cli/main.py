"""The commands together, and what becomes of errors: a message that says what to do, and an exit code."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import click

from muni_archive import __version__
from muni_archive.cli.archive_commands import corrections, drawings, export, reindex, verify
from muni_archive.cli.centre_commands import centre, serve
from muni_archive.cli.demo import demo
from muni_archive.cli.intake_commands import import_, scan, scanners, simulate_scanner
from muni_archive.cli.output import complain
from muni_archive.cli.reading_commands import ocr
from muni_archive.cli.search_command import search
from muni_archive.cli.together_commands import enrol, rejoin, sync
from muni_archive.domain.errors import ArchiveError
from muni_archive.messages import _, explain
from muni_archive.paths import default_archive


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Folder of the archive; the user's own when left out."),
)
@click.version_option(__version__, prog_name="muni-archive")
@click.pass_context
def commands(context: click.Context, archive: Path | None) -> None:
    """Archive of the municipality: scan, import, read, find, export, verify. Without a command the window opens."""
    context.obj = archive or default_archive()


for command in (
    demo,
    scanners,
    simulate_scanner,
    scan,
    import_,
    search,
    export,
    verify,
    reindex,
    ocr,
    corrections,
    drawings,
    serve,
    centre,
    enrol,
    sync,
    rejoin,
):
    commands.add_command(command)


def main(arguments: Sequence[str]) -> int:
    """Run one command. Exit codes: 0 done, 1 some inputs refused, 2 wrong use, 3 archive damaged."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        result = commands.main(args=list(arguments), prog_name="muni-archive", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        complain(_("Stopped. What was finished before is kept."))
        return 130
    except ArchiveError as error:
        complain(explain(error))
        return error.exit_code
    return result if isinstance(result, int) else 0
