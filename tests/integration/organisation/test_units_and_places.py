"""Units, places, transfers, delegation and grants: what follows from each change, and which are refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import FieldsMissing, NotFound, NotPermitted
from muni_archive.domain.organisation import UnitKind
from muni_archive.domain.organisation_errors import (
    DelegationRefused,
    LastAdministrator,
    OrganisationBegun,
    PersonNotActive,
    RoleUnknown,
    TimeWrong,
    UnitInUse,
    UnitIsClosed,
    UnitKnown,
    UnitMisplaced,
)
from muni_archive.domain.permissions import Action, Subject
from muni_archive.domain.records import Page
from muni_archive.organisation_files import read_roles, read_units
from muni_archive.record_classes import FileRecordClasses
from muni_archive.services.centre.enrolling import enrol_station, invite_station
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.organisation.delegating import delegate_roles, end_delegation
from muni_archive.services.organisation.granting import (
    acknowledge_glass,
    break_glass,
    broken_glass,
    end_grant,
    grant_file,
    grants_that_count,
)
from muni_archive.services.organisation.places import NewPlace, end_place, give_place, transfer_person
from muni_archive.services.organisation.units import begin_organisation, change_unit, close_unit, open_unit
from muni_archive.services.organisation.viewing import view_organisation
from muni_archive.services.people.admitting import disable_person
from muni_archive.services.view_document import view_document
from tests.helpers.centres import centre_problems
from tests.helpers.municipality import municipality

LABEL = {"ar": "قسم جديد", "en": "New section"}
FILE = Subject(department="building_licences", record_class="building_file")
EMPLOYEE = Subject(department="personnel", record_class="employee_file")


@pytest.fixture
def town(tmp_path):
    with municipality(tmp_path / "a") as opened:
        yield opened


def may(town, name, subject=FILE, action=Action.VIEW):
    return town.as_(name).guard.may(action, subject)


def proven(town):
    return list(town.place.integrity().problems(cancel=CancelToken(), progress=lambda *_: None))


def test_the_sample_fits_the_record_classes_and_is_begun_once(town):
    units = {unit.id: unit for unit in read_units()}
    assert {each.department for each in FileRecordClasses().all()} <= set(units)
    assert {unit.kind for unit in units.values()} == set(UnitKind)
    assert view_organisation(town.place).organisation.units == units
    with pytest.raises(OrganisationBegun):
        begin_organisation(town.place, read_units())
    assert proven(town) == []


def test_every_role_that_procedures_name_is_there():
    named = {
        "clerk", "reviewer", "supervisor", "archivist", "records_manager", "engineer", "reader", "administrator",
        "auditor",
    }  # fmt: skip
    assert set(read_roles()) == named


def test_a_role_counts_in_its_unit_and_below_from_when_to_when(town):
    town.person("سارة", "supervisor", "licensing_sector")
    town.person(
        "Nasser", "clerk", since=town.clock.now() + timedelta(days=1), until=town.clock.now() + timedelta(days=3)
    )
    assert may(town, "سارة")
    assert not may(town, "سارة", EMPLOYEE)
    seen = []
    for _ in range(4):
        seen.append(may(town, "Nasser"))
        town.clock.move(days=1)
    assert seen == [False, True, True, False]


def test_a_place_may_be_for_some_classes_and_up_to_another_level(town):
    town.person("Huda", "clerk", "personnel")
    assert not may(town, "Huda", EMPLOYEE)  # confidential
    give_place(town.place, "Huda", NewPlace(role="clerk", unit_id="personnel", highest="confidential"))
    assert may(town, "Huda", EMPLOYEE)
    town.person("Ali", "archivist", "", record_classes=("employee_file",))
    assert may(town, "Ali", EMPLOYEE)
    assert not may(town, "Ali")


def test_a_transfer_ends_and_gives_at_once_or_not_at_all(town):
    town.person("Maryam", "clerk")
    (old,) = view_organisation(town.place).places_in("building_licences")
    new = NewPlace(role="clerk", unit_id="survey")
    with pytest.raises(NotFound):
        transfer_person(town.place, "Maryam", ended=[old.id], new=[NewPlace(role="clerk", unit_id="x")], reason="moved")
    assert may(town, "Maryam")
    transfer_person(town.place, "Maryam", ended=[old.id], new=[new], reason="نقل")
    assert not may(town, "Maryam")
    assert may(town, "Maryam", Subject(department="survey_maps", record_class="building_file"))
    assert proven(town) == []


def test_units_stand_under_larger_ones_and_never_under_themselves(town):
    made = open_unit(town.place, kind=UnitKind.SECTION, label=LABEL, parent="survey_field")
    for wrong in ("survey_maps", made):
        with pytest.raises(UnitMisplaced):
            open_unit(town.place, kind=UnitKind.DEPARTMENT, label=LABEL, parent=wrong)
    with pytest.raises(UnitMisplaced):
        change_unit(town.place, "survey", label=LABEL, parent="survey_field")
    with pytest.raises(UnitMisplaced):
        change_unit(town.place, "survey", label=LABEL, parent="survey")
    with pytest.raises(UnitKnown):
        open_unit(town.place, kind=UnitKind.SECTION, label=LABEL, unit_id="survey")
    with pytest.raises(FieldsMissing):
        open_unit(town.place, kind=UnitKind.SECTION, label={"ar": "قسم", "en": " "})
    assert change_unit(town.place, made, label=LABEL, parent="personnel").parent == "personnel"
    assert proven(town) == []


def test_a_unit_closes_when_nobody_is_left_in_it(town):
    town.person("Maryam", "clerk", "survey_field")
    town.person("Chief", "supervisor", "survey")
    with pytest.raises(UnitInUse):
        close_unit(town.place, "survey_field", reason="merged")
    with pytest.raises(UnitInUse):
        close_unit(town.place, "planning_sector", reason="merged")
    (place,) = view_organisation(town.place).places_in("survey_field")
    end_place(town.place, place.id, reason="left")
    close_unit(town.place, "survey_field", reason="merged")
    with pytest.raises(UnitIsClosed):
        give_place(town.place, "Maryam", NewPlace(role="clerk", unit_id="survey_field"))
    assert may(town, "Chief", Subject(department="survey_field", record_class="building_file"))
    assert proven(town) == []


def test_places_that_make_no_sense_are_refused(town):
    town.person("Maryam")
    with pytest.raises(RoleUnknown):
        give_place(town.place, "Maryam", NewPlace(role="king"))
    with pytest.raises(TimeWrong):
        give_place(town.place, "Maryam", NewPlace(role="clerk", until=town.clock.now()))
    with pytest.raises(NotFound):
        give_place(town.place, "Maryam", NewPlace(role="clerk", record_classes=("nothing",)))
    with pytest.raises(NotFound):
        give_place(town.place, "Nobody", NewPlace(role="clerk"))
    disable_person(town.place, "Maryam", reason="left")
    with pytest.raises(PersonNotActive):
        give_place(town.place, "Maryam", NewPlace(role="clerk"))


def test_the_last_administrator_stays(town):
    town.person("Admin", "administrator", "")
    town.person("For a while", "administrator", "", until=town.clock.now() + timedelta(days=1))
    (place, _) = view_organisation(town.place).places_in("")
    with pytest.raises(LastAdministrator):
        disable_person(town.as_("Admin"), "Admin", reason="left")
    with pytest.raises(LastAdministrator):
        end_place(town.as_("Admin"), place.id, reason="left")
    town.person("Other", "administrator", "")
    disable_person(town.as_("Other"), "Admin", reason="left")
    assert not may(town, "Admin", action=Action.ADMINISTER)


def test_only_an_administrator_changes_anything(town):
    town.person("Chief", "records_manager", "")
    town.person("Maryam", "clerk")
    place = town.as_("Chief")
    for change in (
        lambda: begin_organisation(place, ()),
        lambda: open_unit(place, kind=UnitKind.SECTION, label=LABEL),
        lambda: change_unit(place, "survey", label=LABEL, parent=""),
        lambda: close_unit(place, "survey_maps", reason="x"),
        lambda: give_place(place, "Chief", NewPlace(role="administrator")),
        lambda: end_place(place, "x", reason="x"),
        lambda: transfer_person(place, "Maryam", ended=[], new=[], reason="x"),
        lambda: view_organisation(place),
        lambda: disable_person(place, "Maryam", reason="x"),
        lambda: delegate_roles(
            place, giver="Maryam", taker="Chief", since=town.clock.now(),
            until=town.clock.now() + timedelta(days=1), reason="x",
        ),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            change()


def hand_over(town, giver, taker, *, days=2.0, roles=(), by=None):
    now = town.clock.now()
    return delegate_roles(
        town.as_(by or giver), giver=giver, taker=taker, roles=roles, since=now, until=now + timedelta(days=days),
        reason="إجازة",
    )  # fmt: skip


def test_a_delegation_counts_for_its_time_and_says_who_gave_it(town):
    town.person("Chief", "supervisor")
    town.person("Maryam", "clerk", "survey")
    hand_over(town, "Chief", "Maryam")
    acting = town.as_("Maryam").guard.acting
    assert acting.delegated == {("supervisor", "building_licences"): "Chief"}
    assert acting.has("supervisor")
    assert may(town, "Maryam", action=Action.DECIDE)
    town.clock.move(days=2)
    assert not may(town, "Maryam", action=Action.DECIDE)
    assert town.as_("Maryam").guard.acting.delegated == {}


def test_what_was_handed_over_is_not_handed_on_and_ends_with_the_givers_own(town):
    for name, unit in (("Chief", "building_licences"), ("Maryam", "survey"), ("Third", "planning")):
        town.person(name, "supervisor", unit)
    hand_over(town, "Chief", "Maryam")
    with pytest.raises(DelegationRefused):
        hand_over(town, "Maryam", "Third", roles=(("supervisor", "building_licences"),))
    hand_over(town, "Maryam", "Third")
    assert not may(town, "Third")
    (place,) = view_organisation(town.place).places_in("building_licences")
    end_place(town.place, place.id, reason="left")
    assert not may(town, "Maryam")


def test_administering_is_not_handed_over_and_nobody_stands_in_for_themselves(town):
    town.person("Admin", "administrator", "")
    town.person("Maryam", "clerk")
    with pytest.raises(DelegationRefused):
        hand_over(town, "Admin", "Maryam")
    with pytest.raises(DelegationRefused):
        hand_over(town, "Maryam", "Maryam")
    given = hand_over(town, "Maryam", "Admin", by="Admin")
    end_delegation(town.as_("Admin"), given, reason="back")
    with pytest.raises(NotFound):
        end_delegation(town.as_("Admin"), given, reason="back")
    assert not may(town, "Admin")


def test_a_file_is_granted_until_its_time(town):
    town.document("one", "employee_file", department="personnel", file="EMP-1")
    town.document("two", "employee_file", department="personnel", file="EMP-2")
    town.person("Chief", "supervisor", "personnel")
    town.person("Maryam", "clerk")
    with pytest.raises(NotPermitted):
        grant_file(town.as_("Maryam"), "Maryam", "EMP-1", until=town.clock.now() + timedelta(days=1), reason="x")
    given = grant_file(
        town.as_("Chief"), "Maryam", "EMP-1", until=town.clock.now() + timedelta(days=1), reason="لجنة",
        actions=(Action.VIEW, Action.DESCRIBE),
    )  # fmt: skip
    assert [grant.actions for grant in grants_that_count(town.as_("Chief"))] == [("view",)]
    assert [type(page) for page in view_document(town.as_("Maryam"), "d-one").pages] == [Page]
    with pytest.raises(NotPermitted):
        view_document(town.as_("Maryam"), "d-two")
    end_grant(town.as_("Chief"), given, reason="done")
    with pytest.raises(NotPermitted):
        view_document(town.as_("Maryam"), "d-one")
    assert proven(town) == []


def test_broken_glass_needs_a_reason_lasts_an_hour_and_is_seen_by_the_owner(town):
    town.document("one", "employee_file", department="personnel", file="EMP-1")
    town.person("Chief", "supervisor", "personnel")
    town.person("Far", "supervisor", "survey")
    town.person("Maryam", "clerk")
    town.person("Auditor", "auditor", "")
    maryam = town.as_("Maryam")
    with pytest.raises(FieldsMissing):
        break_glass(maryam, "EMP-1", reason="  ")
    with pytest.raises(NotFound):
        break_glass(maryam, "EMP-9", reason="حريق")
    with pytest.raises(NotPermitted):
        break_glass(town.as_("Auditor"), "EMP-1", reason="حريق")
    grant = break_glass(maryam, "EMP-1", reason="حريق في المبنى")
    assert view_document(maryam, "d-one").document.id == "d-one"
    assert not may(town, "Maryam", replace(EMPLOYEE, file_reference="EMP-1"), Action.EXPORT)
    assert [seen.id for seen in broken_glass(town.as_("Chief"), waiting=True)] == [grant.id]
    assert broken_glass(town.as_("Far")) == ()
    acknowledge_glass(town.as_("Chief"), grant.id, note="كان في محله")
    assert broken_glass(town.as_("Chief"), waiting=True) == ()
    assert broken_glass(town.as_("Chief"))[0].acknowledged_by == "Chief"
    town.clock.move(hours=1)
    with pytest.raises(NotPermitted):
        view_document(maryam, "d-one")
    assert proven(town) == []


def test_what_somebody_did_stands_under_their_name(town):
    town.person("Admin", "administrator", "")
    open_unit(town.as_("Admin"), kind=UnitKind.SECTION, label=LABEL, unit_id="new")
    with town.place.unit_of_work() as unit:
        last = unit.records.journal(after=unit.records.last_sequence() - 1, limit=1)[0]
    assert (last.kind, last.actor) == ("unit-opened", "Admin")


def test_a_station_of_people_joins_and_makes_nobody_anything_at_the_centre(town, tmp_path):
    town.person("Admin", "administrator", "")
    with open_centre(tmp_path / "centre") as centre:
        with town.place.unit_of_work() as unit:
            info, entries = unit.records.archive(), unit.records.journal(after=0, limit=1000)
        code = invite_station(centre.centre)
        enrol_station(centre.centre, code=code, station_id=info.archive_id, name=info.station, public_key="00" * 32)
        receive_entries(centre.centre, info.archive_id, entries)
        with centre.centre.unit_of_work() as unit:
            assert unit.people.all() == []
            assert unit.organisation.all().units == {}
            assert unit.records.last_sequence() > len(entries)
        assert centre_problems(centre) == []
