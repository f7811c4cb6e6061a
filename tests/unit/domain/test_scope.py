"""What may be seen: areas, files, and their intersections."""

import itertools

from muni_archive.domain.scope import Area, Scope

NAMES = ("", "licences", "personnel")
CHOICES = (None, frozenset(), frozenset({"licences"}), frozenset({"licences", "personnel"}))
CLOSED = (frozenset(), frozenset({"secret"}), frozenset({"secret", "confidential"}))
AREAS = [
    Area(departments=one, record_classes=other, closed=closed)
    for one, other, closed in itertools.product(CHOICES, CHOICES, CLOSED)
]
OWN = ("", "confidential", "secret")


def test_an_area_and_another_cover_what_both_cover():
    for one, other in itertools.product(AREAS, AREAS):
        for asked in itertools.product(NAMES[:2], NAMES[:2], OWN):
            assert (one & other).covers(*asked) == (one.covers(*asked) and other.covers(*asked))


def test_an_empty_area_covers_nothing():
    for area in AREAS:
        covered = any(area.covers(*names) for names in itertools.product(NAMES, NAMES))
        assert area.empty != covered


def test_a_record_without_a_department_is_seen_by_who_sees_all():
    assert Scope(areas=(Area(),)).covers("", "building_file")
    assert not Scope.of_departments(["", "licences"]).covers("", "building_file")


def test_nothing_is_seen_of_an_empty_scope_and_one_file_of_a_file():
    assert Scope().empty
    assert not Scope().covers("licences", "building_file", "F/1")
    one = Scope(files=frozenset({"F/1"}))
    assert not one.empty
    assert one.covers("personnel", "employee_file", "F/1")
    assert not one.covers("personnel", "employee_file", "F/2")
    assert not one.covers("personnel", "employee_file")


def test_a_station_of_some_departments_narrows_the_areas():
    scope = Scope(areas=(Area(), Area(departments=frozenset({"personnel"})))).within(frozenset({"licences"}))
    assert scope.covers("licences", "any")
    assert not scope.covers("personnel", "any")
    assert Scope(areas=(Area(),)).within(None).covers("personnel", "any")
    file = Scope(files=frozenset({"F/1"}))
    assert file.within(None) == file
    assert file.within(frozenset({"licences"})).empty
