"""Whatever an administrator and the people do, in whatever order: nobody may more than the plainest reading allows.

The machine keeps its own list of what was given, and reads it in the plainest way; the program's answers must be the
same after every step, through the clock, delegations, transfers, moved units and people who are disabled and come back.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.events import PersonAdmitted
from muni_archive.domain.organisation_errors import DelegationRefused, LastAdministrator, UnitInUse, UnitMisplaced
from muni_archive.domain.permissions import AccessLevel, Action, Subject
from muni_archive.organisation_files import read_roles, read_units
from muni_archive.services.levels import set_level
from muni_archive.services.organisation.delegating import delegate_roles, end_delegation
from muni_archive.services.organisation.granting import GLASS_LASTS, break_glass
from muni_archive.services.organisation.places import NewPlace, end_place, give_place
from muni_archive.services.organisation.units import change_unit, close_unit
from muni_archive.services.people.admitting import disable_person
from muni_archive.services.subjects import about_document
from tests.helpers.municipality import municipality

RULES = read_roles()
NAMES = ("Admin", "Bader", "Huda", "Salim")
ROLES = ("reader", "clerk", "supervisor", "administrator", "records_manager")
UNITS = ("", "licensing_sector", "building_licences", "licences_private", "personnel")
FILES = {"F-1": "building_licences", "F-2": "personnel"}
ASKED = [
    (action, Subject(department=department, record_class="building_file", file_reference=file))
    for action in (Action.VIEW, Action.DECIDE)
    for department, file in (("building_licences", "F-1"), ("licences_private", None), ("personnel", "F-2"))
]


@dataclass
class Given:
    """A place or a delegation, as the machine remembers it."""

    key: str
    name: str
    roles: list[tuple[str, str]]
    until: datetime | None
    giver: str = ""
    ended: bool = False


class Town(RuleBasedStateMachine):
    """One municipality, and what was given in it."""

    places = Bundle("places")
    delegations = Bundle("delegations")

    @initialize()
    def begin(self):
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.town = self.stack.enter_context(municipality(folder / "a"))
        self.parents = {unit.id: unit.parent for unit in read_units()}
        self.given: list[Given] = []
        self.handed: list[Given] = []
        self.glass: list[tuple[str, str, datetime]] = []
        self.disabled: set[str] = set()
        self.own_levels = dict.fromkeys(FILES, AccessLevel.INTERNAL)
        for file, department in FILES.items():
            self.town.document(file, "building_file", department=department, file=file)
        for name in NAMES:
            self.town.person(name)
        self._give("Admin", "administrator", "", None)
        self.guards = {name: self.town.as_(name).guard for name in NAMES}

    def teardown(self):
        if hasattr(self, "stack"):
            self.stack.close()

    @rule(target=places, name=st.sampled_from(NAMES), role=st.sampled_from(ROLES), unit=st.sampled_from(UNITS),
          days=st.sampled_from((None, 1, 5)))  # fmt: skip
    def give(self, name, role, unit, days):
        until = self.town.clock.now() + timedelta(days=days) if days else None
        try:
            return self._give(name, role, unit, until)
        except ArchiveError:
            assert name in self.disabled
            return None

    @rule(place=places)
    def end(self, place):
        if place is None or place.ended:
            return
        try:
            end_place(self.town.as_("Admin"), place.key, reason="left")
        except LastAdministrator:
            assert place.roles == [("administrator", "")]
        except ArchiveError:
            assert not self._may("Admin", Action.ADMINISTER, "")
        else:
            place.ended = True

    @rule(target=delegations, giver=st.sampled_from(NAMES), taker=st.sampled_from(NAMES), days=st.integers(1, 4))
    def hand_over(self, giver, taker, days):
        now = self.town.clock.now()
        own = [role for role in self._own(giver) if role[0] != "administrator"]
        try:
            key = delegate_roles(
                self.town.as_(giver), giver=giver, taker=taker, since=now, until=now + timedelta(days=days), reason="x"
            )
        except DelegationRefused:
            assert giver == taker or not own
            return None
        except ArchiveError:
            assert {giver, taker} & self.disabled
            return None
        self.handed.append(Given(key, taker, own, now + timedelta(days=days), giver))
        return self.handed[-1]

    @rule(given=delegations)
    def take_back(self, given):
        if given is None or given.ended or given.giver in self.disabled:
            return
        end_delegation(self.town.as_(given.giver), given.key, reason="back")
        given.ended = True

    @rule(name=st.sampled_from(NAMES), file=st.sampled_from(sorted(FILES)))
    def break_the_glass(self, name, file):
        allowed = any(Action.BREAK_GLASS in RULES[role].actions for role, _ in self._held(name))
        try:
            break_glass(self.town.as_(name), file, reason="حريق")
        except ArchiveError:
            assert not allowed
        else:
            assert allowed
            self.glass.append((name, file, self.town.clock.now() + GLASS_LASTS))

    @rule(name=st.sampled_from(NAMES), file=st.sampled_from(sorted(FILES)), level=st.sampled_from(AccessLevel))
    def give_a_document_a_level(self, name, file, level):
        before, after = self.own_levels[file], max(level, AccessLevel.INTERNAL, key=lambda each: each.rank)
        higher = max(before, after, key=lambda each: each.rank)
        action = Action.CLASSIFY if level.rank >= before.rank else Action.DECLASSIFY
        allowed = self._may(name, action, FILES[file], higher.rank)
        try:
            set_level(self.town.as_(name), f"d-{file}", level, reason="x")
        except ArchiveError:
            assert not allowed, (name, file, level)
        else:
            assert allowed, (name, file, level)
            self.own_levels[file] = after

    @rule(name=st.sampled_from(NAMES[1:]))
    def disable(self, name):
        if self._may("Admin", Action.ADMINISTER, "") and name not in self.disabled:
            disable_person(self.town.as_("Admin"), name, reason="left")
            self.disabled.add(name)

    @rule(name=st.sampled_from(NAMES[1:]))
    def come_back(self, name):
        if name in self.disabled:
            with self.town.place.unit_of_work() as unit:
                unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role="none"))
                unit.commit()
            self.disabled.discard(name)

    @rule(parent=st.sampled_from(("building_licences", "personnel", "licences_private")))
    def move_private_housing(self, parent):
        label = {"ar": "مراقبة", "en": "Private"}
        try:
            change_unit(self.town.place, "licences_private", label=label, parent=parent)
        except UnitMisplaced:
            assert parent == "licences_private"
        else:
            self.parents["licences_private"] = parent

    @rule(unit=st.sampled_from(UNITS[1:]))
    def a_unit_with_units_or_people_never_closes(self, unit):
        placed = any(given.roles[0][1] == unit and self._counts(given) for given in self.given)
        in_use = unit in self.parents.values() or placed
        if in_use:
            try:
                close_unit(self.town.place, unit, reason="x")
            except UnitInUse:
                return
            raise AssertionError(unit)

    @rule(hours=st.sampled_from((1, 30, 100)))
    def time_passes(self, hours):
        self.town.clock.move(hours=hours)

    @invariant()
    def everybody_may_what_was_given_and_no_more(self):
        if not hasattr(self, "guards"):
            return
        for name in NAMES:
            guard = self.guards[name]
            for action, subject in ASKED:
                allowed = self._may(name, action, subject.department) or (
                    action is Action.VIEW and self._has_glass(name, subject.file_reference)
                )
                assert guard.may(action, subject) == allowed, (name, action, subject)
            assert guard.may(Action.ADMINISTER) == self._may(name, Action.ADMINISTER, "")
            self._sees_what_its_roles_reach(name, guard)

    def _sees_what_its_roles_reach(self, name, guard):
        """Each by itself and in lists: whoever has leave for a file sees none of its documents that were raised."""
        scope = guard.scope(Action.VIEW)
        with self.town.place.unit_of_work() as unit:
            listed = {document.id for document in unit.records.documents(scope=scope)}
            documents = {file: unit.records.document(f"d-{file}") for file in FILES}
        for file, document in documents.items():
            level = self.own_levels[file]
            allowed = self._may(name, Action.VIEW, FILES[file], level.rank) or (
                level is AccessLevel.INTERNAL and self._has_glass(name, file)
            )
            assert guard.may(Action.VIEW, about_document(document)) == allowed, (name, file, level)
            assert (document.id in listed) == allowed, (name, file, level)

    @invariant()
    def somebody_administers(self):
        if hasattr(self, "guards"):
            assert any(("administrator", "") in self._own(name) for name in NAMES)

    def _give(self, name, role, unit, until):
        key = give_place(self.town.place, name, NewPlace(role=role, unit_id=unit, until=until))
        self.given.append(Given(key, name, [(role, unit)], until))
        return self.given[-1]

    def _now(self):
        return self.town.clock.now()

    def _counts(self, given):
        return not given.ended and (given.until is None or self._now() < given.until)

    def _own(self, name):
        if name in self.disabled:
            return []
        return [role for given in self.given if given.name == name and self._counts(given) for role in given.roles]

    def _held(self, name):
        if name in self.disabled:
            return []
        lent = [
            role
            for given in self.handed
            if given.name == name and self._counts(given)
            for role in given.roles
            if role in self._own(given.giver)
        ]
        return self._own(name) + lent

    def _may(self, name, action, department, level=1):
        """`level`: the rank of what it is about; building files are internal."""
        return any(
            action in RULES[role].actions
            and RULES[role].highest.rank >= (0 if action is Action.ADMINISTER else level)
            and (unit == "" or action is Action.ADMINISTER or self._is_under(department, unit))
            for role, unit in self._held(name)
        )

    def _is_under(self, department, unit):
        while department:
            if department == unit:
                return True
            department = self.parents[department]
        return False

    def _has_glass(self, name, file):
        return name not in self.disabled and any(
            (who, what) == (name, file) and self._now() < until for who, what, until in self.glass
        )


EXAMPLES = int(os.environ.get("MUNI_ARCHIVE_EXAMPLES", "4"))
TestTown = Town.TestCase
TestTown.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
