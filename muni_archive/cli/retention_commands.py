"""Commands of retention: what is due, holds, and destroying by two people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from muni_archive.bootstrap import open_at_command, open_together, open_workplace
from muni_archive.cli.output import complain, say
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError, WrongUse
from muni_archive.domain.holds import Hold, HoldScope
from muni_archive.messages import _
from muni_archive.services.field_values import canonical_date
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.retention.closing_files import close_file as close
from muni_archive.services.retention.closing_files import reopen_file as reopen
from muni_archive.services.retention.disposing import (
    keep_longer,
    propose_disposal,
)
from muni_archive.services.retention.due import MOST_SHOWN, due_documents
from muni_archive.services.retention.holding import lift_hold, place_hold, resting_holds
from muni_archive.services.retention.remaining import destroyed_documents, proof_of
from muni_archive.services.retention.wording import hold_words, rule_words, state_words, target_words, term_words
from muni_archive.services.together.disposing import confirm_anywhere, waiting_everywhere, withdraw_anywhere
from muni_archive.services.together.place import Together
from muni_archive.services.workplace import Workplace

reason = click.option("--reason", required=True, help=_("Why; it stays in the journal."))


@click.group(help=_("What is due, what is held, and destroying records by two people."))
def retention() -> None:
    """Each command below works alone."""


@retention.command(help=_("List the documents whose years are over, and the holds that keep them all the same."))
@click.option("--limit", type=click.IntRange(1), default=MOST_SHOWN, show_default=True, help=_("Documents to show."))
@click.pass_obj
def due(archive: Path, limit: int) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        found = due_documents(opened.place, cancel=CancelToken(), limit=limit)
        for standing in found.shown:
            held = "; ".join(hold_words(hold) for hold in standing.holds)
            kept = standing.kept
            say("\t".join((kept.number, kept.title, rule_words(standing.rule), term_words(standing), held)))
    if len(found.shown) < found.total:
        complain(_("{shown} of {total} are shown; see --limit.").format(shown=len(found.shown), total=found.total))
    return 0


@retention.command(help=_("Place a legal hold: nothing that it covers is destroyed until it is lifted."))
@click.argument("target")
@click.option(
    "--on", "scope", type=click.Choice([scope.value for scope in HoldScope]), default=HoldScope.DOCUMENT.value,
    show_default=True, help=_("TARGET is a document's number, a file's reference or a record class's name."),
)  # fmt: skip
@reason
@click.option("--authority", required=True, help=_("Who ordered it, and under what number."))
@click.pass_obj
def hold(archive: Path, target: str, scope: str, reason: str, authority: str) -> int:
    with open_at_command(archive) as opened:
        _show(opened.place, place_hold(opened.place, HoldScope(scope), target, reason=reason, authority=authority))
    return 0


@retention.command(help=_("List the holds that rest; «lift» takes the first column."))
@click.pass_obj
def holds(archive: Path) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        for one in resting_holds(opened.place):
            _show(opened.place, one)
    return 0


@retention.command(help=_("Lift one hold; others stay."))
@click.argument("hold_id")
@reason
@click.pass_obj
def lift(archive: Path, hold_id: str, reason: str) -> int:
    with open_at_command(archive) as opened:
        _show(opened.place, lift_hold(opened.place, hold_id, reason=reason))
    return 0


@retention.command(help=_("Propose to destroy a document that is due. Another person confirms it."))
@click.argument("number")
@reason
@click.pass_obj
def propose(archive: Path, number: str, reason: str) -> int:
    with open_at_command(archive) as opened:
        say(propose_disposal(opened.place, number, reason=reason).id)
    return 0


@retention.command(help=_("List the proposals that wait for a second person; «confirm» takes the first column."))
@click.pass_obj
def proposals(archive: Path) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened, _line(archive, opened.place) as together:
        for each in waiting_everywhere(opened.place, together):
            kept, asked = each.standing.kept, each.disposal
            state = state_words(asked, each.awaited)
            say("\t".join((asked.id, kept.number, kept.title, asked.proposed_by, asked.reason, state)))
    return 0


@retention.command(help=_("Confirm what somebody else proposed: the document is destroyed for ever."))
@click.argument("proposal_id")
@click.pass_obj
def confirm(archive: Path, proposal_id: str) -> int:
    with open_at_command(archive) as opened:
        with _line(archive, opened.place) as together:
            gone = confirm_anywhere(opened.place, together, proposal_id)
        follow_journal(opened.place)
    if gone is None:
        say(_("Confirmed. The centre decides when every station has been heard."))
        return 0
    say(_("{number} is destroyed: {pages} pages, {files} files.").format(
        number=gone.number, pages=gone.pages, files=gone.files
    ))  # fmt: skip
    return 0


@retention.command(help=_("Take a proposal back, or turn it down."))
@click.argument("proposal_id")
@reason
@click.pass_obj
def withdraw(archive: Path, proposal_id: str, reason: str) -> int:
    with open_at_command(archive) as opened, _line(archive, opened.place) as together:
        withdraw_anywhere(opened.place, together, proposal_id, reason=reason)
    return 0


@retention.command(help=_("Keep a document at least until that day."))
@click.argument("number")
@click.option("--until", required=True, help=_("Day/month/year."))
@reason
@click.pass_obj
def keep(archive: Path, number: str, until: str, reason: str) -> int:
    day = canonical_date(until)
    if not day:
        raise WrongUse(detail=_("write it as day/month/year"))
    with open_at_command(archive) as opened:
        keep_longer(opened.place, number, until=date.fromisoformat(day), reason=reason)
    return 0


@retention.command(help=_("List what was destroyed: when, who, why. With --proof the hashes of its files."))
@click.option("--proof", is_flag=True, help=_("One line more for each file."))
@click.pass_obj
def destroyed(archive: Path, proof: bool) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        for gone in destroyed_documents(opened.place):
            people = _("{first}, then {second}").format(first=gone.proposed_by, second=gone.confirmed_by)
            day = gone.destroyed_at.astimezone().date().isoformat()
            say("\t".join((gone.number, day, people, gone.reason, gone.rule)))
            for sha in proof_of(opened.place, gone.document_id) if proof else ():
                say(f"\t{sha}")
    return 0


@retention.command("close-file", help=_("Close a file: nothing more is expected in it, and its years begin."))
@click.argument("reference")
@reason
@click.pass_obj
def close_file(archive: Path, reference: str, reason: str) -> int:
    with open_at_command(archive) as opened:
        close(opened.place, reference, reason=reason)
    return 0


@retention.command("reopen-file", help=_("Open a closed file again; its years begin anew with the next closing."))
@click.argument("reference")
@reason
@click.pass_obj
def reopen_file(archive: Path, reference: str, reason: str) -> int:
    with open_at_command(archive) as opened:
        reopen(opened.place, reference, reason=reason)
    return 0


@contextmanager
def _line(archive: Path, place: Workplace) -> Iterator[Together | None]:
    """The copy of the centre, where there is one: proposals of other stations stand there."""
    try:
        opened = open_together(archive, place, read_only=True)
    except ArchiveError:  # not enrolled, or nothing was followed yet: the own archive has all that is known here
        yield None
        return
    with opened:
        yield opened.together


def _show(place: Workplace, hold: Hold) -> None:
    state = _("rests") if hold.rests else _("lifted")
    say("\t".join((hold.id, hold.scope.value, target_words(place, hold), hold_words(hold), hold.placed_by, state)))
