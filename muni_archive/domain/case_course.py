"""One case and how each event changes it: the only code that says so, for tables and for what is not in them yet.

The order of the journal decides. A move that came too late, or that the centre does not let count, is kept beside.
A case that is not known here (another station's) changes nothing but the list of moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from muni_archive.domain.case_events import (
    CaseCorrected,
    CaseReassigned,
    CaseStarted,
    CaseWithdrawn,
    StepDisputed,
    StepSettled,
    StepTaken,
    TimerPassed,
)
from muni_archive.domain.cases import Case, CaseState, CaseStep, Dispute, Move, MoveKind, StepOpened, StepState
from muni_archive.domain.four_eyes import is_among
from muni_archive.domain.journal import JournalEntry

CourseEvent = (
    CaseStarted | StepTaken | TimerPassed | CaseReassigned | CaseWithdrawn | CaseCorrected | StepDisputed | StepSettled
)


@dataclass(frozen=True, kw_only=True)
class Course:
    """A case with all that happened in it; `case` is None for one that is not known here."""

    case: Case | None = None
    steps: Mapping[int, CaseStep] = field(default_factory=dict)
    """By number."""
    moves: tuple[Move, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    @property
    def last(self) -> str:
        """Id of the entry that led the case on last."""
        return last_entry(self.moves)

    def waiting(self, number: int) -> CaseStep | None:
        step = self.steps.get(number)
        return step if step and step.state is StepState.OPEN else None


def last_entry(moves: Iterable[Move]) -> str:
    """Id of the entry that led the case on last; empty for none."""
    return next((move.entry for move in sorted(moves, key=lambda m: -m.sequence) if move.leads), "")


def advance(course: Course, event: CourseEvent, entry: JournalEntry) -> Course:
    """The course after the event. What was told before changes nothing."""
    if any(move.entry == entry.id for move in course.moves):
        return course
    return _ADVANCE[type(event)](course, event, entry)


def _started(course: Course, event: CaseStarted, entry: JournalEntry) -> Course:
    known = course.case is not None
    course = _moved(course, entry, event, MoveKind.STARTED, stands=not known, note=event.note)
    if known:
        return course
    case = Case(
        id=event.case_id, procedure_id=event.procedure_id, version=event.version, document_id=event.document_id,
        file_reference=event.file_reference, title=event.title, department=event.department,
        record_class=event.record_class, state=CaseState.OPEN, started_at=_time(entry.at), started_by=entry.actor,
    )  # fmt: skip
    return _go_on(replace(course, case=case), entry, opened=event.opened, end=event.end)


def _taken(course: Course, event: StepTaken, entry: JournalEntry) -> Course:
    stands = _fits(course, event, timer=False)
    said = {
        name: getattr(event, name)
        for name in (
            "outcome", "note", "role", "stands_in_for", "document_entry", "key", "signature", "fields", "ticked",
        )
    }  # fmt: skip
    course = _moved(course, entry, event, MoveKind.TAKEN, stands=stands, **said)
    return _led(course, event, entry) if stands else course


def _timer(course: Course, event: TimerPassed, entry: JournalEntry) -> Course:
    stands = _fits(course, event, timer=True)
    course = _moved(course, entry, event, MoveKind.TIMER, stands=stands)
    return _led(course, event, entry) if stands else course


def _fits(course: Course, event: StepTaken | TimerPassed, *, timer: bool) -> bool:
    """Whether it is a move at a step that waits, in the case as it stands; what opens must have numbers of its own."""
    step = course.waiting(event.number)
    known = event.after in ("", course.last)
    fresh = {opened.number for opened in event.opened}
    alone = len(fresh) == len(event.opened) and not fresh & set(course.steps)
    return step is not None and step.element == event.element and step.timer == timer and known and alone


def _led(course: Course, event: StepTaken | TimerPassed, entry: JournalEntry) -> Course:
    course = _close(course, (event.number,), _time(entry.at), entry.actor, StepState.TAKEN)
    return _go_on(course, entry, opened=event.opened, lapsed=event.lapsed, end=event.end)


def _reassigned(course: Course, event: CaseReassigned, entry: JournalEntry) -> Course:
    step = course.waiting(event.number) if _is_its_own(course, event) else None
    if step is not None:
        course = replace(course, steps={**course.steps, step.number: replace(step, assigned_to=event.to)})
    return _moved(course, entry, event, MoveKind.REASSIGNED, stands=step is not None, outcome=event.to, note=event.note)


def _withdrawn(course: Course, event: CaseWithdrawn, entry: JournalEntry) -> Course:
    stands = course.case is not None and course.case.state is CaseState.OPEN and _is_its_own(course, event)
    course = _moved(course, entry, event, MoveKind.WITHDRAWN, stands=stands, note=event.note)
    return _end(course, entry, CaseState.WITHDRAWN, "") if stands else course


def _is_its_own(course: Course, event: CaseReassigned | CaseWithdrawn | StepSettled) -> bool:
    """Whether it says the case's own department: who may speak for another has nothing to say here."""
    return course.case is not None and course.case.department == event.department


def _corrected(course: Course, event: CaseCorrected, entry: JournalEntry) -> Course:
    if course.case is None:
        return course
    gone = set(event.undone)
    moves = [replace(move, stands=False) if move.entry in gone else move for move in course.moves]
    if event.refused:
        moves = [replace(move, refused=event.refused) if move.entry == event.entry else move for move in moves]
    course = replace(course, moves=tuple(moves))
    if gone:
        course = _put_back(course, event)
    if any(move.kind is MoveKind.STARTED and move.refused for move in course.moves):
        return _end(course, entry, CaseState.WITHDRAWN, "")
    mover = next((move for move in course.moves if move.entry == event.entry), None)
    return _carried(course, event, entry, mover) if event.number and mover else course


def _put_back(course: Course, event: CaseCorrected) -> Course:
    """As the case was before what is undone."""
    steps = {number: step for number, step in course.steps.items() if number < event.first}
    for number in event.reopened:
        if number in steps:
            steps[number] = replace(steps[number], state=StepState.OPEN, closed_at=None, closed_by="")
    assert course.case is not None
    return replace(course, steps=steps, case=replace(course.case, state=CaseState.OPEN, end="", ended_at=None))


def _carried(course: Course, event: CaseCorrected, entry: JournalEntry, mover: Move) -> Course:
    """The move counts, where the centre says that it does: behind what led the case on before."""
    behind = any(move.leads and move.sequence > mover.sequence for move in course.moves)
    place = entry.sequence if behind else mover.sequence
    counted = replace(mover, stands=True, number=event.number, sequence=place)
    moves = [counted if move.entry == mover.entry else move for move in course.moves]
    course = replace(course, moves=tuple(sorted(moves, key=lambda move: move.sequence)))
    course = _close(course, (event.number,), mover.at, mover.by, StepState.TAKEN)
    return _go_on(course, entry, opened=event.opened, lapsed=event.lapsed, end=event.end)


def _disputed(course: Course, event: StepDisputed, entry: JournalEntry) -> Course:
    if any(dispute.id == event.conflict_id for dispute in course.disputes):
        return course
    dispute = Dispute(
        id=event.conflict_id, case_id=event.case_id, department=event.department, document_id=event.document_id,
        number=event.number, element=event.element, counted=event.counted, late=event.late, found_at=_time(entry.at),
    )  # fmt: skip
    return replace(course, disputes=(*course.disputes, dispute))


def _settled(course: Course, event: StepSettled, entry: JournalEntry) -> Course:
    """The first to settle it counts, and only somebody who decided neither."""
    dispute = next((each for each in course.disputes if each.id == event.conflict_id), None)
    counts = dispute is not None and may_settle(course.moves, dispute, entry.actor) and _is_its_own(course, event)
    counts &= dispute is not None and dispute.resolution is None and event.chosen in (dispute.counted, dispute.late)
    chosen = next((move for move in course.moves if move.entry == event.chosen), None)
    course = _moved(
        course, entry, event, MoveKind.SETTLED, stands=counts, note=event.note,
        number=dispute.number if dispute else 0, element=dispute.element if dispute else "",
        outcome=chosen.outcome if chosen else "",
    )  # fmt: skip
    if dispute is None or not counts:
        return course
    settled = replace(
        dispute, resolution=entry.id, chosen=event.chosen, resolved_at=_time(entry.at), resolved_by=entry.actor
    )
    return replace(course, disputes=tuple(settled if each is dispute else each for each in course.disputes))


def may_settle(moves: Iterable[Move], dispute: Dispute, name: str) -> bool:
    """Nobody judges their own decision, nor that of whom they stood in for. That a timer went off decided nobody."""
    both = [move for move in moves if move.entry in (dispute.counted, dispute.late) and move.kind is not MoveKind.TIMER]
    return not any(is_among(name, move.people) for move in both)


def _go_on(
    course: Course, entry: JournalEntry, *, opened: Iterable[StepOpened], lapsed: Iterable[int] = (), end: str
) -> Course:
    """What follows from a move: steps that lapse, steps that open, and perhaps the end."""
    at = _time(entry.at)
    course = _close(course, lapsed, at, entry.actor, StepState.LAPSED)
    assert course.case is not None
    new = {step.number: _opened(course.case.id, step, at) for step in opened}
    course = replace(course, steps={**course.steps, **new})
    return _end(course, entry, CaseState.ENDED, end) if end else course


def _opened(case_id: str, step: StepOpened, at: datetime) -> CaseStep:
    return CaseStep(
        case_id=case_id, number=step.number, element=step.element, role=step.role, state=StepState.OPEN, opened_at=at,
        due=_time(step.due) if step.due else None, timer=step.timer, seed=step.seed, pages=step.pages,
    )  # fmt: skip


def _end(course: Course, entry: JournalEntry, state: CaseState, end: str) -> Course:
    assert course.case is not None
    if course.case.state is not CaseState.OPEN:
        return course
    at = _time(entry.at)
    course = _close(course, course.steps, at, entry.actor, StepState.LAPSED)
    assert course.case is not None
    return replace(course, case=replace(course.case, state=state, end=end, ended_at=at))


def _close(course: Course, numbers: Iterable[int], at: datetime, by: str, state: StepState) -> Course:
    """Those of the steps that wait."""
    closed = {
        number: replace(step, state=state, closed_at=at, closed_by=by)
        for number in numbers
        if (step := course.waiting(number))
    }
    return replace(course, steps={**course.steps, **closed})


def _moved(
    course: Course, entry: JournalEntry, event: CourseEvent, kind: MoveKind, *, stands: bool, **said: Any
) -> Course:
    values: dict[str, Any] = {
        "number": getattr(event, "number", 0), "element": getattr(event, "element", ""), "outcome": "", "note": "",
        "fields": {}, "ticked": (), "role": "", "stands_in_for": "",
    }  # fmt: skip
    move = Move(
        sequence=entry.sequence, case_id=event.case_id, kind=kind, at=_time(entry.at), by=entry.actor, stands=stands,
        entry=entry.id, **values | said,
    )  # fmt: skip
    return replace(course, moves=(*course.moves, move))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


_ADVANCE: dict[type, Callable[[Course, Any, JournalEntry], Course]] = {
    CaseStarted: _started,
    StepTaken: _taken,
    TimerPassed: _timer,
    CaseReassigned: _reassigned,
    CaseWithdrawn: _withdrawn,
    CaseCorrected: _corrected,
    StepDisputed: _disputed,
    StepSettled: _settled,
}
COURSE_EVENTS = tuple(_ADVANCE)
