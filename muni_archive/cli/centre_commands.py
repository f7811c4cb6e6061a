"""Commands of the centre: serve it, and administer its stations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from muni_archive.bootstrap import OpenCentre, open_centre
from muni_archive.cli.centre_audit_commands import COMMANDS
from muni_archive.cli.organisation_commands import organisation
from muni_archive.cli.output import checkpoint_of, progress_bar, say, show_report
from muni_archive.cli.provider_commands import provider
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.people import Person, Role
from muni_archive.messages import _
from muni_archive.paths import default_centre
from muni_archive.services.centre.destroying import end_hearing, pending_disposals
from muni_archive.services.centre.enrolling import invite_station, revoke_station, stations
from muni_archive.services.centre.missing import verify_centre
from muni_archive.services.centre.people import (
    SIGN_IN_DAYS,
    add_person,
    change_password,
    disable_person,
    last_sign_ins,
    people,
)
from muni_archive.services.follow_journal import reindex as rebuild
from muni_archive.services.own_departments import require_known

HOST, PORT = "127.0.0.1", 8470


def where(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where the centre's data are."""
    options = (
        click.option(
            "--data", type=click.Path(path_type=Path, file_okay=False), envvar="MUNI_ARCHIVE_CENTRE", show_envvar=True,
            help=_("Folder of the centre's data."),
        ),
        click.option(
            "--database", default="", envvar="MUNI_ARCHIVE_DATABASE", show_envvar=True,
            help=_("postgresql+psycopg://… (SQLite in the folder when left out)."),
        ),
        click.option(
            "--objects", default="", envvar="MUNI_ARCHIVE_OBJECTS", show_envvar=True,
            help=_("s3://bucket/prefix?endpoint=… (files in the folder when left out)."),
        ),
    )  # fmt: skip
    for option in options:
        command = option(command)
    return command


@click.command(help=_("Serve the central archive to stations."))
@where
@click.option("--name", default="CENTRE", help=_("What a new centre is called."))
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", default=PORT, show_default=True)
@click.option("--tls-cert", "certificate", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--tls-key", "key", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--access-log", is_flag=True, help=_("Log every request."))
@click.option(
    "--sign-in-days", type=click.IntRange(min=1, max=36500), default=SIGN_IN_DAYS, show_default=True,
    envvar="MUNI_ARCHIVE_SIGN_IN_DAYS", show_envvar=True, help=_("Forget sign-ins that are older than so many days."),
)  # fmt: skip
def serve(
    data: Path | None, database: str, objects: str, name: str, host: str, port: int, certificate: Path | None,
    key: Path | None, access_log: bool, sign_in_days: int,
) -> int:  # fmt: skip
    from muni_archive.server.lines import open_lines
    from muni_archive.server.serving import serve as run

    with open_centre(data or default_centre(), database=database, objects=objects, name=name) as opened:
        run(
            opened.centre,
            host=host,
            port=port,
            certificate=certificate,
            key=key,
            access=access_log,
            warnings=open_lines(database, objects),
            sign_in_days=sign_in_days,
        )
    return 0


@click.group(help=_("Administer the central archive: its stations, its proof, its index."))
@where
@click.pass_context
def centre(context: click.Context, data: Path | None, database: str, objects: str) -> None:
    def opened(*, beside: bool = True) -> OpenCentre:
        return open_centre(data or default_centre(), database=database, objects=objects, beside=beside)

    context.obj = opened


@centre.command(help=_("Make a code with which one station may enrol. It is shown once."))
@click.option("--department", "departments", multiple=True, help=_("Only this department (may be repeated)."))
@click.pass_obj
def invite(opened: Callable[..., OpenCentre], departments: tuple[str, ...]) -> int:
    with opened() as at:
        require_known(at.centre.place, departments)
        code = invite_station(at.centre, departments)
    say(" ".join(code[start : start + 6] for start in range(0, len(code), 6)))
    return 0


@centre.command("stations", help=_("List the stations."))
@click.pass_obj
def list_stations(opened: Callable[..., OpenCentre]) -> int:
    with opened() as at:
        for station in stations(at.centre):
            departments = ", ".join(station.departments) or _("all departments")
            say("\t".join((station.name, station.state, departments, station.note)))
    return 0


@centre.command(help=_("End a station's access at once; what it has sent stays."))
@click.argument("name")
@click.option("--reason", required=True)
@click.pass_obj
def revoke(opened: Callable[..., OpenCentre], name: str, reason: str) -> int:
    with opened() as at:
        station = revoke_station(at.centre, name, reason=reason)
    say(f"{station.name}\t{station.state}")
    return 0


@centre.command("add-person", help=_("Admit a person, who may then sign in at stations. The password is asked for."))
@click.argument("name")
@click.option("--department", "departments", multiple=True, help=_("Only this department (may be repeated)."))
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.READER.value, show_default=True)
@click.password_option(help=_("Asked for when left out, which is better: other programs see what stands here."))
@click.pass_obj
def admit_person(
    opened: Callable[..., OpenCentre], name: str, departments: tuple[str, ...], role: str, password: str
) -> int:
    with opened() as at:
        require_known(at.centre.place, departments)
        person = add_person(at.centre, name, password, role=Role(role), departments=departments)
    _show_person(person)
    return 0


@centre.command("people", help=_("List the people who may sign in, or might once."))
@click.pass_obj
def list_people(opened: Callable[..., OpenCentre]) -> int:
    with opened() as at:
        for person in people(at.centre):
            _show_person(person)
    return 0


@centre.command("set-password", help=_("Give a person a new password. It is asked for."))
@click.argument("name")
@click.password_option(help=_("Asked for when left out, which is better: other programs see what stands here."))
@click.pass_obj
def set_password(opened: Callable[..., OpenCentre], name: str, password: str) -> int:
    with opened() as at:
        _show_person(change_password(at.centre, name, password))
    return 0


@centre.command("disable-person", help=_("End a person's access at once; what they did stays under their name."))
@click.argument("name")
@click.option("--reason", required=True)
@click.pass_obj
def end_person(opened: Callable[..., OpenCentre], name: str, reason: str) -> int:
    with opened() as at:
        _show_person(disable_person(at.centre, name, reason=reason))
    return 0


@centre.command("sign-ins", help=_("List the last sign-ins and the tries that failed, newest first."))
@click.option("--limit", default=50, show_default=True)
@click.option("--person", default="", help=_("Only under this name."))
@click.pass_obj
def list_sign_ins(opened: Callable[..., OpenCentre], limit: int, person: str) -> int:
    with opened() as at:
        names = {station.id: station.name for station in stations(at.centre)}
        for tried in last_sign_ins(at.centre, limit, name=person):
            station = names.get(tried.station_id, tried.station_id)
            say(
                "\t".join(
                    (tried.at, station, tried.outcome, tried.name if tried.name.isprintable() else ascii(tried.name))
                )
            )
    return 0


def _show_person(person: Person) -> None:
    departments = ", ".join(person.departments) or _("all departments")
    say("\t".join((person.name, person.role, person.state, departments, person.note)))


@centre.command(
    help=_("List what two people would destroy, and the stations that have not been heard; «end-hearing» takes the "
           "first column.")
)  # fmt: skip
@click.pass_obj
def disposals(opened: Callable[..., OpenCentre]) -> int:
    with opened() as at:
        for each in pending_disposals(at.centre):
            asked = each.disposal
            people_ = _("{first}, then {second}").format(first=asked.proposed_by, second=asked.decided_by)
            say("\t".join((asked.id, each.number, people_, asked.reason, ", ".join(each.awaited))))
    return 0


@centre.command(
    "end-hearing",
    help=_("Wait for no more stations before a document is destroyed. A hold that one of them has not sent comes too "
           "late then."),
)  # fmt: skip
@click.argument("proposal_id")
@click.option("--reason", required=True, help=_("Why; it stays in the journal."))
@click.pass_obj
def stop_hearing(opened: Callable[..., OpenCentre], proposal_id: str, reason: str) -> int:
    with opened() as at:
        end_hearing(at.centre, proposal_id, reason=reason)
    return 0


@centre.command(help=_("Prove that the central archive is whole."))
@click.option("--checkpoint", default="", help=_("SEQUENCE:HASH, how the journal stood once: finds a cut end."))
@click.pass_obj
def verify(opened: Callable[..., OpenCentre], checkpoint: str) -> int:
    known = checkpoint_of(checkpoint)
    with opened(beside=False) as at, progress_bar(_("Verifying")) as progress:
        report = verify_centre(at.centre, cancel=CancelToken(), progress=progress, known=known)
    return show_report(report)


@centre.command(help=_("Build the central search index again."))
@click.pass_obj
def reindex(opened: Callable[..., OpenCentre]) -> int:
    with opened(beside=False) as at, progress_bar(_("Indexing")) as progress:
        pages = rebuild(at.centre.place, cancel=CancelToken(), progress=lambda done, total: progress(done, total, ""))
    say(_("{count} pages are in the index.").format(count=pages))
    return 0


centre.add_command(organisation)
centre.add_command(provider)
for command in COMMANDS:
    centre.add_command(command)
