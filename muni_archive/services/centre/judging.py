"""Moves of cases come in from stations: the centre looks at each as the station should have done before.

What is wrong is kept in the journal like everything else, but does not count: an entry that was refused as a whole
would hold up all that the station did after it, and most of what is wrong is nobody's fault (two stations that had not
heard of each other). What came too late is carried on where it still fits, see `deciding_again`; what came before that
on which it rests waits for it, see `early_moves`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from muni_archive.domain.cases import Case, Move, MoveKind, Refusal
from muni_archive.domain.errors import ArchiveDamaged, NotFound, ProcedureInvalid, StepGone
from muni_archive.domain.events import CaseCorrected, CaseStarted, StepSettled, StepTaken, TimerPassed
from muni_archive.domain.four_eyes import bar_to_approval
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.people import plain_name
from muni_archive.domain.procedures import OutcomeKind, Procedure, Step
from muni_archive.domain.roles import role_ever
from muni_archive.domain.saying import said_in
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.deciding_again import carry_on, count_anew, settle_step
from muni_archive.services.centre.early_moves import later_than, resting_on, waits, was_withdrawn_before
from muni_archive.services.procedures.acting import trail_of
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.procedures.replaying import run_after
from muni_archive.services.procedures.signing import is_signed_by
from muni_archive.services.workplace import Workplace
from muni_archive.workflow.running import CaseRun, Moved, Passed, Taken

UNUSABLE = (ArchiveDamaged, ProcedureInvalid)
"""The procedure's file is missing or is none, see `at_hand`. An object store that does not answer says nothing of the
kind: the entry comes again.
"""
JUDGED = frozenset({CaseStarted.kind, StepTaken.kind, TimerPassed.kind, StepSettled.kind})


def procedures_needed(unit: CentralUnit, entries: Sequence[JournalEntry]) -> Collection[tuple[str, str]]:
    """Versions and names of the procedures by which moves among these entries will be judged, as far as is known."""
    told = [(entry.kind, said_in(entry.kind, entry.payload)) for entry in entries if entry.kind in JUDGED]
    begun = {(said["version"], said["procedure_id"]) for kind, said in told if kind == CaseStarted.kind}
    known = (_known(unit, case_id) for case_id in {said["case_id"] for _kind, said in told})
    return begun.union((case.version, case.procedure_id) for case in known if case)


def judge(place: Workplace, unit: CentralUnit, entry: JournalEntry) -> None:
    """Record what the move in `entry`, which was just applied, leads to, and what those lead to that came before it and
    rest on it; nothing where it simply counts.
    """
    _judge_one(place, unit, entry)
    case_id = said_in(entry.kind, entry.payload)["case_id"]
    moves = unit.cases.moves(case_id)
    mine = next((move for move in moves if move.entry == entry.id), None)
    if mine is None or mine.kind is MoveKind.SETTLED or not _known(unit, case_id) or waits(unit, moves, mine):
        return
    for move in resting_on(unit, moves, mine):
        judge(place, unit, unit.records.entry(move.entry))


def _known(unit: CentralUnit, case_id: str) -> Case | None:
    try:
        return unit.cases.case(case_id)
    except NotFound:
        return None


def _judge_one(place: Workplace, unit: CentralUnit, entry: JournalEntry) -> None:
    event = unit.records.event(entry.id)
    assert isinstance(event, CaseStarted | StepTaken | TimerPassed | StepSettled)
    try:
        case = unit.cases.case(event.case_id)
    except NotFound:
        return  # nobody began it yet: it waits in the list of moves, and leads nowhere
    if isinstance(event, StepSettled):
        settle_step(place, unit, case, event, entry)
        return
    if isinstance(event, CaseStarted):
        _judge_start(place, unit, case, event, entry)
        return
    moves = unit.cases.moves(case.id)
    mine = next(move for move in moves if move.entry == entry.id)
    before = [move for move in moves if move.sequence < mine.sequence]
    try:
        procedure = procedure_of_version(place, case.version, case.procedure_id)
    except UNUSABLE:
        refused: Refusal | None = Refusal.PROCEDURE
    else:
        refused = next(_flaws(unit, case, procedure, event, entry), None)
        if refused is None:
            refused = _judged(place, unit, procedure, event, mine, before)
    if refused is not None:
        _refuse(unit, case, event, mine, refused)


def _judge_start(place: Workplace, unit: CentralUnit, case: Case, event: CaseStarted, entry: JournalEntry) -> None:
    """A case that does not begin as its procedure begins goes no way."""
    mine = next(move for move in unit.cases.moves(case.id) if move.entry == entry.id)
    if not mine.stands:
        return  # known before
    try:
        procedure = procedure_of_version(place, event.version, event.procedure_id)
        began = CaseRun(procedure).began
        refused = None if _same(began, procedure, event) else Refusal.STEP
    except UNUSABLE:
        refused = Refusal.PROCEDURE
    if refused is not None:
        _refuse(unit, case, event, mine, refused)


def _flaws(
    unit: CentralUnit, case: Case, procedure: Procedure, event: StepTaken | TimerPassed, entry: JournalEntry
) -> Iterator[Refusal]:
    """What the station should not have let pass; the first is told."""
    if (event.department, event.document_id) != (case.department, case.document_id):
        yield Refusal.CASE
    if isinstance(event, TimerPassed):
        if procedure.timer(event.element) is None:
            yield Refusal.STEP
        return
    if event.version != case.version:
        yield Refusal.CASE
    if not is_signed_by(event, entry, unit.cases.person_keys()):
        yield Refusal.SIGNATURE
    step = procedure.step(event.element)
    outcome = step.outcome(event.outcome) if step else None
    if step is None or outcome is None:
        yield Refusal.STEP
        return
    if step.role != event.role or not _had_role(unit, event, entry.actor):
        yield Refusal.ROLE
    if outcome.kind is OutcomeKind.APPROVE and _is_barred(unit, case, step, event, entry):
        yield Refusal.FOUR_EYES


def _is_barred(unit: CentralUnit, case: Case, step: Step, event: StepTaken, entry: JournalEntry) -> bool:
    """As in `procedures.acting`, by what the centre knows of who entered and decided."""
    apart = step.apart_from_starter or case.document_id is None
    people = frozenset({entry.actor, event.stands_in_for} - {""})
    moves = unit.cases.moves(case.id)
    later = later_than(unit, moves, next(move for move in moves if move.entry == entry.id))
    return bar_to_approval(people, step.id, trail_of(unit, case, but=later), apart_from_starter=apart) is not None


def _had_role(unit: CentralUnit, event: StepTaken, name: str) -> bool:
    """Ever, as in `actors`. A centre that has given nobody a role does not know who works there."""
    organisation = unit.organisation.all()
    if not organisation.places:
        return True
    people = {person.id: person for person in unit.people.all()}
    person = next((each for each in people.values() if plain_name(each.name) == plain_name(name)), None)
    if person is None:
        return True  # from before the station heard of people: `actors` refuses anybody else
    return role_ever(person, people, organisation, role=event.role, department=event.department, by=event.stands_in_for)


def _judged(
    place: Workplace, unit: CentralUnit, procedure: Procedure, event: StepTaken | TimerPassed, mine: Move,
    before: Sequence[Move],
) -> Refusal | None:  # fmt: skip
    """A move that is right in itself counts, is carried on, or is in dispute; else why it never counts."""
    case = unit.cases.case(mine.case_id)
    try:
        if not mine.stands:
            moves = unit.cases.moves(case.id)
            if waits(unit, moves, mine) or was_withdrawn_before(moves):
                return None
            return carry_on(place, unit, case, procedure, mine)
        if _leads_elsewhere(procedure, before, event):
            count_anew(place, unit, case, procedure, mine)
    except StepGone:
        return Refusal.STEP
    return None


def _leads_elsewhere(procedure: Procedure, before: Sequence[Move], event: StepTaken | TimerPassed) -> bool:
    """Whether the procedure makes something else of the move than the station says: it may not have heard of another
    branch. Raises `StepGone`.
    """
    moved = _moved(run_after(procedure, before), event)
    return not _same(moved, procedure, event) or frozenset(moved.lapsed) != frozenset(event.lapsed)


def _same(moved: Moved, procedure: Procedure, event: CaseStarted | StepTaken | TimerPassed) -> bool:
    told = frozenset((each.number, each.element, each.timer, each.role) for each in event.opened)
    return (_waits(moved, procedure), moved.end) == (told, event.end)


def _moved(run: CaseRun, event: StepTaken | TimerPassed) -> Moved:
    if not any((each.number, each.element) == (event.number, event.element) for each in run.waiting):
        raise StepGone
    if isinstance(event, TimerPassed):
        return run.ring(Passed(number=event.number))
    return run.take(Taken(number=event.number, outcome=event.outcome, fields=event.fields))


def _waits(moved: Moved, procedure: Procedure) -> frozenset[tuple[int, str, bool, str]]:
    roles = {step.id: step.role for step in procedure.steps}
    return frozenset((each.number, each.element, each.timer, roles.get(each.element, "")) for each in moved.opened)


def _refuse(
    unit: CentralUnit, case: Case, event: CaseStarted | StepTaken | TimerPassed, mine: Move, why: Refusal
) -> None:
    """It counts no more, if it did: the case waits where it waited."""
    said: dict[str, Any] = {
        "case_id": case.id, "department": case.department, "document_id": case.document_id, "entry": mine.entry,
        "refused": why,
    }  # fmt: skip
    if not mine.stands:
        unit.record(CaseCorrected(**said))
        return
    opened = {each.number for each in event.opened}
    others = [step for step in unit.cases.steps(case.id) if step.number not in opened]
    closed = [step.number for step in others if (step.closed_at, step.closed_by) == (mine.at, mine.by)]
    unit.record(
        CaseCorrected(
            **said, undone=(mine.entry,), first=max((step.number for step in others), default=0) + 1,
            reopened=tuple(closed),
        )
    )  # fmt: skip
