"""Which conflict is shown first, and that one which cannot be shown hides no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.errors import NotPermitted
from muni_archive.domain.events import DocumentRevised
from muni_archive.domain.scope import Area, Scope
from muni_archive.record_classes import FileRecordClasses
from muni_archive.services.together.conflicts import open_conflicts
from tests.helpers.case_stations import case_stations, meet
from ui.screens.conflicts.first import first_to_show


class OfLicences:
    """Whoever acts may do everything with records of the building licences, and nothing with others."""

    acting = 1

    def scope(self, _action):
        return Scope(areas=(Area(departments=frozenset({"building_licences"})),))

    def may(self, _action, subject=None):
        return subject is None or subject.department in (None, "building_licences")

    def require(self, action, subject=None):
        if not self.may(action, subject):
            raise NotPermitted(action=str(action))


@pytest.fixture
def stations(tmp_path):
    with open_centre(tmp_path / "centre") as centre, case_stations(tmp_path, centre, "A1", "B2") as stations:
        yield stations


def disputed(stations, serial, **late):
    """A document whose title both stations changed; `late` is what the second one made of it besides."""
    here, there = stations
    document_id = here.add_building_file(f"x{serial}", serial=serial)
    meet(*stations)
    for station, more in ((here, {}), (there, late)):
        with station.together.copy() as unit:
            now = unit.records.document(document_id)
        said = {
            "record_class": now.record_class, "department": now.department, "page_ids": now.page_ids,
            "title": station.name, **more,
        }  # fmt: skip
        station.record(DocumentRevised(document_id=document_id, version=now.version + 1, base=now.entry, **said))
    meet(*stations)
    return document_id


def of_licences(station):
    """What is here and the copy, for somebody of that department."""
    copied = replace(station.together.copied, guard=OfLicences(), record_classes=FileRecordClasses())
    return replace(station.own_place("Reem"), guard=OfLicences()), replace(station.together, copied=copied)


def test_what_was_moved_to_a_department_of_others_does_not_wait_here(stations):
    disputed(stations, 1, record_class="employee_file", department="personnel")
    mine = disputed(stations, 2)
    place, together = of_licences(stations[0])
    assert [each.document_id for each in open_conflicts(place, together)] == [mine]


def test_one_that_cannot_be_shown_hides_no_other(stations, caplog):
    strange = disputed(stations, 1, record_class="of_a_newer_program")
    mine = disputed(stations, 2)
    place, together = of_licences(stations[0])
    assert [each.document_id for each in open_conflicts(place, together)] == [strange, mine]
    shown, view, _where, waiting = first_to_show(place, place, together, frozenset())
    assert (shown.conflict.document_id, view.document.id, waiting) == (mine, mine, 2)
    assert first_to_show(place, place, together, {shown.conflict.id}) is None
    assert "of_a_newer_program" in caplog.text


def test_the_one_somebody_is_at_stays_before_an_older_one(stations):
    disputed(stations, 1)
    mine = disputed(stations, 2)
    place, together = of_licences(stations[0])
    at = next(each.id for each in open_conflicts(place, together) if each.document_id == mine)
    assert first_to_show(place, place, together, frozenset(), at)[0].conflict.id == at
    assert first_to_show(place, place, together, {at}, at)[0].conflict.document_id != mine
