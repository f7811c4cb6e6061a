"""Procedures: who does what, after whom and by when. Read from BPMN files by `muni_archive.workflow`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from muni_archive.domain.comparing import Condition
from muni_archive.domain.record_class import FieldSpec
from muni_archive.domain.working_time import WorkingTime

Label = Mapping[str, str]
"""By language code: `ar`, `en`."""


class OutcomeKind(StrEnum):
    """What an outcome means: only `approve` needs other eyes, and only `return` and `reject` need a reason."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    DONE = "done"


class Starts(StrEnum):
    """What a case is about."""

    DOCUMENT = "document"
    FILE = "file"
    EITHER = "either"


class Deed(StrEnum):
    """What a step does to the record besides being taken."""

    PROPOSE_DISPOSAL = "propose-disposal"
    CONFIRM_DISPOSAL = "confirm-disposal"
    """The record is destroyed when the step is taken, if somebody else proposed it and nothing keeps it."""


class NodeKind(StrEnum):
    """The elements of BPMN that a procedure may have."""

    START = "startEvent"
    END = "endEvent"
    STEP = "userTask"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    TIMER = "intermediateCatchEvent"
    BOUNDARY = "boundaryEvent"
    PASSING = "intermediateThrowEvent"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One way in which a step can end."""

    id: str
    kind: OutcomeKind
    label: Label


@dataclass(frozen=True, kw_only=True)
class CheckItem:
    """A line of a checklist; a required one must be ticked before anything goes on."""

    id: str
    label: Label
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """Lines for documents of one class (all when empty) and for those whose fields say so."""

    items: tuple[CheckItem, ...]
    record_class: str = ""
    when: Condition | None = None
    of_record_class: bool = False
    """The lines are those that the record class itself lists."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one person does: a user task of the diagram."""

    id: str
    label: Label
    role: str
    outcomes: tuple[Outcome, ...]
    about: Label
    """What is to be done, in a sentence; may be empty."""
    due: WorkingTime | None = None
    checklists: tuple[Checklist, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    apart_from_starter: bool = True
    """Whoever began the case may not approve here. What was entered, and what was decided before, bars always."""
    several: bool = False
    """Many cases may be decided at once."""
    sample: int = 0
    """Per cent of the pages that are drawn for a look."""
    does: Deed | None = None

    def outcome(self, outcome_id: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.id == outcome_id), None)


@dataclass(frozen=True, kw_only=True)
class Timer:
    """Waits by itself, or beside the step `on`, which it ends when it `interrupts`."""

    id: str
    after: WorkingTime
    on: str = ""
    interrupts: bool = True


@dataclass(frozen=True, kw_only=True)
class Node:
    """One element of the diagram."""

    id: str
    kind: NodeKind
    label: Label
    terminates: bool = False
    """An end that ends everything else too."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """From one element to the next; behind a gateway it is taken when its condition holds, or when no other's does."""

    id: str
    source: str
    target: str
    label: Label
    condition: Condition | None = None
    default: bool = False


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The steps of one role."""

    id: str
    role: str
    label: Label


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Where an element is drawn."""

    element: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """How a flow is drawn: its bends."""

    element: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """How the procedure is drawn; without shapes where the file had no drawing."""

    shapes: tuple[Shape, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """All of it. `version` is the SHA-256 of the file."""

    id: str
    version: str
    label: Label
    about: Label
    starts: Starts
    record_classes: tuple[str, ...]
    """Classes whose documents it is for; empty for all."""
    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    steps: tuple[Step, ...]
    timers: tuple[Timer, ...]
    diagram: Diagram

    def step(self, element: str) -> Step | None:
        return next((step for step in self.steps if step.id == element), None)

    def timer(self, element: str) -> Timer | None:
        return next((timer for timer in self.timers if timer.id == element), None)

    def node(self, element: str) -> Node | None:
        return next((node for node in self.nodes if node.id == element), None)

    def after(self, element: str) -> Sequence[Flow]:
        return [flow for flow in self.flows if flow.source == element]

    def before(self, element: str) -> Sequence[Flow]:
        return [flow for flow in self.flows if flow.target == element]

    def fits(self, record_class: str) -> bool:
        return not self.record_classes or record_class in self.record_classes


def checklist_of(
    step: Step, *, record_class: str, metadata: Mapping[str, str], class_lines: Sequence[Label]
) -> tuple[CheckItem, ...]:
    """What is ticked off at the step for a document of that class with those fields."""
    found: dict[str, CheckItem] = {}
    for checklist in step.checklists:
        if checklist.record_class not in ("", record_class):
            continue
        if checklist.when is not None and not checklist.when.holds(metadata):
            continue
        lines = checklist.items
        if checklist.of_record_class:
            lines = tuple(
                CheckItem(id=f"{record_class}-{at}", label=label, required=False)
                for at, label in enumerate(class_lines, start=1)
            )
        found |= {item.id: item for item in lines}
    return tuple(found.values())
