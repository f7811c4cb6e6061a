"""A procedure from a BPMN file, as any editor writes it. What it says is checked; nothing of it is ever run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError  # types alone

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from muni_archive.domain.case_roles import role_named
from muni_archive.domain.errors import ProcedureInvalid
from muni_archive.domain.procedures import Flow, Lane, Node, NodeKind, Procedure, Starts, Step, Timer
from muni_archive.messages import _
from muni_archive.workflow import additions as said
from muni_archive.workflow.drawing import read_diagram
from muni_archive.workflow.elements import (
    DRAWN_ONLY,
    MODEL,
    NODES,
    RUNNING,
    STEPS,
    children,
    is_true,
    kind_of,
    label_of,
    own,
    text_of,
)
from muni_archive.workflow.flaws import Flaw, refuse

LARGEST = 2_000_000
"""Bytes; a large hand-drawn procedure has a tenth of it."""
MOST_PARTS = 1000
"""Elements and flows of a process; large ones have a tenth. To check it takes the square of that, and the centre checks
what any station brings.
"""
_REPEATED = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


@lru_cache(maxsize=64)
def read_procedure(data: bytes, name: str = "") -> Procedure:
    """The procedure in the file, checked. Raises `ProcedureInvalid`, which names every element at fault."""
    from muni_archive.workflow.checking import check_procedure

    procedure, flaws = check_procedure(data, name)
    refuse(name or procedure.id, flaws)
    return procedure


class ProcedureReader:
    """Reads one file; what cannot be meant so is gathered in `flaws`."""

    def __init__(self, data: bytes, name: str) -> None:
        self.flaws: list[Flaw] = []
        self._version = hashlib.sha256(data).hexdigest()
        self._root = _parsed(data, name)
        self._process = _process(self._root, name)
        self._lane_of: dict[str, Lane] = {}

    def read(self) -> Procedure:
        """The procedure as it stands there, flaws and all."""
        lanes = tuple(self._lanes(self._process))
        elements = [each for each in self._process if self._counts(each)]
        nodes = tuple(self._node(each) for each in elements)
        steps = tuple(self._step(each) for each in elements if kind_of(each) in STEPS)
        timers = tuple(timer for each in elements if (timer := self._timer(each)))
        flows = tuple(self._flows(elements))
        drawn: tuple[Lane | Node | Flow, ...] = (*lanes, *nodes, *flows)
        known = frozenset(each.id for each in drawn) | self._pools()
        self._check_ids([*(each.id for each in nodes), *(each.id for each in flows)])
        return Procedure(
            id=self._process.get("id", "").strip(), version=self._version, label=label_of(self._process),
            about=text_of(self._process), starts=self._starts(),
            record_classes=tuple(own(self._process, "recordClasses").split()), lanes=lanes, nodes=nodes, flows=flows,
            steps=steps, timers=timers, diagram=read_diagram(self._root, known),
        )  # fmt: skip

    def _flaw(self, element: Element, text: str) -> None:
        self.flaws.append(Flaw(element=element.get("id", "?"), name=element.get("name", ""), text=text))

    def _counts(self, element: Element) -> bool:
        """Whether it is a node of the course; complains about one that must not be there."""
        kind = kind_of(element)
        if kind in NODES:
            return True
        if kind in RUNNING:
            self._flaw(element, _("{kind} would run something; let a person do it (userTask)").format(kind=kind))
        elif kind and kind not in DRAWN_ONLY:
            self._flaw(element, _("{kind} is not possible in a procedure").format(kind=kind))
        return False

    def _node(self, element: Element) -> Node:
        kind = NODES[kind_of(element)]
        events = [kind_of(each) for each in element if kind_of(each).endswith("EventDefinition")]
        allowed = {
            NodeKind.TIMER: ["timerEventDefinition"], NodeKind.BOUNDARY: ["timerEventDefinition"],
            NodeKind.END: ["terminateEventDefinition"],
        }.get(kind, [])  # fmt: skip
        if unknown := [event for event in events if event not in allowed]:
            self._flaw(element, _("{kind} is not possible here").format(kind=", ".join(unknown)))
        elif kind in (NodeKind.TIMER, NodeKind.BOUNDARY) and len(events) != 1:
            self._flaw(element, _("only a timer may wait here"))
        if any(kind_of(each) in _REPEATED for each in element):
            self._flaw(element, _("a step that repeats by itself is not possible; draw the way back"))
        terminates = kind is NodeKind.END and bool(events)
        return Node(id=element.get("id", ""), kind=kind, label=label_of(element), terminates=terminates)

    def _step(self, element: Element) -> Step:
        lane = self._lane_of.get(element.get("id", ""))
        if lane is None:
            self._flaw(element, _("it stands in no lane, so nobody knows who does it"))
        try:
            return Step(
                id=element.get("id", ""), label=label_of(element), role=lane.role if lane else "",
                outcomes=said.outcomes(element), about=text_of(element), due=said.due(element),
                checklists=said.checklists(element), fields=said.fields(element), sample=said.percent(element),
                apart_from_starter=is_true(own(element, "apartFromStarter"), default=True),
                several=is_true(own(element, "several"), default=False), does=said.deed(element),
            )  # fmt: skip
        except said.AdditionWrong as wrong:
            self._flaw(element, str(wrong))
            return Step(id=element.get("id", ""), label=label_of(element), role="", outcomes=(), about={})

    def _timer(self, element: Element) -> Timer | None:
        definition = next(children(element, "timerEventDefinition"), None)
        if NODES[kind_of(element)] not in (NodeKind.TIMER, NodeKind.BOUNDARY) or definition is None:
            return None
        text = next(("".join(each.itertext()) for each in children(definition, "timeDuration")), "")
        try:
            after = said.duration(text.strip().removeprefix("=").strip("\" '"))
        except said.AdditionWrong as wrong:
            self._flaw(element, str(wrong) if text.strip() else _("the timer has no duration"))
            return None
        return Timer(
            id=element.get("id", ""), after=after, on=element.get("attachedToRef", ""),
            interrupts=is_true(element.get("cancelActivity", ""), default=True),
        )  # fmt: skip

    def _flows(self, elements: list[Element]) -> Iterator[Flow]:
        defaults = {each.get("default") for each in elements}
        for element in children(self._process, "sequenceFlow"):
            asked = next((each for each in children(element, "conditionExpression")), None)
            text = "".join(asked.itertext()).strip() if asked is not None else ""
            condition = None
            try:
                condition = said.condition(text) if text else None
            except said.AdditionWrong as wrong:
                self._flaw(element, str(wrong))
            yield Flow(
                id=element.get("id", ""), source=element.get("sourceRef", ""), target=element.get("targetRef", ""),
                label=label_of(element) if element.get("name") else {}, condition=condition,
                default=element.get("id") in defaults,
            )  # fmt: skip

    def _lanes(self, owner: Element, kind: str = "laneSet") -> Iterator[Lane]:
        """Lanes that hold steps; the innermost counts."""
        for element in (lane for lanes in children(owner, kind) for lane in children(lanes, "lane")):
            holds = [(each.text or "").strip() for each in children(element, "flowNodeRef")]
            inner = list(self._lanes(element, "childLaneSet"))
            lane = Lane(id=element.get("id", ""), role=self._role(element), label=label_of(element))
            if not lane.role and any(self._is_step(each) and each not in self._lane_of for each in holds):
                self._flaw(element, _("the lane names no role that is known"))
            self._lane_of |= {node: lane for node in holds if node not in self._lane_of}
            yield lane
            yield from inner

    @staticmethod
    def _role(element: Element) -> str:
        names = (own(element, "role"), element.get("name", ""), element.get("id", ""))
        return next((role for name in names if name and (role := role_named(name))), "")

    def _is_step(self, element_id: str) -> bool:
        return any(each.get("id") == element_id and kind_of(each) in STEPS for each in self._process)

    def _starts(self) -> Starts:
        kind = own(self._process, "starts", Starts.EITHER)
        if kind in set(Starts):
            return Starts(kind)
        self._flaw(
            self._process, _("it begins with «{kind}», which is neither document, file nor either").format(kind=kind)
        )
        return Starts.EITHER

    def _pools(self) -> frozenset[str]:
        of_process = (
            each for each in self._root.iter(f"{MODEL}participant") if each.get("processRef") == self._process.get("id")
        )
        return frozenset(each.get("id", "") for each in of_process)

    def _check_ids(self, ids: list[str]) -> None:
        twice = sorted({each for each in ids if ids.count(each) > 1} | ({"?"} if "" in ids else set()))
        self.flaws += [
            Flaw(element=each, name="", text=_("this id is missing or stands there twice")) for each in twice
        ]


def _parsed(data: bytes, name: str) -> Element:
    if len(data) > LARGEST:
        raise ProcedureInvalid(name=name, detail=_("The file is too large."))
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as exc:
        raise ProcedureInvalid(name=name, detail=_("The file is no XML: {detail}").format(detail=exc)) from exc
    if root.tag != f"{MODEL}definitions":
        raise ProcedureInvalid(name=name, detail=_("The file is no BPMN 2.0."))
    return root


def _process(root: Element, name: str) -> Element:
    """The one process that has a course; a pool that is only drawn has none."""
    found = [each for each in children(root, "process") if any(kind_of(part) in NODES for part in each)]
    if len(found) != 1:
        names: Mapping[str, object] = {"count": len(found)}
        raise ProcedureInvalid(
            name=name, detail=_("The file must hold one process, and holds {count}.").format_map(names)
        )
    if len(found[0]) > MOST_PARTS:
        raise ProcedureInvalid(name=name, detail=_("The file is too large."))
    if not found[0].get("id", "").strip():
        raise ProcedureInvalid(name=name, detail=_("The process has no id."))
    return found[0]
