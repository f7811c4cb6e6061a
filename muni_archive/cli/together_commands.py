"""Commands of a station that works with a centre: enrol, synchronise."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from muni_archive.bootstrap import enrol_archive, open_together, open_workplace, rejoin_archive
from muni_archive.cli.output import complain, say
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError, ArchiveInUse
from muni_archive.messages import _, explain, isolate
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.together.clocks import clock_words
from muni_archive.services.together.following import take_over_news
from muni_archive.services.together.losing import LostPage, lost_pages
from muni_archive.services.together.place import Together
from muni_archive.services.together.synchronising import News, Side, keep_synchronised, synchronise_once
from muni_archive.services.together.telling import as_line
from muni_archive.sync.state import known_departments, load_taken, save_taken

NICE = 5
"""By so much it steps back behind what somebody looks at."""


@click.command(help=_("Enrol this archive's station with a centre, by the code that its administrator gave."))
@click.argument("url")
@click.option("--code", prompt=True, hide_input=True)
@click.option(
    "--authority", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=_("PEM file of the authority that vouches for the centre, when the system does not know it."),
)  # fmt: skip
@click.pass_obj
def enrol(archive: Path, url: str, code: str, authority: Path | None) -> int:
    link = enrol_archive(archive, url=url, code=code, authority=authority)
    say(_("Enrolled with {name}. «muni-archive sync» sends and follows.").format(name=link.centre_name))
    return 0


@click.command(help=_("Send what was done here to the centre and follow what was done elsewhere."))
@click.option("--watch", is_flag=True, help=_("Go on until stopped; tell what happens as lines of JSON."))
@click.option(
    "--limit", "bytes_per_s", type=click.IntRange(min=0), default=0, help=_("Send no more bytes a second than this.")
)
@click.pass_obj
def sync(archive: Path, watch: bool, bytes_per_s: int) -> int:
    return (_watch if watch else _once)(archive, bytes_per_s)


@click.command(
    help=_(
        "Go on after this archive was restored from an old copy, or was copied: take over what the centre has of it."
    )
)
@click.pass_obj
def rejoin(archive: Path) -> int:
    done = rejoin_archive(archive)
    say(_("{taken} entries came from the centre; {again} of your own were written again behind them.").format(
        taken=done.taken_over, again=done.written_again
    ))  # fmt: skip
    for old, new in done.renumbered:
        say(_("{old} is now {new}: the other number was given twice.").format(old=old, new=new))
    with open_workplace(archive, create=False, read_only=True) as opened:
        for page in lost_pages(opened.place, done.lost):
            complain(
                _("The picture is neither here nor at the centre: {page}. Scan it again.").format(page=_where(page))
            )
    return 0


def _once(archive: Path, bytes_per_s: int) -> int:
    with (
        open_workplace(archive, create=False, read_only=True) as opened,
        open_together(archive, opened.place, bytes_per_s=bytes_per_s) as line,
    ):
        lost = set[str]()

        def tell(news: News) -> None:
            lost.update(news.sent.lost if news.sent else ())
            _tell(news)

        taken, more = set[str](), True
        while more:  # what was taken over is sent, too: the centre may wait for what this station says to its decisions
            synchronise_once(line.together, cancel=CancelToken(), told=tell)
            news, more = _take_over(archive, line.together)
            taken.update(news)
        _complain_of(lost_pages(opened.place, sorted(lost)))
    if taken:
        say(_("{count} documents were changed elsewhere.").format(count=len(taken)))
    return 0


def _take_over(archive: Path, together: Together) -> tuple[Sequence[str], bool]:
    """Documents that became something else, and whether anything was recorded that the centre does not know."""
    try:
        with open_workplace(archive, create=False) as own:
            with own.place.unit_of_work() as unit:
                before = unit.records.last_sequence()
            departments = known_departments(archive)
            taken, at = take_over_news(
                own.place.unit_of_work, together.copy, after=load_taken(archive), departments=together.departments
            )
            save_taken(archive, at, departments)
            remove_destroyed(own.place)
            with own.place.unit_of_work() as unit:
                return taken, unit.records.last_sequence() > before
    except ArchiveInUse:
        return (), False  # the window has the archive open, and takes them over itself


def _complain_of(lost: Sequence[LostPage]) -> None:
    for page in lost:
        complain(
            _("The picture is lost here, and the centre never had it: {page}. Scan it again.").format(page=_where(page))
        )


def _where(page: LostPage) -> str:
    if page.number:
        return _("{document}, page {page}").format(document=isolate(page.number), page=page.page)
    return _("page {page} of a batch that is not closed").format(page=page.page)


def _tell(news: News) -> None:
    if news.clock_ahead:
        complain(_clock_text(news.clock_ahead))
    if news.sent and not news.sent.left:
        files, size = news.sent.files, news.sent.bytes
        say(_("Everything is at the centre (entry {sequence}; {files} files, {size} bytes sent).").format(
            sequence=news.sent.acknowledged.sequence, files=files, size=size
        ))  # fmt: skip
    if news.sent and news.sent.held:
        complain(_("The centre must be updated: it does not understand entry {sequence}, which waits here.").format(
            sequence=news.sent.acknowledged.sequence + 1
        ))  # fmt: skip
    if news.central:
        say(_("The copy of the centre is at entry {sequence}.").format(sequence=news.central))


def _watch(archive: Path, bytes_per_s: int) -> int:
    """For the window, which runs this beside itself: one line of JSON a piece of news, until the line to it breaks."""
    cancel = CancelToken()
    if hasattr(os, "nice"):
        os.nice(NICE)

    def tell(news: News) -> None:
        write(news, explain(news.error) if news.error else "")

    def write(news: News, complaint: str = "") -> None:
        try:
            if complaint:
                complain(complaint)
            click.echo(as_line(news))
        except OSError:  # a broken pipe; on Windows EINVAL
            cancel.cancel()

    try:
        with (
            open_workplace(archive, create=False, read_only=True) as opened,
            open_together(archive, opened.place, bytes_per_s=bytes_per_s) as line,
        ):
            keep_synchronised(line.together, cancel=cancel, told=tell)
    except ArchiveError as error:  # it could not begin: another process does it, for one
        write(News(side=Side.SENDING, error=error))
        raise
    return 0


def _clock_text(ahead: float) -> str:
    """Nothing depends on the clock but what people read."""
    label, consequence = _("This computer's clock"), _("Nothing is lost, but times and years are wrong.")
    return f"{label}: {clock_words(ahead)}. {consequence}"
