"""The line is cut, stalls, repeats itself or changes a byte, before, within and after every request of a sync."""

from __future__ import annotations

import random

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.errors import ArchiveError
from tests.helpers.linked import LinkedStation, enrol_cheaply, revise_document
from tests.helpers.proofs import prove_all, prove_no_edit_lost
from tests.helpers.proxy import Fault, Place, proxied
from tests.helpers.serving import served_here


class Office:
    """A served centre and two stations, one of them behind the proxy."""

    def __init__(self, folder, opened, port, proxy):
        self.opened, self.proxy = opened, proxy
        self.one, self.other = (LinkedStation(folder / name, name) for name in ("A1", "B2"))
        enrol_cheaply(self.one, opened, proxy.url)
        enrol_cheaply(self.other, opened, f"http://127.0.0.1:{port}")
        self.made = 0
        self.document_id = self.work()
        self.settle()

    def work(self):
        """Both stations do something: a document each, and an edit each of the one that both know."""
        self.made += 1
        for station in (self.one, self.other):
            document_id = station.add_document(f"{station.name}-{self.made}", self.made, pages=2)
        if self.made > 1:
            for station, name in ((self.one, "one"), (self.other, "other")):
                revise_document(station, self.document_id, metadata={name: str(self.made)})
        return document_id

    def settle(self):
        for station in (self.other, self.one, self.other, self.one, self.other):
            station.sync()

    def prove(self):
        prove_all(self.opened, (self.one, self.other))

    def close(self):
        self.one.close()
        self.other.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("office")
    with open_centre(tmp_path / "centre") as opened, served_here(opened) as port, proxied(port) as proxy:
        made = Office(tmp_path, opened, port, proxy)
        yield made
        made.close()


CUTS = tuple(Place)
REQUESTS = 9
"""Of one sync with news in both directions, or a few fewer: then the fault waits for the next."""


@pytest.mark.parametrize("place", CUTS, ids=lambda place: place.name.lower())
def test_a_line_that_fails_loses_nothing(office, place, many, figures):
    chance = random.Random(place.name)
    struck = told = 0
    for turn in range(many(2, 60)):
        office.work()
        office.proxy.arm(
            Fault(place, at=chance.randrange(REQUESTS) if turn else 1, fraction=chance.random(), seconds=0.05)
        )
        before = office.proxy.struck
        try:
            office.one.sync()
        except ArchiveError:
            told += 1
        struck += office.proxy.struck - before
        office.proxy.arm(None)
    office.settle()
    office.prove()
    revisions = prove_no_edit_lost(office.opened)
    assert struck
    figures(fault=str(place), struck=struck, told=told, revisions=revisions)
