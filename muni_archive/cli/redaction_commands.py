"""Redaction from the command line: propose, look, approve, refuse, take back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from muni_archive.bootstrap import open_at_command, open_workplace
from muni_archive.cli.output import say
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import WrongUse
from muni_archive.domain.geometry import Box
from muni_archive.domain.redaction import HiddenArea
from muni_archive.messages import _, ngettext
from muni_archive.services.files_out import write_file
from muni_archive.services.redaction.deciding import approve_redaction, preview_redaction, refuse_redaction
from muni_archive.services.redaction.finding import occurrences
from muni_archive.services.redaction.material import Material, current_material
from muni_archive.services.redaction.proposing import (
    propose_redaction,
    redactions_of,
    redactions_waiting,
    withdraw_redaction,
)
from muni_archive.services.view_document import view_document

_AREA = re.compile(r"(\d+):(\d+),(\d+),(\d+),(\d+)")
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(help=_("Hide parts of a document in a copy for release: one person proposes, another approves."))
def redact() -> None:
    """Only a group."""


@redact.command(help=_("Propose what to hide; prints the redaction's id."))
@click.argument("number")
@click.option("--hide", multiple=True, help=_("A name or number: hidden wherever it stands."))
@click.option("--area", multiple=True, metavar="PAGE:X,Y,W,H", help=_("A place, in pixels of the page as it came."))
@click.option("--reason", default="privacy", show_default=True)
@click.option("--note", default="")
@click.pass_obj
def propose(archive: Path, number: str, hide: Sequence[str], area: Sequence[str], reason: str, note: str) -> int:
    with open_at_command(archive) as opened:
        document = view_document(opened.place, number).document
        material = current_material(opened.place, document.id)
        areas = [*_found(material, hide, reason), *(_area(material, text, reason) for text in area)]
        redaction = propose_redaction(opened.place, document.id, areas, note)
    count = ngettext("{count} place", "{count} places", len(redaction.areas)).format(count=len(redaction.areas))
    say(f"{redaction.id}\t{count}")
    return 0


@redact.command(name="list", help=_("List a document's redactions, newest first; without a number those that wait."))
@click.argument("number", required=False)
@click.pass_obj
def show(archive: Path, number: str | None) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        document = view_document(opened.place, number).document if number else None
        found = redactions_of(opened.place, document.id) if document else redactions_waiting(opened.place)
        for each in found:
            known = document or view_document(opened.place, each.document_id).document
            people = (each.proposed_by, each.decided_by or "-")
            count = str(len(each.areas))
            say("\t".join((each.id, known.number, str(each.version), each.state, *people, count, each.decision_note)))
    return 0


@redact.command(help=_("Write the copy as it would go out, to look at."))
@click.argument("redaction")
@click.option("--to", "target", type=FILE, required=True)
@click.pass_obj
def preview(archive: Path, redaction: str, target: Path) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        say(str(write_file(target, preview_redaction(opened.place, redaction, cancel=CancelToken()).data)))
    return 0


@redact.command(help=_("Approve a redaction that somebody else proposed. Look at it first, with «preview»."))
@click.argument("redaction")
@click.option("--note", default="")
@click.pass_obj
def approve(archive: Path, redaction: str, note: str) -> int:
    with open_at_command(archive) as opened:
        seen = preview_redaction(opened.place, redaction, cancel=CancelToken())
        say(approve_redaction(opened.place, seen, note).copy)
    return 0


@redact.command(help=_("Refuse a redaction that somebody else proposed."))
@click.argument("redaction")
@click.option("--why", required=True)
@click.pass_obj
def refuse(archive: Path, redaction: str, why: str) -> int:
    with open_at_command(archive) as opened:
        refuse_redaction(opened.place, redaction, why)
    return 0


@redact.command(help=_("Take back a redaction that you proposed."))
@click.argument("redaction")
@click.pass_obj
def withdraw(archive: Path, redaction: str) -> int:
    with open_at_command(archive) as opened:
        withdraw_redaction(opened.place, redaction)
    return 0


def _found(material: Material, texts: Sequence[str], reason: str) -> list[HiddenArea]:
    areas = []
    for text in texts:
        places = occurrences(material, text)
        if not places:
            raise WrongUse(detail=_("«{text}» stands nowhere on the pages").format(text=text))
        areas += [HiddenArea(place.page_id, place.box, reason) for place in places]
    return areas


def _area(material: Material, text: str, reason: str) -> HiddenArea:
    found = _AREA.fullmatch(text)
    page, *box = map(int, found.groups()) if found else (0,)
    if not 0 < page <= len(material.pages):
        raise WrongUse(detail=_("«{text}» is no area; write page:x,y,width,height").format(text=text))
    return HiddenArea(material.pages[page - 1].id, Box(*box), reason)
