"""Commands about public holidays, on which nothing is due."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muni_archive.cli.output import complain, say
from muni_archive.domain.errors import ArchiveNotFound
from muni_archive.holiday_files import HolidayBook, as_toml, calculated
from muni_archive.messages import _, current_language
from muni_archive.store.opening import DATABASE


@click.group(help=_("Public holidays: no step of a case is due on them."))
def holidays() -> None:
    """Holds the commands."""


@holidays.command("list", help=_("List the holidays of a year."))
@click.option("--year", type=click.IntRange(1990, 2070), default=lambda: date.today().year)
@click.pass_obj
def show(archive: Path, year: int) -> int:
    _show(_book(archive), year)
    return 0


@holidays.command(
    help=_("Take the holidays that go by the moon from a file. Due times that were given already stay as they are.")
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def load(archive: Path, file: Path) -> int:
    known = _book(archive).load(file)
    say(_("{count} holidays are known.").format(count=len(known.known)))
    return 0


@holidays.command(
    help=_("Print what the calendar of Umm al-Qura gives for a year, as a file to correct when it is announced.")
)
@click.argument("year", type=click.IntRange(1990, 2070))
def propose(year: int) -> int:
    say("\n".join(map(as_toml, calculated(year))))
    return 0


def _show(book: HolidayBook, year: int) -> None:
    known, language = book(), current_language()
    for holiday in known.known:
        days = [date(year, *holiday.yearly)] if holiday.yearly else [day for day in holiday.days() if day.year == year]
        for day in days:
            say(f"{day}\t{holiday.label[language]}")
    if not known.knows_moon_of(year):
        complain(_("None that go by the moon are entered for {year}.").format(year=year))


def _book(archive: Path) -> HolidayBook:
    if not (archive / DATABASE).exists():
        raise ArchiveNotFound(path=archive)
    return HolidayBook(archive)
