"""Cases in the engine."""

import random

import pytest

from muni_archive.domain.errors import StepGone
from muni_archive.domain.record_class import FieldKind
from muni_archive.workflow import check_procedure, read_procedure
from muni_archive.workflow.running import CaseRun, Passed, Taken, replay
from muni_archive.workflow.soundness import _Game
from tests.helpers.procedures import flow, letters, node, shipped

SHIPPED = ("archiving", "borrowing", "building_licence", "description_certificate", "disposal")
TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"


def elements(run):
    return [waits.element for waits in run.waiting]


def take(run, element, outcome, **fields):
    number = next(waits.number for waits in run.waiting if waits.element == element)
    return run.take(Taken(number=number, outcome=outcome, fields=fields))


def test_a_case_goes_back_and_comes_again():
    run = CaseRun(read_procedure(letters()))
    assert elements(run) == ["write"]
    take(run, "write", "done")
    take(run, "sign", "return")
    take(run, "write", "done")
    assert take(run, "sign", "approve").end == "end"
    assert elements(run) == []


def test_a_step_that_was_taken_is_gone():
    run = CaseRun(read_procedure(letters()))
    take(run, "write", "done")
    with pytest.raises(StepGone):
        run.take(Taken(number=1, outcome="done"))


def test_an_interrupting_timer_ends_its_step():
    late = node("boundaryEvent", "late", TIMER, attachedToRef="sign")
    run = CaseRun(read_procedure(letters(more=late + flow("late", "end"))))
    opened = take(run, "write", "done").opened
    assert {(each.element, each.timer) for each in opened} == {("sign", False), ("late", True)}
    timer = next(each.number for each in opened if each.timer)
    moved = run.ring(Passed(number=timer))
    assert (moved.end, len(moved.lapsed)) == ("end", 1)


def test_a_timer_that_interrupts_nothing_leaves_the_step():
    late = node("boundaryEvent", "late", TIMER, attachedToRef="sign", cancelActivity="false")
    run = CaseRun(read_procedure(letters(more=late + flow("late", "seen") + node("endEvent", "seen"))))
    timer = next(each.number for each in take(run, "write", "done").opened if each.timer)
    assert run.ring(Passed(number=timer)).end == ""
    assert elements(run) == ["sign"]
    assert take(run, "sign", "approve").end == "end"


def test_a_step_that_is_taken_takes_its_timer_along():
    late = node("boundaryEvent", "late", TIMER, attachedToRef="sign")
    run = CaseRun(read_procedure(letters(more=late + flow("late", "end"))))
    opened = take(run, "write", "done").opened
    timer = next(each.number for each in opened if each.timer)
    assert take(run, "sign", "return").lapsed == (timer,)


def test_a_high_building_asks_for_aviation_and_a_low_one_does_not():
    for height, expected in (("44.5", False), ("45", True)):
        run = CaseRun(read_procedure(shipped("building_licence")))
        take(run, "receive", "done", height=height)
        take(run, "technical", "approve")
        assert ("aviation" in elements(run)) is expected
        for body in ("electricity", "fire", "roads"):
            take(run, body, "done")
        if expected:
            assert elements(run) == ["aviation"]
            take(run, "aviation", "refused")
            assert elements(run) == ["missing", "gave_up"]
        else:
            assert elements(run) == ["decide"]


def test_a_case_that_came_back_waits_for_every_body_again():
    """SpiffWorkflow's own join takes answers of an earlier round for answers of this one."""
    run = CaseRun(read_procedure(shipped("building_licence")))
    take(run, "receive", "done", height="60")
    for first in ("aviation", "fire", "electricity", "roads"):
        take(run, "technical", "approve")
        bodies = [first, *sorted({"aviation", "fire", "electricity", "roads"} - {first})]
        for at, body in enumerate(bodies, start=1):
            take(run, body, "done")
            assert ("decide" in elements(run)) is (at == len(bodies))
        take(run, "decide", "return")


def test_a_licence_that_came_back_asks_every_body_again():
    run = CaseRun(read_procedure(shipped("building_licence")))
    for round_ in range(3):
        take(run, "receive", "done", height="10") if round_ == 0 else None
        take(run, "technical", "approve")
        assert sorted(elements(run)) == ["electricity", "fire", "roads"]
        for body in ("roads", "electricity", "fire"):
            take(run, body, "done")
        take(run, "decide", "return" if round_ < 2 else "approve")
    assert take(run, "issue", "done").end == "issued"


def fields_for(step, chance):
    return {
        spec.name: chance.choice(spec.choices).value if spec.choices else chance.choice(["10", "60"])
        for spec in step.fields
        if spec.choices or spec.kind is FieldKind.NUMBER
    }


def walk(procedure, chance, longest=400):
    """A case that goes as chance will have it, rather on than back; every move, and what followed."""
    run, moves, followed = CaseRun(procedure), [], []
    for _ in range(longest):
        waiting = run.waiting
        if not waiting:
            break
        steps = [waits for waits in waiting if not waits.timer]
        waits = chance.choice(steps if steps and chance.random() < 0.85 else waiting)
        if waits.timer:
            moves.append(Passed(number=waits.number))
            followed.append(run.ring(moves[-1]))
            continue
        step = procedure.step(waits.element)
        outcome = (step.outcomes[0] if chance.random() < 0.7 else chance.choice(step.outcomes)).id
        moves.append(Taken(number=waits.number, outcome=outcome, fields=fields_for(step, chance)))
        followed.append(run.take(moves[-1]))
    return run, moves, followed


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_procedure_comes_to_each_of_its_ends_and_takes_every_way(name):
    procedure, flaws = check_procedure(shipped(name))
    assert list(flaws) == []
    ends, taken = set(), set()
    for seed in range(60):
        run, _, followed = walk(procedure, random.Random(seed))  # noqa: S311
        assert run.waiting == ()
        ends.add(followed[-1].end)
        taken |= {each.element for moved in followed for each in moved.opened}
    reached = {flow.target for flow in procedure.flows} & {n.id for n in procedure.nodes if n.kind == "endEvent"}
    side = {"reminded"}  # an end beside the main one, which the case does not stop at
    assert ends - {""} >= reached - side
    assert taken | {"prepare", "receive", "request", "propose"} >= {step.id for step in procedure.steps}


def settled(game, marking):
    """Every marking in which somebody must act, after all that happens by itself."""
    moving = [token for token in sorted(marking) if game._goes_on(token, marking)]
    if not moving:
        return {marking}
    return set().union(*(settled(game, frozenset(tokens)) for tokens in game.following(marking)))


def acted(game, procedure, marking, element, outcome=None):
    """What the marking may become when a step is taken with that outcome, or a timer goes off."""
    host = (procedure.timer(element) and procedure.timer(element).on) or element
    for token in marking:
        if game._flows[token.flow].target != host:
            continue
        for fresh, gone in game._moved(token, marking):
            taken = {each.outcome for each in fresh} == {outcome} if outcome else True
            rang = outcome or any(game._flows[each.flow].source == element for each in fresh)
            if taken and rang:
                rest = [other for other in marking if other != token and other not in gone]
                yield from settled(game, frozenset([*rest, *fresh]))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_engine_goes_the_ways_that_the_drawing_has(name):
    """Held against the token game with which procedures are checked, which knows nothing of the engine."""
    procedure = read_procedure(shipped(name))
    game = _Game(procedure)
    for seed in range(25):
        run, moves, followed = walk(procedure, random.Random(seed))  # noqa: S311
        again, markings = CaseRun(procedure), settled(game, game.begin())
        for move in moves:
            element = next(waits.element for waits in again.waiting if waits.number == move.number)
            again.take(move) if isinstance(move, Taken) else again.ring(move)
            outcome = move.outcome if isinstance(move, Taken) else None
            markings = {end for mark in markings for end in acted(game, procedure, mark, element, outcome)}
            waiting = sorted(waits.element for waits in again.waiting if procedure.step(waits.element))
            markings = {
                mark
                for mark in markings
                if sorted(to for t in mark if procedure.step(to := game._flows[t.flow].target)) == waiting
            }
            assert markings, (seed, element, outcome, waiting)


@pytest.mark.parametrize("name", SHIPPED)
def test_replaying_a_case_gives_the_same_case(name):
    procedure = read_procedure(shipped(name))
    for seed in range(8):
        run, moves, _ = walk(procedure, random.Random(seed), longest=seed * 4)  # noqa: S311
        assert replay(procedure, moves).waiting == run.waiting


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_procedure_speaks_both_languages_and_is_drawn_whole(name):
    procedure = read_procedure(shipped(name))
    labels = [procedure.label, procedure.about, *(lane.label for lane in procedure.lanes)]
    for step in procedure.steps:
        labels += [step.label, step.about, *(each.label for each in (*step.outcomes, *step.fields))]
        labels += [item.label for checklist in step.checklists for item in checklist.items]
        assert step.due is not None
    assert all(label["ar"] != label["en"] and label["ar"] and label["en"] for label in labels)
    drawn = {shape.element for shape in procedure.diagram.shapes}
    assert {node.id for node in procedure.nodes} | {lane.id for lane in procedure.lanes} <= drawn
    assert {line.element for line in procedure.diagram.lines} == {flow.id for flow in procedure.flows}
