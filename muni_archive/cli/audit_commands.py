"""Commands about who did what, and about the proof that the journal says so: audit, export, verify.

The centre's commands of the same names share their parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import click

from muni_archive.bootstrap import OpenArchive, open_workplace, recording_beside
from muni_archive.cli.output import checkpoint_of, complain, progress_bar, say
from muni_archive.domain.auditing import AuditFilter, AuditTrail
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveInUse, JournalNotWhole
from muni_archive.messages import _, ngettext
from muni_archive.services.audit.checkpoints import signing_key
from muni_archive.services.audit.export_csv import export_trail
from muni_archive.services.audit.export_journal import export_journal as write_journal
from muni_archive.services.audit.trail import AuditRow, all_rows, audit_trail
from muni_archive.services.audit.wording import GROUPS, KINDS
from muni_archive.services.field_values import canonical_date
from muni_archive.services.workplace import Workplace
from muni_archive.verifying import Finding, Known, Proof, verify_lines

SHOWN = 20
"""Findings that are printed one by one."""


AUDIT_HELP = _("List who did what: saw, searched, printed, took out, changed, signed in. Newest first.")
EXPORT_HELP = _(
    "Write the whole journal, an entry a line, up to a signed checkpoint. «verify-journal» proves the file."
)
KEY_HELP = _("Print the archive's public key, to hand out to whoever is to check its journal.")


def narrowed(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which entries are asked for, and where they go."""
    options = (
        click.option("--person", default="", help=_("Only what this person did, and sign-ins under this name.")),
        click.option("--record", default="", help=_("Only what concerns this document or file, by its number.")),
        click.option(
            "--kind", "kinds", multiple=True, type=click.Choice([*GROUPS, *KINDS]), metavar="KIND",
            help=_("Only this kind: {groups}, or the name of a kind of entry (may be repeated).").format(
                groups=", ".join(GROUPS)
            ),
        ),
        click.option("--since", default="", help=_("Only from this day on.")),
        click.option("--until", default="", help=_("Only up to this day.")),
        click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help=_("Entries to show.")),
        click.option(
            "--csv", "target", type=click.Path(path_type=Path, dir_okay=False), help=_("Write all into this file.")
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command(help=AUDIT_HELP)
@narrowed
@click.pass_obj
def audit(archive: Path, /, **asked: Any) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened, recording_beside(opened) as place:
        show_trail(place, **asked)
    return 0


def show_trail(
    place: Workplace, *, person: str, record: str, kinds: tuple[str, ...], since: str, until: str, limit: int,
    target: Path | None,
) -> None:  # fmt: skip
    """Print what is found, or write all of it into the file."""
    wanted = AuditFilter(person=person, kinds=_kinds(kinds), since=_moment(since), until=_moment(until, after=1))
    trail = audit_trail(place, wanted, record=record)
    if target is None:
        _show(place, trail, limit)
    else:
        _write(place, trail, target)


@click.command("export-journal", help=EXPORT_HELP)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_journal(archive: Path, file: Path) -> int:
    with _writing_if_free(archive) as opened:
        write_out(opened.place, file)
    return 0


def write_out(place: Workplace, file: Path) -> None:
    """The whole journal; prints what is to be kept apart from it."""
    with progress_bar(_("Writing")) as progress:
        done = write_journal(place, file, cancel=CancelToken(), progress=lambda at, total: progress(at, total, ""))
    say(_("{count} entries. Keep apart from the file:").format(count=done.entries))
    say(f"--public-key {done.public_key}")
    say(f"--checkpoint {done.checkpoint}")


@click.command(
    "verify-journal",
    help=_("Prove an exported journal, without any archive: each entry, their order, and the archive's signatures."),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--public-key", "keys", multiple=True, help=_("The archive's, from «public-key» (may be repeated)."))
@click.option("--checkpoint", default="", help=_("SEQUENCE:HASH, how the journal stood once: finds a cut end."))
def verify_journal(file: Path, keys: tuple[str, ...], checkpoint: str) -> int:
    known, proof = _known(keys, checkpoint), Proof()
    with file.open("rb") as lines:
        findings = list(verify_lines(lines, known, proof))
    if findings:
        _complain(findings)
        raise JournalNotWhole(count=len(findings), detail=findings[0].detail)
    say(
        _("{entries} entries, {checkpoints} checkpoints, signed up to entry {signed}. The journal is whole.").format(
            entries=proof.entries, checkpoints=proof.checkpoints, signed=proof.signed
        )
    )
    if not keys:
        complain(_("No public key was given: the signatures are those of the keys that the file names itself."))
    return 0


@click.command("public-key", help=KEY_HELP)
@click.pass_obj
def public_key(archive: Path) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        say(signing_key(opened.place).public_key)
    return 0


@contextmanager
def _writing_if_free(archive: Path) -> Iterator[OpenArchive]:
    """To write; beside a window that has the archive open, to read."""
    try:
        opened = open_workplace(archive, create=False)
    except ArchiveInUse:
        complain(_("The archive is open elsewhere: written is what its last checkpoint covers."))
        opened = open_workplace(archive, create=False, read_only=True)
    with opened:
        yield opened


def _kinds(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(kind for name in names for kind in (GROUPS[name][1] if name in GROUPS else (name,)))


def _moment(day: str, *, after: int = 0) -> str:
    """The beginning of the day here, or of one after it, as the journal writes it. Raises `FieldInvalid`."""
    date = canonical_date(day)
    if not date:
        return ""
    begin = datetime.combine(datetime.fromisoformat(date).date() + timedelta(days=after), time()).astimezone(UTC)
    return begin.isoformat(timespec="microseconds")


def _show(place: Workplace, trail: AuditTrail, limit: int) -> None:
    for row in islice(all_rows(place, trail), limit):
        say(_line(row))
    complain(ngettext("{count} entry in all", "{count} entries in all", trail.total).format(count=trail.total))


def _line(row: AuditRow) -> str:
    at = row.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    cells = (at, row.who, row.what, row.number, row.where, row.details)
    return "\t".join(cell if cell.isprintable() else ascii(cell) for cell in map(_bare, cells))


def _bare(text: str) -> str:
    """Without the marks that only a screen needs."""
    return text.replace("\u2068", "").replace("\u2069", "")


def _write(place: Workplace, trail: AuditTrail, target: Path) -> None:
    with progress_bar(_("Writing")) as progress:
        count = export_trail(
            place, trail, target, cancel=CancelToken(), progress=lambda at, total: progress(at, total, "")
        )
    say(ngettext("{count} entry in all", "{count} entries in all", count).format(count=count))


def _known(keys: tuple[str, ...], checkpoint: str) -> Known:
    stood = checkpoint_of(checkpoint)
    if stood is None:
        return Known(public_keys=frozenset(keys))
    return Known(public_keys=frozenset(keys), sequence=stood.sequence, head=stood.head)


def _complain(findings: list[Finding]) -> None:
    for finding in findings[:SHOWN]:
        complain(f"{finding.kind}: {finding.detail}")
    if len(findings) > SHOWN:
        complain(_("… and {count} more").format(count=len(findings) - SHOWN))
