"""What commands print: results to stdout, progress and complaints to stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from muni_archive.domain.auditing import Checkpoint
from muni_archive.domain.errors import WrongUse
from muni_archive.domain.retention_errors import BytesLocked
from muni_archive.messages import _, explain
from muni_archive.services.verify_archive import VerifyReport


def complain(text: str) -> None:
    """One line to stderr."""
    click.echo(text, err=True)


def say(text: str) -> None:
    """One line to stdout."""
    click.echo(text)


def checkpoint_of(text: str) -> Checkpoint | None:
    """What somebody wrote down when a checkpoint was signed; None for nothing. Raises `WrongUse`."""
    sequence, _sep, head = text.strip().partition(":")
    if text.strip() and not (sequence.isdecimal() and head):
        raise WrongUse(detail=_("a checkpoint is written SEQUENCE:HASH"))
    return Checkpoint(sequence=int(sequence), head=head) if head else None


def show_report(report: VerifyReport) -> int:
    """Print what was proven or what is wrong; returns the exit code."""
    for problem in report.problems:
        complain(f"{problem.kind}: {problem.detail}")
    for name in report.strays:
        complain(_("File {name} is named by no entry: somebody laid it there, or work was cut off.").format(name=name))
    if report.locked:
        complain(explain(BytesLocked(count=len(report.locked))))
    counts = _("{entries} journal entries, {blobs} files, {pages} pages checked.").format(
        entries=report.entries, blobs=report.blobs, pages=report.pages
    )
    if not report.problems:
        say(f"{counts} {_('The archive is whole.')}")
        return 0
    complain(f"{counts} {_advice(report)}")
    return 3


def _advice(report: VerifyReport) -> str:
    if report.only_index:
        return _("Only the search index is affected: run «muni-archive reindex».")
    if report.only_lost:
        return _("Nothing is damaged here: have the pages whose files were lost at a station scanned again there.")
    return _("The archive is damaged: do not add anything and restore a backup.")


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on a terminal and nothing elsewhere; call the result with (done, total, what)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task(label, total=None)

        def report(done: int, total: int, what: str) -> None:
            progress.update(bar, completed=done, total=total, description=f"{label} {_(what) if what else ''}".strip())

        yield report
