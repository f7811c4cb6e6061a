"""Commands about the people of an archive: who is admitted, with which password, who signed in."""

from __future__ import annotations

from pathlib import Path

import click

from muni_archive.bootstrap import open_workplace
from muni_archive.cli.output import say
from muni_archive.domain.people import Person
from muni_archive.messages import _
from muni_archive.services.people.admitting import (
    add_person,
    admit_again,
    change_password,
    disable_person,
    set_up_administrator,
)
from muni_archive.services.people.admitting import people as everybody
from muni_archive.services.people.signing_in import last_sign_ins

_PASSWORD = click.password_option(
    help=_("Asked for when left out, which is better: other programs see what stands here.")
)


@click.group(help=_("Administer the people of this archive; with the first, everybody must sign in to the window."))
def people() -> None:
    """Below the archive that `--archive` names."""


@people.command("set-up", help=_("Admit the first person, who administers the archive. The password is asked for."))
@click.argument("name")
@_PASSWORD
@click.pass_obj
def set_up(archive: Path, name: str, password: str) -> int:
    with open_workplace(archive, create=False) as opened:
        _show(set_up_administrator(opened.place, name, password))
    return 0


@people.command("add", help=_("Admit a person. What they may do is given with «organisation give»."))
@click.argument("name")
@_PASSWORD
@click.pass_obj
def add(archive: Path, name: str, password: str) -> int:
    with open_workplace(archive, create=False) as opened:
        _show(add_person(opened.place, name, password))
    return 0


@people.command("list", help=_("List the people who may sign in, or might once."))
@click.pass_obj
def list_people(archive: Path) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        for person in everybody(opened.place):
            _show(person)
    return 0


@people.command("set-password", help=_("Give a person a new password. It is asked for."))
@click.argument("name")
@_PASSWORD
@click.pass_obj
def set_password(archive: Path, name: str, password: str) -> int:
    with open_workplace(archive, create=False) as opened:
        _show(change_password(opened.place, name, password))
    return 0


@people.command("disable", help=_("End a person's access at once; what they did stays under their name."))
@click.argument("name")
@click.option("--reason", required=True)
@click.pass_obj
def disable(archive: Path, name: str, reason: str) -> int:
    with open_workplace(archive, create=False) as opened:
        _show(disable_person(opened.place, name, reason=reason))
    return 0


@people.command("admit-again", help=_("Let a person come back who was disabled, with a new password."))
@click.argument("name")
@_PASSWORD
@click.pass_obj
def come_back(archive: Path, name: str, password: str) -> int:
    with open_workplace(archive, create=False) as opened:
        _show(admit_again(opened.place, name, password))
    return 0


@people.command("sign-ins", help=_("List the last sign-ins and the tries that failed, newest first."))
@click.option("--limit", default=50, show_default=True)
@click.option("--person", default="", help=_("Only under this name."))
@click.pass_obj
def list_sign_ins(archive: Path, limit: int, person: str) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        for tried in last_sign_ins(opened.place, limit, name=person):
            name = tried.name if tried.name.isprintable() else ascii(tried.name)
            say("\t".join((tried.at, tried.outcome, name)))
    return 0


def _show(person: Person) -> None:
    say("\t".join((person.name, person.role, person.state, person.note)))
