"""People and units, wherever they are known, with the leave for files that was given here and is not told there yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from muni_archive.domain.errors import NotFound
from muni_archive.domain.organisation import Organisation
from muni_archive.domain.people import Person
from muni_archive.domain.records import File
from muni_archive.ports import UnitOfWork
from muni_archive.services.workplace import Workplace


def known_organisation(place: Workplace) -> Organisation:
    """At a station that works with a centre, the centre's."""
    with place.unit_of_work() as unit:
        own = unit.organisation.all()
    if place.people is None:
        return own
    with place.people() as unit:
        return unit.organisation.all().with_grants(own.grants)


def known_people(place: Workplace) -> Mapping[str, Person]:
    """By id."""
    with people_unit(place)() as unit:
        return {person.id: person for person in unit.people.all()}


def people_unit(place: Workplace) -> Callable[[], UnitOfWork]:
    """A unit of work of the archive that knows the people."""
    return place.people or place.unit_of_work


def known_file(place: Workplace, reference: str) -> File:
    """A file of this archive, or one that the centre has told of. Raises `NotFound`."""
    for source in (place.unit_of_work, people_unit(place)):
        with source() as unit:
            if file := unit.records.file(reference.strip()):
                return file
    raise NotFound(key=reference)
