"""What commands print: results to stdout, progress and complaints to stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from muni_archive.messages import _


def complain(text: str) -> None:
    """One line to stderr."""
    click.echo(text, err=True)


def say(text: str) -> None:
    """One line to stdout."""
    click.echo(text)


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
