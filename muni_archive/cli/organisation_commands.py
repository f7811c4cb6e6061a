"""Commands about units and roles: what the window's screen does, for scripts and for the beginning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from muni_archive.bootstrap import OpenCentre, open_workplace
from muni_archive.cli.output import say
from muni_archive.domain.errors import FieldInvalid
from muni_archive.domain.organisation import EVERYWHERE, UnitKind
from muni_archive.messages import _, current_language
from muni_archive.organisation_files import read_units
from muni_archive.services.field_values import canonical_date
from muni_archive.services.organisation.places import NewPlace, end_place, give_place
from muni_archive.services.organisation.units import begin_organisation, close_unit, open_unit
from muni_archive.services.organisation.viewing import OrganisationView, view_organisation
from muni_archive.services.workplace import Workplace

Where = Path | Callable[[], OpenCentre]
"""The folder of an archive; or, below `muni-archive centre`, what opens the centre."""


@contextmanager
def opened(where: Where, *, create: bool = False, read_only: bool = False) -> Iterator[Workplace]:
    """The archive or the centre, open."""
    if isinstance(where, Path):
        with open_workplace(where, create=create, read_only=read_only) as archive:
            yield archive.place
    else:
        with where() as centre:
            yield centre.centre.place


@click.group(help=_("Administer units, and the roles of people in them."))
def organisation() -> None:
    """Of the archive that `--archive` names; below `centre`, of the centre."""


@organisation.command(help=_("Open the units of a file; the sample when none is named."))
@click.option("--file", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def begin(where: Where, path: Path | None) -> int:
    with opened(where, create=True) as place:
        say(_("{count} units are open.").format(count=begin_organisation(place, read_units(path))))
    return 0


@organisation.command("list", help=_("List units, people and roles; each role with its id."))
@click.pass_obj
def list_units(where: Where) -> int:
    with opened(where, read_only=True) as place:
        _show_under(view_organisation(place), EVERYWHERE, 0)
    return 0


@organisation.command("open", help=_("Open a unit."))
@click.argument("unit_id")
@click.option("--kind", type=click.Choice([kind.value for kind in UnitKind]), required=True)
@click.option("--ar", "arabic", required=True)
@click.option("--en", "english", required=True)
@click.option("--under", default="")
@click.pass_obj
def open_one(where: Where, unit_id: str, kind: str, arabic: str, english: str, under: str) -> int:
    label = {"ar": arabic, "en": english}
    with opened(where) as place:
        say(open_unit(place, kind=UnitKind(kind), label=label, parent=under, unit_id=unit_id))
    return 0


@organisation.command("close", help=_("Close a unit in which nobody is placed any more; its records stay."))
@click.argument("unit_id")
@click.option("--reason", required=True)
@click.pass_obj
def close(where: Where, unit_id: str, reason: str) -> int:
    with opened(where) as place:
        close_unit(place, unit_id, reason=reason)
    return 0


@organisation.command("give", help=_("Give a person a role in a unit, or everywhere."))
@click.argument("name")
@click.argument("role")
@click.option("--unit", "unit_id", default=EVERYWHERE)
@click.option("--until", help=_("The last day."))
@click.option("--class", "record_classes", multiple=True, help=_("Only this record class (may be repeated)."))
@click.option("--level", "highest", default="", help=_("The highest access level; the role's own when left out."))
@click.option("--reason", default="")
@click.pass_obj
def give(
    where: Where, name: str, role: str, unit_id: str, until: str | None, record_classes: tuple[str, ...],
    highest: str, reason: str,
) -> int:  # fmt: skip
    new = NewPlace(role=role, unit_id=unit_id, until=_day_after(until), record_classes=record_classes, highest=highest)
    with opened(where) as place:
        say(give_place(place, name, new, reason=reason))
    return 0


@organisation.command("end", help=_("End a role, by its id."))
@click.argument("place_id")
@click.option("--reason", required=True)
@click.pass_obj
def end(where: Where, place_id: str, reason: str) -> int:
    with opened(where) as place:
        end_place(place, place_id, reason=reason)
    return 0


def _day_after(day: str | None) -> datetime | None:
    """The first moment after the day, on this computer's clock."""
    if not day:
        return None
    written = canonical_date(day)
    if not written:
        raise FieldInvalid(value=day, field="until", detail=_("it is no date"))
    return (datetime.fromisoformat(written).astimezone() + timedelta(days=1)).astimezone(UTC)


def _show_under(view: OrganisationView, unit_id: str, depth: int) -> None:
    for place in view.places_in(unit_id):
        person = view.person(place.person_id)
        if person:
            say(f"{'  ' * depth}- {person.name}\t{place.role}\t{place.until or '-'}\t{place.id}")
    for unit in view.organisation.children(unit_id):
        closed = _("closed unit") if unit.closed else ""
        say(f"{'  ' * depth}{unit.label[current_language()]}\t{unit.id}\t{unit.kind}\t{closed}".rstrip())
        _show_under(view, unit.id, depth + 1)
