"""An archive with people and units, whose clock a test moves; nobody has a password unless a test gives one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from muni_archive.bootstrap import OpenArchive, open_workplace
from muni_archive.domain.events import BatchClosed, DocumentCreated, FileOpened, PersonAdmitted
from muni_archive.domain.people import Person, Role
from muni_archive.domain.record_class import RecordClass
from muni_archive.organisation_files import read_units
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.workplace import Workplace
from tests.helpers.stores import batch, page

START = datetime(2026, 11, 27, 8, tzinfo=UTC)
LEVELS = ("public", "internal", "confidential", "secret")


class MovedClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class LevelClasses:
    """One record class for each access level, all of one department."""

    def __init__(self, like: RecordClass) -> None:
        self._classes = {
            level: replace(like, id=level, access_level=level, department="building_licences") for level in LEVELS
        }

    def all(self):
        return tuple(self._classes.values())

    def get(self, class_id: str) -> RecordClass:
        from muni_archive.domain.errors import NotFound

        if class_id not in self._classes:
            raise NotFound(key=class_id)
        return self._classes[class_id]


class Municipality:
    """An open archive, its clock, and its people by name."""

    def __init__(self, opened: OpenArchive) -> None:
        self.clock = MovedClock()
        opened.place = replace(opened.place, clock=self.clock)
        self.opened = opened
        begin_organisation(self.place, read_units())

    @property
    def place(self) -> Workplace:
        """The machine's own: nobody is asked."""
        return self.opened.place

    def person(self, name: str, role: str = "", unit_id: str = "building_licences", **more: object) -> Person:
        """Admitted now, with a role there."""
        with self.place.unit_of_work() as unit:
            if unit.people.named(name) is None:
                unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=Role.NONE.value))
                unit.commit()
            person = unit.people.named(name)
        assert person is not None
        if role:
            give_place(self.place, name, NewPlace(role=role, unit_id=unit_id, **more))
        return person

    def as_(self, name: str) -> Workplace:
        with self.place.unit_of_work() as unit:
            person = unit.people.named(name)
        assert person is not None
        return self.opened.as_person(person)

    def document(
        self, key: str, record_class: str, *, department: str = "building_licences", file: str = "", pages: int = 1
    ) -> str:
        """A document of that class, with its pages; returns its id."""
        place = self.place
        blobs = [place.vault.put(f"{key} {at}".encode()) for at in range(pages)]
        with place.unit_of_work() as unit:
            serial = unit.records.next_serial(place.station, 2026)
            if file and unit.records.file(file) is None:
                unit.record(FileOpened(file_id=f"f-{file}", reference=file, record_class=record_class,
                                       department=department))  # fmt: skip
            opened = replace(batch(f"b-{key}"), record_class=record_class)
            unit.record(opened)
            for at, blob in enumerate(blobs):
                unit.record(page(f"p-{key}-{at}", f"b-{key}", blob, at))
            unit.record(
                DocumentCreated(
                    document_id=f"d-{key}", number=f"{place.station}-2026-{serial:06d}", year=2026, serial=serial,
                    record_class=record_class, department=department, title=f"وثيقة {key}", file_reference=file or None,
                    page_ids=tuple(f"p-{key}-{at}" for at in range(pages)), batch_id=f"b-{key}",
                )
            )  # fmt: skip
            unit.record(BatchClosed(batch_id=f"b-{key}", fed=pages, kept=pages, blank=0, separator=0, rejected=0))
            unit.commit()
        return f"d-{key}"


@contextmanager
def municipality(folder: Path, *, levels: bool = False) -> Iterator[Municipality]:
    """`levels`: its record classes are one for each access level."""
    with open_workplace(folder) as opened:
        if levels:
            like = opened.place.record_classes.get("building_file")
            opened.place = replace(opened.place, record_classes=LevelClasses(like))
        yield Municipality(opened)
