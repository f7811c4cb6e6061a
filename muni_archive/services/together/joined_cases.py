"""Cases of all stations as this one sees them: the centre's copy, and what was done here and is not in it yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from muni_archive.domain.case_course import COURSE_EVENTS, Course, CourseEvent, advance
from muni_archive.domain.cases import (
    Case,
    CaseState,
    CaseStep,
    Dispute,
    LoadedProcedure,
    Move,
    MoveKind,
    PersonKey,
    Sample,
    StepState,
)
from muni_archive.domain.errors import NotFound
from muni_archive.domain.journal import JournalEntry
from muni_archive.ports import UnitOfWork

PART = 100
_ENDLESS = datetime.max.replace(tzinfo=UTC)


class JoinedCases:
    """Implements `ports.Cases` on two units: the station's own, and the copy. Every method asks anew.

    What was done here comes behind everything in the copy, as it does at the centre. A decision that does not fit there
    (another branch went on) is the centre's to carry on: until it has, its step waits for nobody.
    """

    def __init__(self, own: UnitOfWork, copy: UnitOfWork) -> None:
        self._own, self._copy = own, copy

    def case(self, case_id: str) -> Case:
        case = self.course(case_id).case
        if case is None:
            raise NotFound(key=case_id)
        return case

    def cases(
        self, *, document_id: str | None = None, file_reference: str | None = None, open_only: bool = False
    ) -> Sequence[Case]:
        fresh = self._changed()
        known = self._copy.cases.cases(document_id=document_id, file_reference=file_reference, open_only=open_only)
        mine = [course.case for course in fresh.values() if course.case]
        found = [case for case in known if case.id not in fresh]
        found += [case for case in mine if document_id is None or case.document_id == document_id]
        if file_reference is not None:
            found = [case for case in found if case.file_reference == file_reference]
        if open_only:
            found = [case for case in found if case.state is CaseState.OPEN]
        return sorted(found, key=lambda case: (case.started_at, case.id))

    def steps(self, case_id: str) -> Sequence[CaseStep]:
        steps = self.course(case_id).steps
        return [steps[number] for number in sorted(steps)]

    def waiting(self) -> Sequence[tuple[Case, CaseStep]]:
        fresh = self._changed()
        found = [pair for pair in self._copy.cases.waiting() if pair[0].id not in fresh]
        found += [(case, step) for case, step in _open_steps(fresh) if not step.timer]
        return sorted(found, key=lambda pair: (pair[1].due or _ENDLESS, pair[1].opened_at, pair[0].id))

    def timers_due(self, at: datetime) -> Sequence[CaseStep]:
        """Without those of which the centre said that they lead nowhere: they would go off again and again."""
        fresh = self._changed()
        found = [step for step in self._copy.cases.timers_due(at) if step.case_id not in fresh]
        found += [step for _case, step in _open_steps(fresh) if step.timer and step.due and step.due <= at]
        found = [step for step in found if not self._was_refused(step)]
        return sorted(found, key=lambda step: (step.due or _ENDLESS, step.case_id, step.number))

    def moves(self, case_id: str) -> Sequence[Move]:
        return self.course(case_id).moves

    def latest_moves(self, *, before: int, limit: int) -> Sequence[Move]:
        return self._own.cases.latest_moves(before=before, limit=limit)

    def moves_beside(self) -> Sequence[Move]:
        """As the centre says: what is on its way may count yet."""
        return self._copy.cases.moves_beside()

    def disputes(self, case_id: str | None = None) -> Sequence[Dispute]:
        fresh = {dispute.id: dispute for course in self._changed().values() for dispute in course.disputes}
        return [fresh.get(dispute.id, dispute) for dispute in self._copy.cases.disputes(case_id)]

    def course(self, case_id: str) -> Course:
        return self._changed().get(case_id) or self._copy.cases.course(case_id)

    def procedures(self) -> Sequence[LoadedProcedure]:
        there = self._copy.cases.procedures()
        known = {(each.id, each.version) for each in there}
        return [*there, *(each for each in self._own.cases.procedures() if (each.id, each.version) not in known)]

    def person_keys(self) -> Sequence[PersonKey]:
        """Those that stand in this station's journal: a decision is signed with one of them."""
        return self._own.cases.person_keys()

    def samples(self) -> Sequence[Sample]:
        return self._own.cases.samples()

    def pages_brought_by(self, clerk: str, *, first: str, last: str) -> Sequence[str]:
        return self._own.cases.pages_brought_by(clerk, first=first, last=last)

    def _was_refused(self, timer: CaseStep) -> bool:
        moves = self._copy.cases.moves(timer.case_id)
        return any(move.refused and (move.number, move.element) == (timer.number, timer.element) for move in moves)

    def _changed(self) -> Mapping[str, Course]:
        """By id, the cases of which something is on its way."""
        fresh = dict[str, Course]()
        for move in self._on_the_way():
            course = fresh.get(move.case_id) or self._copy.cases.course(move.case_id)
            event = self._own.records.event(move.entry)
            assert isinstance(event, COURSE_EVENTS), "a move is made by an event of a case"
            fresh[move.case_id] = _after(course, cast("CourseEvent", event), self._own.records.entry(move.entry))
        return fresh

    def _on_the_way(self) -> Sequence[Move]:
        """Entries arrive in their order, so it is the end of the journal, as far back as one that has arrived."""
        found, before = list[Move](), self._own.records.last_sequence() + 1
        while part := self._own.cases.latest_moves(before=before, limit=PART):
            for move in part:
                if self._copy.records.knows_entry(move.entry):
                    return found[::-1]
                found.append(move)
            before = part[-1].sequence
        return found[::-1]


def _after(course: Course, event: CourseEvent, entry: JournalEntry) -> Course:
    """The entry's own number is of another journal: here it comes last."""
    last = max((move.sequence for move in course.moves), default=0)
    after = advance(course, event, replace(entry, sequence=last + 1))
    move = after.moves[-1]
    unsure = move.kind in (MoveKind.TAKEN, MoveKind.TIMER) and not move.stands and move.entry == entry.id
    if not unsure:
        return after
    said = {step.number: _set_aside(step, move) if step.element == move.element else step for step in _all(after)}
    return replace(after, steps=said)


def _set_aside(step: CaseStep, move: Move) -> CaseStep:
    if step.state is not StepState.OPEN:
        return step
    return replace(step, state=StepState.TAKEN, closed_at=move.at, closed_by=move.by)


def _all(course: Course) -> Iterable[CaseStep]:
    return course.steps.values()


def _open_steps(courses: Mapping[str, Course]) -> Iterable[tuple[Case, CaseStep]]:
    for course in courses.values():
        if course.case and course.case.state is CaseState.OPEN:
            yield from ((course.case, step) for step in _all(course) if step.state is StepState.OPEN)
