"""The commands together, and what becomes of errors: a message that says what to do, and an exit code."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from muni_archive import __version__
from muni_archive.cli.output import complain
from muni_archive.domain.errors import ArchiveError
from muni_archive.messages import _, explain
from muni_archive.paths import default_archive

COMMANDS = {
    "demo": "demo",
    "scanners": "intake_commands",
    "simulate-scanner": "intake_commands",
    "scan": "intake_commands",
    "import": "intake_commands",
    "search": "search_command",
    "export": "archive_commands",
    "redact": "redaction_commands",
    "verify": "archive_commands",
    "reindex": "archive_commands",
    "ocr": "reading_commands",
    "corrections": "archive_commands",
    "drawings": "archive_commands",
    "retention": "retention_commands",
    "cases": "case_commands",
    "procedures": "case_commands",
    "serve": "centre_commands",
    "centre": "centre_commands",
    "enrol": "together_commands",
    "sync": "together_commands",
    "rejoin": "together_commands",
    "audit": "audit_commands",
    "export-journal": "audit_commands",
    "verify-journal": "audit_commands",
    "public-key": "audit_commands",
    "holidays": "holiday_commands",
    "people": "people_commands",
    "organisation": "organisation_commands",
    "provider": "provider_commands",
}
"""Each command's module. Only the one that is asked for is loaded: a process that serves a centre must have no code in
it that opens pictures, and the others begin sooner."""


class Commands(click.Group):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"muni_archive.cli.{COMMANDS[cmd_name]}")
        found = next(
            each for each in vars(module).values() if isinstance(each, click.Command) and each.name == cmd_name
        )
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
