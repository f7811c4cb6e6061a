"""Cases, holds, disposals, redactions, the audit trail and the figures: of what one may not see, one hears nothing.

And who stands in for somebody counts as both: in a case, before a destruction, before a redacted copy.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveError, FourEyes, NotFound, NotPermitted, NotYours
from muni_archive.domain.events import DisposalProposed, RedactionProposed
from muni_archive.domain.four_eyes import Bar
from muni_archive.domain.geometry import Box
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.mark_errors import OwnProposal, RedactionSettled
from muni_archive.domain.organisation_events import RolesDelegated
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import OutcomeKind
from muni_archive.domain.redaction import HiddenArea
from muni_archive.domain.retention_errors import SamePerson
from muni_archive.organisation_files import read_roles
from muni_archive.services.audit.export_journal import export_journal
from muni_archive.services.audit.trail import all_rows, audit_trail, people_in_trail
from muni_archive.services.dashboard.figures import dashboard
from muni_archive.services.overview import overview
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.library import list_procedures
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.waiting import count_waiting, inbox, show_task
from muni_archive.services.redaction.deciding import refuse_redaction
from muni_archive.services.redaction.proposing import redactions_waiting
from muni_archive.services.retention import disposing
from muni_archive.services.retention.due import waiting_disposals
from muni_archive.services.retention.holding import place_hold, resting_holds
from tests.helpers.municipality import municipality
from tests.helpers.people_at_work import KeptKeys

LATER = "2030-01-01T00:00:00.000000+00:00"
HERE, THERE = "building_licences", "personnel"


@pytest.fixture
def town(tmp_path):
    """Two departments, a document in each; a supervisor and an auditor in each."""
    with municipality(tmp_path / "a") as opened:
        opened.opened.place = replace(opened.opened.place, keys=KeptKeys())
        for unit in (HERE, THERE):
            opened.document(unit, "building_file", department=unit)
            opened.person(f"Supervisor {unit}", "supervisor", unit)
            opened.person(f"Manager {unit}", "records_manager", unit)
            opened.person(f"Auditor {unit}", "auditor", unit)
        yield opened


def lend(town, giver, taker, *roles):
    with town.place.unit_of_work() as unit:
        unit.record(
            RolesDelegated(
                delegation_id=f"{giver}-{taker}", from_person=f"id-{giver}", to_person=f"id-{taker}", roles=roles,
                since="", until=LATER, reason="x",
            )
        )  # fmt: skip
        unit.commit()


def begun(town, document, by):
    """A case that waits for the archive's supervisor."""
    place = town.as_(by)
    case = start_case(place, "archiving", actor=actor_of(place), document_id=document)
    for name, role, outcome in (("Clerk", "clerk", "done"), ("Reviewer", "reviewer", "approve")):
        town.person(name, role, HERE)
        decide(town, name, case, outcome)
    return case


def decide(town, name, case, outcome):
    place = town.as_(name)
    number = next(line.step.number for line in inbox(place, actor_of(place)) if line.case.id == case.id)
    task = show_task(place, case.id, number, actor_of(place))
    ticked = [item.id for item in task.checklist]
    return take_step(place, case.id, number, Decision(outcome=outcome, ticked=ticked), actor=actor_of(place))


def test_a_supervisor_of_another_department_cannot_decide(town):
    town.person("Archivist", "archivist", HERE)
    case = begun(town, f"d-{HERE}", "Archivist")
    other, own = town.as_(f"Supervisor {THERE}"), town.as_(f"Supervisor {HERE}")

    assert (len(inbox(own, actor_of(own))), count_waiting(own, actor_of(own))) == (1, 1)
    assert (len(inbox(other, actor_of(other), everything=True)), count_waiting(other, actor_of(other))) == (0, 0)
    for actor in (actor_of(other), actor_of(own), actor_of(town.place)):  # whatever they say that they are
        with pytest.raises(NotPermitted):
            take_step(other, case.id, 3, Decision(outcome="approve"), actor=actor)
    decide(town, f"Supervisor {HERE}", case, "approve")


def test_a_role_counts_in_its_own_departments_only(town):
    """A reviewer here who is supervisor there is no supervisor here."""
    town.person("Both", "reviewer", HERE)
    town.person("Both", "supervisor", THERE)
    town.person("Archivist", "archivist", HERE)
    case = begun(town, f"d-{HERE}", "Archivist")
    place = town.as_("Both")
    actor = actor_of(place)
    assert actor.roles == {"reviewer", "supervisor"}
    assert actor.may_act_as("reviewer", HERE)
    assert not actor.may_act_as("supervisor", HERE)
    with pytest.raises(NotYours):
        take_step(place, case.id, 3, Decision(outcome="approve"), actor=actor)


def test_who_stands_in_counts_as_both_in_a_case(town):
    """Two people lent the role; the one who took an earlier step bars the stand-in as well as themselves."""
    town.person("Archivist", "archivist", HERE)
    town.person("Substitute", "engineer", HERE)
    town.person("Reviewer", "supervisor", HERE)
    lend(town, "Reviewer", "Substitute", ("supervisor", HERE))
    lend(town, f"Supervisor {HERE}", "Substitute", ("supervisor", HERE))
    case = begun(town, f"d-{HERE}", "Archivist")

    place = town.as_("Substitute")
    actor = actor_of(place)
    assert actor.people("supervisor", HERE) == {"Substitute", "Reviewer", f"Supervisor {HERE}"}
    assert show_task(place, case.id, 3, actor).bar is Bar.DECIDED
    with pytest.raises(FourEyes):
        decide(town, "Substitute", case, "approve")


def propose(town, name, document):
    with town.as_(name).unit_of_work() as unit:
        unit.record(
            DisposalProposed(disposal_id=f"disposal-{document}", document_id=document, rule="x", due="2026-01-01",
                             reason="x")
        )  # fmt: skip
        unit.record(
            RedactionProposed(
                redaction_id=f"redaction-{document}", document_id=document, version=1,
                base=unit.records.document(document).entry,
                areas=(HiddenArea(document.replace("d-", "p-") + "-0", Box(0, 0, 5, 5), "privacy"),),
            )
        )  # fmt: skip
        unit.commit()


def test_a_stand_in_neither_confirms_nor_approves_what_was_proposed_by_whom_they_stand_in_for(town, monkeypatch):
    monkeypatch.setattr(disposing, "check_due", lambda *_args: None)
    proposer, document = f"Manager {HERE}", f"d-{HERE}"
    town.person("Substitute", "records_manager", HERE)  # with the role of their own, too
    propose(town, proposer, document)
    lend(town, proposer, "Substitute", ("records_manager", HERE))

    with pytest.raises(SamePerson):
        disposing.confirm_disposal(town.as_("Substitute"), f"disposal-{document}")
    with pytest.raises(OwnProposal):
        refuse_redaction(town.as_("Substitute"), f"redaction-{document}", "x")

    town.person("Another", "records_manager", HERE)
    refuse_redaction(town.as_("Another"), f"redaction-{document}", "x")
    assert disposing.confirm_disposal(town.as_("Another"), f"disposal-{document}").confirmed_by == "Another"
    with pytest.raises(ArchiveError) as settled:
        refuse_redaction(town.as_("Another"), f"redaction-{document}", "x")
    assert isinstance(settled.value, (RedactionSettled, NotFound))


def test_lists_hold_what_the_department_may_see(town):
    for unit in (HERE, THERE):
        manager = town.as_(f"Manager {unit}")
        place_hold(manager, HoldScope.DOCUMENT, f"d-{unit}", reason="x", authority="x")
        propose(town, f"Manager {unit}", f"d-{unit}")
    place_hold(town.place, HoldScope.RECORD_CLASS, "employee_file", reason="x", authority="x")

    for unit, classes in ((HERE, 0), (THERE, 1)):
        place = town.as_(f"Manager {unit}")
        assert {hold.target for hold in resting_holds(place)} - {"employee_file"} == {f"d-{unit}"}
        assert len(resting_holds(place)) == overview(place).holds == 1 + classes
        assert [each.document_id for each, _standing in waiting_disposals(place)] == [f"d-{unit}"]
        assert overview(place).proposed == 1
        assert [each.document_id for each in redactions_waiting(place)] == [f"d-{unit}"]
    with pytest.raises(NotPermitted):
        place_hold(town.as_(f"Manager {HERE}"), HoldScope.DOCUMENT, f"d-{THERE}", reason="x", authority="x")


def test_an_auditor_of_a_department_is_told_of_its_records_alone(town, tmp_path):
    propose(town, f"Manager {HERE}", f"d-{HERE}")
    propose(town, f"Manager {THERE}", f"d-{THERE}")
    place = town.as_(f"Auditor {HERE}")
    trail = audit_trail(place, AuditFilter())
    rows = list(all_rows(place, trail))
    assert {row.document_id for row in rows} == {f"d-{HERE}"}
    assert len(rows) == trail.total > 2
    assert f"Manager {THERE}" not in people_in_trail(place)
    assert list(all_rows(place, audit_trail(town.place, AuditFilter()))) == rows  # a trail that another asked for
    with town.place.unit_of_work() as unit:
        number = unit.records.document(f"d-{THERE}").number
    with pytest.raises(NotFound):
        audit_trail(place, AuditFilter(), record=number)
    with pytest.raises(NotPermitted):
        written(place, tmp_path / "no")

    town.person("Inspector", "auditor", "")
    inspector = town.as_("Inspector")
    assert audit_trail(inspector, AuditFilter()).total == audit_trail(town.place, AuditFilter()).total
    assert written(inspector, tmp_path / "yes").entries > trail.total


def written(place, target):
    return export_journal(place, target, cancel=CancelToken(), progress=lambda *_args: None)


def test_figures_are_of_the_departments_in_which_one_may_see_them(town):
    town.clock.at = datetime.now(UTC)  # entries bear the real time
    town.document("more", "building_file", department=HERE, pages=3)
    town.person("Archivist", "archivist", HERE)
    begun(town, f"d-{HERE}", "Archivist")
    whole, here, there = (
        dashboard(place, days=7) for place in (town.place, *(town.as_(f"Supervisor {unit}") for unit in (HERE, THERE)))
    )
    assert [(each.key, each.pages) for each in here.departments] == [(HERE, 4)]
    assert [(each.key, each.pages) for each in there.departments] == [(THERE, 1)]
    assert (whole.pages, here.pages, there.pages) == (5, 4, 1)

    def waits(figures):
        return {each.what: each.count for each in figures.waiting}

    assert [waits(each)["read"] for each in (whole, here, there)] == [5, 4, 1]
    assert [waits(each)["register"] for each in (whole, here, there)] == [3, 2, 1]
    assert [waits(each)["cases"] for each in (whole, here, there)] == [1, 1, 0]
    town.clock.move(days=40)
    late = dashboard(town.as_(f"Supervisor {HERE}"), days=7)
    assert waits(late)["overdue"] == 1


def test_who_stands_in_a_lane_may_take_its_steps(town):
    """The data of the roles and the procedures fit: nobody is asked for what their role does not allow."""
    roles = read_roles()
    steps = [step for procedure in list_procedures(town.place) for step in procedure.steps]
    assert len(steps) > 20
    for step in steps:
        assert Action.WORK_ON_CASE in roles[step.role].actions, step
        if any(outcome.kind is OutcomeKind.APPROVE for outcome in step.outcomes):
            assert Action.DECIDE in roles[step.role].actions, step
