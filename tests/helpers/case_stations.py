"""Stations at which people work on cases, with a centre between them; spoken to without a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from muni_archive.bootstrap import OpenCentre, open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.case_course import Course
from muni_archive.domain.cases import CaseActor
from muni_archive.domain.events import DocumentCreated
from muni_archive.record_classes import FileRecordClasses
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.replaying import check_cases
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.waiting import inbox, show_task
from muni_archive.services.together.casework import case_workplace
from muni_archive.services.workplace import Workplace
from muni_archive.store.unit_of_work import SqlUnitOfWork
from tests.helpers.centres import centre_problems
from tests.helpers.linked import DirectLine, LinkedStation
from tests.helpers.people_at_work import AtWork, KeptKeys, MovedClock
from tests.helpers.stores import batch, page, record


class CaseStation(LinkedStation):
    """A linked station, in which several people work one after another."""

    def __init__(self, folder: Path, name: str, centre, departments=()) -> None:
        """`centre` is called for the open centre."""
        self.clock = MovedClock()
        super().__init__(folder, name, clock=self.clock)
        self.enrol(centre(), departments)
        self.line = DirectLine(centre, self.id)
        self.keys = KeptKeys()

    def person(self, name: str, *roles: str) -> AtWork:
        actor = CaseActor(name=name, roles=frozenset(roles))
        return AtWork(place=case_workplace(self.own_place(name), self.together), actor=actor)

    def own_place(self, name: str = "operator") -> Workplace:
        """The station's archive alone."""
        store, clock, ids = self.store, self.clock, self.copied.ids

        def unit():
            return SqlUnitOfWork(store.engine, actor=name, station=self.name, clock=clock, ids=ids)

        return replace(
            self.copied, unit_of_work=unit, vault=store.vault, integrity=store.integrity, station=self.name,
            operator=name, keys=self.keys, record_classes=FileRecordClasses(),
        )  # fmt: skip

    def add_building_file(self, key: str, *, serial: int = 1, by: str = "Ali") -> str:
        """A document that this person scanned; returns its id."""
        made = [page(f"{key}-p{n}", f"{key}-b", self.store.vault.put(f"{key} {n}".encode()), n) for n in range(3)]
        created = DocumentCreated(
            document_id=f"{key}-d", number=f"{self.name}-2026-{serial:06d}", year=2026, serial=serial,
            record_class="building_file", department="building_licences", title="رخصة بناء",
            page_ids=tuple(each.page_id for each in made), batch_id=f"{key}-b",
        )  # fmt: skip
        with self.own_place(by).unit_of_work() as unit:
            for event in (batch(f"{key}-b"), *made, created):
                unit.record(event)
            unit.commit()
        return created.document_id

    def record(self, *events) -> None:
        record(self.store, *events)


def start(by: AtWork, document_id: str, procedure: str = "archiving"):
    return start_case(by.place, procedure, actor=by.actor, document_id=document_id)


def waits_for(by: AtWork) -> list[tuple[str, str]]:
    """Case and element of what is in the person's inbox."""
    return [(line.case.id, line.step.element) for line in inbox(by.place, by.actor)]


def decide(by: AtWork, case_id: str, outcome: str, *, note: str = "", element: str = "", **fields: str):
    """As the desk does it: the step in the inbox, the whole checklist ticked."""
    line = next(
        line for line in inbox(by.place, by.actor) if line.case.id == case_id and element in ("", line.step.element)
    )
    task = show_task(by.place, case_id, line.step.number, by.actor)
    decision = Decision(outcome=outcome, note=note, ticked=[item.id for item in task.checklist], fields=fields)
    return take_step(by.place, case_id, line.step.number, decision, actor=by.actor)


@contextmanager
def proven_centre(folder: Path) -> Iterator[OpenCentre]:
    """A centre, which is whole at the end: its tables are its journal's, its cases stand where procedures lead."""
    with open_centre(folder) as opened:
        yield opened
        assert centre_problems(opened) == []
        assert check_cases(opened.centre.place) == ()


@contextmanager
def case_stations(folder: Path, centre: OpenCentre, *names: str) -> Iterator[list[CaseStation]]:
    """Stations of the centre, each whole at the end, and its copy too."""
    stations = [CaseStation(folder / name, name, lambda: centre) for name in names]
    yield stations
    for station in stations:
        for integrity in (station.store.integrity(), station.copy.integrity()):
            assert list(integrity.problems(cancel=CancelToken(), progress=lambda *_: None)) == []
        station.close()


def meet(*stations: CaseStation) -> None:
    """All of them hear of all."""
    for _ in range(2):
        for station in stations:
            station.sync()


def course(place: Workplace, case_id: str) -> Course:
    with place.unit_of_work() as unit:
        return unit.cases.course(case_id)


def same_everywhere(centre: OpenCentre, stations: Iterable[CaseStation], case_id: str) -> Course:
    """What the centre says of the case, after it was seen that every station says the same."""
    there = course(centre.centre.place, case_id)
    for station in stations:
        assert course(station.copied, case_id) == there
        assert course(station.person("anybody").place, case_id) == there
    return there
