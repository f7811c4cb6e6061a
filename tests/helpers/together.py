"""A station's archive and its line to a served centre."""

import shutil

from muni_archive.bootstrap import enrol_archive, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.services.together.following import take_over_versions
from muni_archive.services.together.synchronising import synchronise_once
from tests.helpers.centres import PlainStation


class Station:
    """A station's archive and its line, for tests."""

    def __init__(self, folder, name, centre, *departments):
        self.folder, self.name = folder, name
        PlainStation(folder, name).close()
        enrol_archive(folder, url=centre.url, code=centre.invite(*departments))

    def work(self, do):
        """Do something in the station's archive."""
        plain = PlainStation(self.folder, self.name)
        try:
            return do(plain)
        finally:
            plain.close()

    def twin(self, folder):
        """A copy of the archive, key and all."""
        shutil.copytree(self.folder, folder)
        other = Station.__new__(Station)
        other.folder, other.name = folder, self.name
        return other

    def sync(self):
        with (
            open_workplace(self.folder, read_only=True) as own,
            open_together(self.folder, own.place) as line,
        ):
            synchronise_once(line.together, cancel=CancelToken(), told=lambda _: None)
            with open_workplace(self.folder) as writing:
                taken = take_over_versions(writing.place.unit_of_work, line.together.copy)
                if taken:
                    synchronise_once(line.together, cancel=CancelToken(), told=lambda _: None)

    def at_centre(self, document_id):
        with (
            open_workplace(self.folder, read_only=True) as own,
            open_together(self.folder, own.place) as line,
            line.together.copy() as unit,
        ):
            return unit.records.document(document_id)

    def line(self):
        own = open_workplace(self.folder, read_only=True)
        return open_together(self.folder, own.place)

    def here(self, document_id):
        with open_workplace(self.folder, read_only=True) as own, own.place.unit_of_work() as unit:
            return unit.records.document(document_id)
