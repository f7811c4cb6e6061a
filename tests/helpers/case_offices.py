"""Several people at a station whose archive is enrolled with a served centre, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from muni_archive.bootstrap import open_together, open_workplace
from muni_archive.services.together.casework import case_workplace
from tests.helpers.joined import JoinedStation
from tests.helpers.people_at_work import AtWork, Office


@contextmanager
def at_work(station: JoinedStation) -> Iterator[Callable[..., AtWork]]:
    """Called with a name and roles: somebody who works on the cases of all stations there."""
    with open_workplace(station.folder) as opened, open_together(station.folder, opened.place) as line:
        office = Office(opened)

        def person(name: str, *roles: str) -> AtWork:
            there = office.person(name, *roles)
            return replace(there, place=case_workplace(there.place, line.together))

        yield person
