"""Whatever people do at two stations, whenever they hear of it: all see the same, and nobody approves their own."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from muni_archive.domain.cases import MoveKind
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.procedures import OutcomeKind
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.library import load_procedure, procedure_of_version
from muni_archive.services.procedures.passing_on import withdraw_case
from muni_archive.services.procedures.signing import verify_decisions
from muni_archive.services.procedures.timing import advance_timers
from muni_archive.services.procedures.waiting import inbox, show_task
from muni_archive.services.together.disputes import open_disputes, settle_dispute, show_dispute
from tests.helpers.case_stations import case_stations, meet, proven_centre, same_everywhere, start
from tests.helpers.fuzzing import FULL, examples
from tests.helpers.procedures import letters

NAMES = ("Ali", "Badr", "Dana", "Essa", "Fahad")
ROLES = ("clerk", "reviewer", "supervisor", "engineer", "archivist")
stations = st.integers(0, 1)
names = st.sampled_from(NAMES)


class TwoStations(RuleBasedStateMachine):
    """Each is told by the centre, and tells it, only when chance has it so."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        folder = Path(tempfile.mkdtemp(prefix="two-stations-"))
        self._open.callback(shutil.rmtree, folder)
        self.centre = self._open.enter_context(proven_centre(folder / "centre"))
        self.stations = self._open.enter_context(case_stations(folder, self.centre, "A1", "B2"))
        self.cases: list[str] = []

    @initialize()
    def begin(self):
        """One case with a circle, one with branches; both stations know them."""
        here = self.stations[0]
        clerk = here.person("Ali", *ROLES)
        load_procedure(clerk.place, letters())
        for at, procedure in enumerate(("letters", "building_licence"), start=1):
            document_id = here.add_building_file(procedure, serial=at, by="Ali")
            self.cases.append(start(clerk, document_id, procedure).id)
        self._decide(clerk, self.cases[1], 0, 0)
        self._decide(here.person("Dana", *ROLES), self.cases[1], 0, 0)
        meet(*self.stations)

    @rule(
        which=stations, name=names, case=st.integers(0, 1), line=st.integers(0, 3), outcome=st.sampled_from([0, 0, 1])
    )
    def decide(self, which, name, case, line, outcome):
        self._decide(self.stations[which].person(name, *ROLES), self.cases[case], line, outcome)

    @rule(which=stations)
    def synchronise(self, which):
        self.stations[which].sync()

    @rule(which=stations, name=names, late=st.booleans())
    def settle(self, which, name, late):
        station = self.stations[which]
        person = station.person(name, *ROLES)
        try:
            for dispute in open_disputes(person.place):
                shown = show_dispute(person.place, station.together, dispute.id, actor=person.actor)
                side = shown.late if late else shown.counted
                settle_dispute(person.place, shown, side.move.entry, actor=person.actor, note="why")
        except ArchiveError:
            return

    @rule(which=stations, days=st.integers(1, 20))
    def time_passes(self, which, days):
        self.stations[which].clock.forward(days=days)
        advance_timers(self.stations[which].person("Ali", *ROLES).place)

    @rule(which=stations, case=st.integers(0, 1), sure=st.integers(0, 4))
    def withdraw(self, which, case, sure):
        person = self.stations[which].person("Ali", *ROLES)
        if sure == 0:
            self._try(lambda: withdraw_case(person.place, self.cases[case], actor=person.actor, note="why"))

    def teardown(self) -> None:
        try:
            if self.cases:
                meet(*self.stations)
                for case_id in self.cases:
                    self._nobody_has_approved_their_own(same_everywhere(self.centre, self.stations, case_id))
                assert verify_decisions(self.centre.centre.place) == ()
        finally:
            self._open.close()

    def _nobody_has_approved_their_own(self, found):
        procedure = procedure_of_version(self.centre.centre.place, found.case.version)
        taken = [move for move in found.moves if move.kind is MoveKind.TAKEN and move.stands]
        for at, move in enumerate(taken):
            if procedure.step(move.element).outcome(move.outcome).kind is OutcomeKind.APPROVE:
                before = {name for other in taken[:at] if other.element != move.element for name in other.people}
                assert not move.people & (before | {"Ali"}), "Ali scanned both documents and began both cases"

    def _decide(self, person, case_id, line, outcome):
        waiting = [each for each in inbox(person.place, person.actor) if each.case.id == case_id]
        if not waiting:
            return
        step = waiting[line % len(waiting)]
        task = show_task(person.place, case_id, step.step.number, person.actor)
        chosen = step.described.outcomes[outcome % len(step.described.outcomes)]
        decision = Decision(
            outcome=chosen.id, note="why", ticked=[item.id for item in task.checklist],
            fields={spec.name: spec.choices[0].value if spec.choices else "1" for spec in step.described.fields},
        )  # fmt: skip
        self._try(lambda: take_step(person.place, case_id, step.step.number, decision, actor=person.actor))

    @staticmethod
    def _try(act):
        """What is not permitted is refused with one of our errors, and leaves nothing behind."""
        try:
            act()
        except ArchiveError:
            return


TwoStations.TestCase.settings = settings(
    max_examples=examples(4), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestTwoStations = pytest.mark.timeout(7200 if FULL else 300)(TwoStations.TestCase)
