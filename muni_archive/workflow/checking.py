"""Whether a procedure can be followed: everything that is wrong with it, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muni_archive.domain.comparing import OUTCOME, Condition
from muni_archive.domain.procedures import Deed, Flow, NodeKind, Procedure, Starts, Step
from muni_archive.messages import _
from muni_archive.workflow.flaws import Flaw
from muni_archive.workflow.reading import ProcedureReader
from muni_archive.workflow.routing import gateways_behind, routed
from muni_archive.workflow.soundness import flaws_of_course
from muni_archive.workflow.ways import is_sure, open_ways

_AUTOMATIC = (NodeKind.EXCLUSIVE, NodeKind.PARALLEL, NodeKind.PASSING)


def check_procedure(data: bytes, name: str = "") -> tuple[Procedure, Sequence[Flaw]]:
    """The procedure as it stands in the file, and its flaws. Raises `ProcedureInvalid` for what is no BPMN at all."""
    reader = ProcedureReader(data, name)
    plain = reader.read()
    procedure, unrouted = routed(plain)
    flaws = [*reader.flaws, *unrouted, *_of_shape(procedure)]
    if not flaws:
        flaws = [*_of_ways(procedure), *_of_conditions(procedure), *_of_samples(procedure), *_of_deeds(procedure)]
    return procedure, flaws or list(flaws_of_course(procedure))


def _of_shape(procedure: Procedure) -> Iterator[Flaw]:
    """What each element has before it and behind it."""
    known = {node.id for node in procedure.nodes}
    for flow in procedure.flows:
        if {flow.source, flow.target} - known:
            yield Flaw(element=flow.id, name="", text=_("the flow begins or ends nowhere"))
    if not procedure.steps:
        yield Flaw(element=procedure.id, name="", text=_("there is no step that anybody does"))
    starts = [node for node in procedure.nodes if node.kind is NodeKind.START]
    if len(starts) != 1:
        yield Flaw(
            element=procedure.id, name="", text=_("there must be one start, not {count}").format(count=len(starts))
        )
    for node in procedure.nodes:
        flaw = _missing(procedure, node.id, node.kind)
        if flaw:
            yield Flaw(element=node.id, name=node.label["ar"], text=flaw)
    steps = {step.id for step in procedure.steps}
    for timer in procedure.timers:
        drawn = procedure.node(timer.id)
        if drawn and drawn.kind is NodeKind.BOUNDARY and timer.on not in steps:
            yield Flaw(element=timer.id, name=drawn.label["ar"], text=_("the timer is attached to no step"))


def _missing(procedure: Procedure, element: str, kind: NodeKind) -> str:
    ways = len(procedure.after(element))
    if kind is not NodeKind.END and not ways:
        return _("nothing follows; let every way lead to an end")
    if kind is NodeKind.END and ways:
        return _("something follows an end")
    if ways > 1 and kind not in (NodeKind.EXCLUSIVE, NodeKind.PARALLEL):
        return _("several ways lead out; put a gateway behind it that says which")
    return ""


def _of_ways(procedure: Procedure) -> Iterator[Flaw]:
    """Everything is reached from the start, reaches an end, and no circle turns without anybody doing anything."""
    forward = {node.id: [flow.target for flow in procedure.after(node.id)] for node in procedure.nodes}
    for timer in procedure.timers:
        if timer.on:
            forward[timer.on].append(timer.id)
    back = {node.id: [other for other, ways in forward.items() if node.id in ways] for node in procedure.nodes}
    starts = [node.id for node in procedure.nodes if node.kind is NodeKind.START]
    reached = _reached(forward, starts)
    ending = _reached(back, [node.id for node in procedure.nodes if node.kind is NodeKind.END])
    automatic = {node.id for node in procedure.nodes if node.kind in _AUTOMATIC}
    for node in procedure.nodes:
        if node.id not in reached:
            yield Flaw(element=node.id, name=node.label["ar"], text=_("it is never reached from the start"))
        elif node.id not in ending:
            yield Flaw(element=node.id, name=node.label["ar"], text=_("no way leads from it to an end"))
        elif node.id in automatic and node.id in _reached(
            {each: [to for to in forward[each] if to in automatic] for each in automatic}, forward[node.id]
        ):
            yield Flaw(element=node.id, name=node.label["ar"], text=_("a circle leads back to it without any step"))


def _reached(ways: dict[str, list[str]], begin: Sequence[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(begin)
    while waiting:
        at = waiting.pop()
        if at in ways and at not in found:
            found.add(at)
            waiting += ways[at]
    return found


def _of_conditions(procedure: Procedure) -> Iterator[Flaw]:
    declared = {field.name for step in procedure.steps for field in step.fields}
    for flow in procedure.flows:
        if flow.condition is not None:
            yield from _of_names(procedure, flow, flow.condition, declared)
    for step in procedure.steps:
        yield from _of_outcomes(procedure, step)


def _of_names(procedure: Procedure, flow: Flow, condition: Condition, declared: set[str]) -> Iterator[Flaw]:
    """Every name is that of an outcome or a field, and every outcome is one that somebody can choose."""
    before = [step for step in procedure.steps if flow.source in set(gateways_behind(procedure, step.id))]
    for each in condition.comparisons:
        asked = before
        if each.name.endswith(".outcome"):
            asked = [step for step in procedure.steps if f"{step.id}.outcome" == each.name]
        elif each.name != OUTCOME:
            if each.name not in declared:
                text = _("no step has a field «{name}»").format(name=each.name)
                yield Flaw(element=flow.id, name="", text=text)
            continue
        possible = {outcome.id for step in asked for outcome in step.outcomes}
        if not asked:
            text = _("which step's outcome is meant? Write the step's id before it: {example}").format(
                example=f"{procedure.steps[0].id}.outcome"
            )
            yield Flaw(element=flow.id, name="", text=text)
        elif each.value not in possible:
            text = _("no step before the gateway {gateway} has the outcome «{outcome}»").format(
                gateway=flow.source, outcome=each.value
            )
            yield Flaw(element=flow.id, name="", text=text)


def _of_outcomes(procedure: Procedure, step: Step) -> Iterator[Flaw]:
    """Every outcome has a way at every gateway that it comes to."""
    waiting = [(flow.target, outcome.id) for flow in procedure.after(step.id) for outcome in step.outcomes]
    seen: set[tuple[str, str]] = set()
    while waiting:
        at, outcome = waiting.pop()
        node = procedure.node(at)
        if (at, outcome) in seen or node is None or node.kind not in (NodeKind.EXCLUSIVE, NodeKind.PASSING):
            continue
        seen.add((at, outcome))
        ways = procedure.after(at)
        if len(ways) > 1 and not any(flow.default or is_sure(flow.condition, outcome) for flow in ways):
            text = _(
                "the outcome «{outcome}» of «{step}» leads nowhere here; draw a way for it, or a default one"
            ).format(outcome=outcome, step=step.label["ar"])
            yield Flaw(element=at, name=node.label["ar"], text=text)
        waiting += [(flow.target, outcome) for flow in open_ways(ways, outcome)]


def _of_samples(procedure: Procedure) -> Iterator[Flaw]:
    for step in procedure.steps:
        if step.sample and not {"document", "either"} & {procedure.starts}:
            text = _("pages can be drawn only where the case is about a document")
            yield Flaw(element=step.id, name=step.label["ar"], text=text)


def _of_deeds(procedure: Procedure) -> Iterator[Flaw]:
    """What is done to a record is done to the document that the case is about, and a proposal comes before."""
    deeds = {step.does for step in procedure.steps if step.does}
    if deeds and procedure.starts is not Starts.DOCUMENT:
        text = _("a step proposes or confirms a disposal, so let it begin with a document only")
        yield Flaw(element=procedure.id, name="", text=text)
    if deeds == {Deed.CONFIRM_DISPOSAL}:
        yield Flaw(element=procedure.id, name="", text=_("a disposal is confirmed that no step proposes"))
