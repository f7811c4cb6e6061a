"""Which outcome leads where: what a drawing leaves unsaid is filled in, what it says wrong is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from muni_archive.domain.comparing import OUTCOME, Comparison, Condition
from muni_archive.domain.procedures import Flow, NodeKind, Outcome, Procedure, Step
from muni_archive.messages import _
from muni_archive.workflow.additions import outcome_id, plain_outcome
from muni_archive.workflow.flaws import Flaw

DONE, APPROVE = "done", "approve"


def routed(procedure: Procedure) -> tuple[Procedure, list[Flaw]]:
    """With a condition or a default on every way out of a gateway, and outcomes for every step."""
    flaws: list[Flaw] = []
    flows = tuple(_conditioned(procedure, flow, flaws) for flow in procedure.flows)
    named = replace(procedure, flows=flows)
    return replace(named, steps=tuple(_decided(named, step) for step in named.steps)), flaws


def gateways_behind(procedure: Procedure, element: str) -> Iterator[str]:
    """Exclusive gateways that are reached from the element before any other step does anything."""
    seen, waiting = set(), [flow.target for flow in procedure.after(element)]
    while waiting:
        name = waiting.pop(0)
        node = procedure.node(name)
        if name in seen or node is None:
            continue
        seen.add(name)
        if node.kind is NodeKind.EXCLUSIVE and len(procedure.after(name)) > 1:
            yield name
        if node.kind in (NodeKind.EXCLUSIVE, NodeKind.PASSING) or _only_splits(procedure, name, node.kind):
            waiting += [flow.target for flow in procedure.after(name)]


def _only_splits(procedure: Procedure, name: str, kind: NodeKind) -> bool:
    """Behind a join of several ways there is no telling whose outcome is meant."""
    return kind is NodeKind.PARALLEL and len(procedure.before(name)) == 1


def _conditioned(procedure: Procedure, flow: Flow, flaws: list[Flaw]) -> Flow:
    node = procedure.node(flow.source)
    ways = procedure.after(flow.source)
    if node is None or node.kind is not NodeKind.EXCLUSIVE or len(ways) < 2:
        return replace(flow, condition=None, default=False)
    if flow.default or flow.condition is not None:
        return replace(flow, condition=None) if flow.default else flow
    if flow.label:
        return replace(flow, condition=_named(procedure, flow))
    unsaid = [each for each in ways if not each.label and each.condition is None and not each.default]
    if len(unsaid) == 1 and not any(each.default for each in ways):
        return replace(flow, default=True)
    text = _("a way out of the gateway {gateway} has neither a condition nor a name").format(gateway=flow.source)
    flaws.append(Flaw(element=flow.id, name="", text=text))
    return flow


def _named(procedure: Procedure, flow: Flow) -> Condition:
    """The outcome that is called like the flow, by its id, its label, or a word that everybody knows."""
    words = {outcome_id(label) for label in flow.label.values()}
    listed = [outcome for step in _steps_before(procedure, flow.source) for outcome in step.outcomes]
    matching = (
        outcome.id for outcome in listed if {outcome.id, *outcome.label.values()} & (words | set(flow.label.values()))
    )
    said = next(matching, outcome_id(flow.label.get("ar", "")))
    return Condition(groups=((Comparison(name=OUTCOME, sign="==", value=said),),))


def _steps_before(procedure: Procedure, gateway: str) -> Iterator[Step]:
    return (step for step in procedure.steps if gateway in set(gateways_behind(procedure, step.id)))


def _decided(procedure: Procedure, step: Step) -> Step:
    """A step whose outcomes the file does not list has those that the gateways behind it ask for."""
    if step.outcomes:
        return step
    found: dict[str, Outcome] = {}
    for gateway in gateways_behind(procedure, step.id):
        for flow in procedure.after(gateway):
            found |= {outcome.id: outcome for outcome in _asked(procedure, gateway, flow)}
    return replace(step, outcomes=tuple(found.values()) or (plain_outcome(DONE),))


def _asked(procedure: Procedure, gateway: str, flow: Flow) -> Iterator[Outcome]:
    if flow.default:
        asks = any(
            each.name == OUTCOME
            for other in procedure.after(gateway)
            if other.condition
            for each in other.condition.comparisons
        )
        if asks:
            yield _called(outcome_id(flow.label.get("ar", "")) if flow.label else APPROVE, flow.label)
    elif flow.condition:
        for each in flow.condition.comparisons:
            if each.name == OUTCOME and each.sign == "==" and isinstance(each.value, str):
                yield _called(each.value, flow.label)


def _called(outcome: str, label: Mapping[str, str]) -> Outcome:
    plain = plain_outcome(outcome)
    return replace(plain, label=label) if label else plain
