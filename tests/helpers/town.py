"""A centre that can be put back in time, and two stations that can come back to it."""

from __future__ import annotations

import shutil
from dataclasses import replace

from muni_archive.bootstrap import open_centre, rejoin_archive
from muni_archive.sync.state import load_link, save_link
from tests.helpers.linked import DirectLine, LinkedStation, current_version, enrol_cheaply
from tests.helpers.proofs import central_journal, engine_of, prove_all
from tests.helpers.serving import served_here


class Town:
    """A centre that can be put back in time, and two stations."""

    def __init__(self, folder):
        self.folder = folder
        self.centre = open_centre(folder / "centre")
        self.stations = [self.station(name) for name in ("A1", "B2")]
        for station in self.stations:
            line = station.line
            enrol_cheaply(station, self.centre, "http://127.0.0.1:9")
            station.line.close()
            station.line = line

    def station(self, name, folder=None):
        station = LinkedStation(folder or self.folder / name, name)
        station.line = DirectLine(lambda: self.centre, station.id)
        return station

    def back_up(self):
        self.centre.close()
        shutil.copytree(self.folder / "centre", self.folder / "backup")
        self.centre = open_centre(self.folder / "centre")

    def put_back(self, *, keep_index=False):
        self.centre.close()
        shutil.move(self.folder / "centre", self.folder / "lost")
        shutil.copytree(self.folder / "backup", self.folder / "centre")
        if keep_index:
            shutil.rmtree(self.folder / "centre" / "index")
            shutil.copytree(self.folder / "lost" / "index", self.folder / "centre" / "index")
        self.centre = open_centre(self.folder / "centre")

    def rest(self):
        """Everybody sends and follows until nothing moves."""
        for _ in range(8):
            before = len(central_journal(self.centre))
            for station in self.stations:
                station.sync()
            if before == len(central_journal(self.centre)):
                return
        raise AssertionError("the stations never come to rest")

    def rejoin(self, at):
        """The station at this place comes back by the program's own way, and is opened again; returns what was done."""
        folder, name = self.stations[at].folder, self.stations[at].name
        self.stations[at].close()
        with served_here(self.centre) as port:
            save_link(folder, replace(load_link(folder), url=f"http://127.0.0.1:{port}"))
            try:
                return rejoin_archive(folder)
            finally:
                self.stations[at] = self.station(name, folder)

    def prove(self):
        prove_all(self.centre, self.stations)

    def prove_documents(self, ids):
        """These are at the centre, and no others."""
        with self.centre.centre.unit_of_work() as unit:
            assert {document.id for document in unit.records.documents()} == set(ids)

    def standing(self, document_id):
        return current_version(engine_of(self.centre), document_id)[2]

    def conflicts(self):
        with self.centre.centre.unit_of_work() as unit:
            return unit.records.conflicts()

    def close(self):
        for station in self.stations:
            station.close()
        self.centre.close()
