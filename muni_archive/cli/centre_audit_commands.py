"""Commands about the central journal: who did what at any station, and the proof that it says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from muni_archive.bootstrap import OpenCentre
from muni_archive.cli.audit_commands import AUDIT_HELP, EXPORT_HELP, KEY_HELP, narrowed, show_trail, write_out
from muni_archive.cli.output import say
from muni_archive.services.audit.checkpoints import signing_key

Opened = Callable[..., OpenCentre]


@click.command(help=AUDIT_HELP)
@narrowed
@click.pass_obj
def audit(opened: Opened, /, **asked: Any) -> int:
    with opened() as at:
        show_trail(at.centre.place, **asked)
    return 0


@click.command("export-journal", help=EXPORT_HELP)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_journal(opened: Opened, file: Path) -> int:
    with opened() as at:
        write_out(at.centre.place, file)
    return 0


@click.command("public-key", help=KEY_HELP)
@click.pass_obj
def public_key(opened: Opened) -> int:
    with opened() as at:
        say(signing_key(at.centre.place).public_key)
    return 0


COMMANDS = (audit, export_journal, public_key)
