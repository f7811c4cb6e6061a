"""Whatever people do, in whatever order: nobody approves their own, and the journal gives the tables."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import CaseActor, MoveKind
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.procedures import OutcomeKind
from muni_archive.services.procedures.deciding import Decision, take_several, take_step
from muni_archive.services.procedures.library import load_procedure, procedure_of_version
from muni_archive.services.procedures.passing_on import reassign_step, withdraw_case
from muni_archive.services.procedures.replaying import check_cases
from muni_archive.services.procedures.signing import verify_decisions
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.timing import advance_timers
from tests.helpers.people_at_work import Office, office
from tests.helpers.procedures import letters

NAMES = ("Ali", "Badr", "Dana", "Essa")
ROLES = ("clerk", "reviewer", "supervisor", "records_manager", "archivist", "auditor", "reader", "engineer")
VERSIONS = (letters(), letters(end='<bpmn:endEvent id="end" name="Sent at last"/>'))
people = st.sampled_from(NAMES)
actors = st.builds(
    CaseActor,
    name=people,
    roles=st.just(frozenset(ROLES)) | st.frozensets(st.sampled_from(ROLES), min_size=3),
    departments=st.none() | st.just(frozenset({"building_licences"})) | st.just(frozenset({"planning"})),
    delegated=st.dictionaries(st.sampled_from(ROLES), people, max_size=3),
)


class Municipality(RuleBasedStateMachine):
    """Roles, delegations, versions of procedures and steps as chance will have them."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.mkdtemp(prefix="municipality-")
        self._open = office(Path(self._folder) / "a")
        self.office: Office = self._open.__enter__()
        self.documents: list[str] = []

    @initialize(scanned=st.lists(people, min_size=2, max_size=2), begun=people)
    def begin(self, scanned, begun):
        """Two documents, each on its way: nothing that forbids anything has much to do in an empty archive."""
        load_procedure(self.office.opened.place, VERSIONS[0])
        for name, procedure in zip(scanned, ("letters", "archiving"), strict=True):
            self.documents.append(self.office.document(self.office.person(name), pages=2))
            starter = self.office.person(begun)
            start_case(starter.place, procedure, actor=starter.actor, document_id=self.documents[-1])

    def teardown(self) -> None:
        place = self.office.opened.place
        assert verify_decisions(place) == ()
        assert check_cases(place) == ()
        assert list(place.integrity().problems(cancel=CancelToken(), progress=lambda *_: None)) == []
        self._open.__exit__(None, None, None)
        shutil.rmtree(self._folder)

    @rule(actor=actors)
    def scan(self, actor):
        if len(self.documents) < 3:
            self.documents.append(self.office.document(self.office.acting(actor), pages=2))

    @rule(actor=actors, which=st.integers(0, 2))
    def correct(self, actor, which):
        if self.documents:
            self.office.revise(self.office.acting(actor), self.documents[which % len(self.documents)])

    @rule(version=st.sampled_from(VERSIONS))
    def change_procedure(self, version):
        load_procedure(self.office.opened.place, version)

    @rule(actor=actors, which=st.integers(0, 2), name=st.sampled_from(["letters", "archiving", "disposal"]))
    def start(self, actor, which, name):
        if self.documents:
            self._try(
                actor,
                lambda place: start_case(
                    place, name, actor=actor, document_id=self.documents[which % len(self.documents)]
                ),
            )

    @rule(actor=actors, which=st.integers(0, 9), outcome=st.integers(0, 3), note=st.sampled_from(["", "why"]))
    def decide(self, actor, which, outcome, note):
        self._decide(actor, which, outcome, note)

    @rule(names=st.lists(st.tuples(people, people), min_size=2, max_size=6), which=st.integers(0, 9))
    def go_on(self, names, which):
        """Somebody after somebody, in their own place or another's: so that cases come as far as being approved."""
        for name, other in names:
            actor = CaseActor(name=name, roles=frozenset(ROLES[:2]), delegated=dict.fromkeys(ROLES[2:], other))
            self._decide(actor, which, 0, "")

    @rule(actor=actors, outcome=st.sampled_from(["approve", "return", "done"]))
    def decide_many(self, actor, outcome):
        waiting = [(case.id, step.number) for case, step in self._waiting()]
        self._try(actor, lambda place: take_several(place, waiting, outcome, actor=actor, note="why"))

    @rule(actor=actors, which=st.integers(0, 9), to=people)
    def pass_on(self, actor, which, to):
        if waiting := self._waiting():
            case, step = waiting[which % len(waiting)]
            self._try(actor, lambda place: reassign_step(place, case.id, step.number, to, actor=actor, note="why"))

    @rule(actor=actors, which=st.integers(0, 9))
    def withdraw(self, actor, which):
        if waiting := self._waiting():
            self._try(
                actor, lambda place: withdraw_case(place, waiting[which % len(waiting)][0].id, actor=actor, note="why")
            )

    @rule(days=st.integers(1, 9))
    def time_passes(self, days):
        self.office.clock.forward(days=days)
        advance_timers(self.office.acting(CaseActor(name="Ali", roles=frozenset())).place)

    @invariant()
    def nobody_has_approved_their_own(self):
        """Told anew from the journal's tables alone, without the code that forbids it."""
        place = self.office.opened.place
        with place.unit_of_work() as unit:
            for case in unit.cases.cases():
                procedure = procedure_of_version(place, case.version)
                hands: list[tuple[str, frozenset[str]]] = []
                for move in unit.cases.moves(case.id):
                    if move.kind is MoveKind.TAKEN:
                        kind = procedure.step(move.element).outcome(move.outcome).kind
                        others = {name for element, who in hands if element != move.element for name in who}
                        entered = {
                            version.changed_by
                            for version in unit.records.versions(case.document_id)
                            if unit.records.entry(version.entry).sequence < move.sequence
                        }
                        if kind is OutcomeKind.APPROVE:
                            assert not move.people & (others | entered | {case.started_by})
                        hands.append((move.element, move.people))

    def _waiting(self):
        with self.office.opened.place.unit_of_work() as unit:
            return unit.cases.waiting()

    def _decide(self, actor, which, outcome, note):
        if not (waiting := self._waiting()):
            return
        case, step = waiting[which % len(waiting)]
        described = procedure_of_version(self.office.opened.place, case.version).step(step.element)
        chosen = described.outcomes[outcome % len(described.outcomes)]
        items = [item.id for checklist in described.checklists for item in checklist.items]
        fields = {
            spec.name: spec.choices[0].value if spec.choices else "1" for spec in described.fields
        }  # fmt: skip
        decision = Decision(outcome=chosen.id, note=note, ticked=items, fields=fields)
        self._try(actor, lambda place: take_step(place, case.id, step.number, decision, actor=actor))

    def _try(self, actor, act):
        """What is not permitted is refused with one of our errors, and leaves nothing behind."""
        try:
            act(self.office.acting(actor).place)
        except ArchiveError:
            return


Municipality.TestCase.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestMunicipality = Municipality.TestCase
