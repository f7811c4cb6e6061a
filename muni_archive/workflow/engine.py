"""SpiffWorkflow, which only this module and `joining` know: tells which elements wait after what has happened.

It is given a BPMN that we write ourselves, from the procedure that was checked: nothing of the file reaches it but ids.
Conditions are ours (it hands back the flow's id, we answer), so its own evaluation of Python is never used; timers are
signals that we send, so it never looks at a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from xml.sax.saxutils import quoteattr  # writes, never reads

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.util.task import TaskState

from muni_archive.domain.comparing import OUTCOME
from muni_archive.domain.procedures import Flow, Node, NodeKind, Procedure
from muni_archive.workflow.joining import JoiningParser

_HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:muni-archive">'
_SIGNAL = "signal-"


class Engine:
    """One case. `waiting` gives tokens (of the engine) by element, in a steady order."""

    def __init__(self, procedure: Procedure, asked: Callable[[str, str], bool]) -> None:
        """`asked(flow, outcome)` answers whether a conditional flow is taken."""
        parser = JoiningParser()
        parser.add_bpmn_str(_written(procedure).encode())
        self._procedure = procedure
        self._workflow = BpmnWorkflow(parser.get_spec(procedure.id), script_engine=_Answers(asked))
        self._kinds = {node.id: node.kind for node in procedure.nodes}
        self._workflow.do_engine_steps()

    def waiting(self) -> list[tuple[Any, str]]:
        """(token, element) of every step that can be taken and every timer that runs."""
        return [
            (task.id, task.task_spec.name)
            for task in self._workflow.get_tasks(state=TaskState.READY | TaskState.WAITING)
            if self._kinds.get(task.task_spec.name) in (NodeKind.STEP, NodeKind.TIMER, NodeKind.BOUNDARY)
        ]

    def ends(self) -> list[tuple[Any, str]]:
        """(token, element) of every end that was reached."""
        return [
            (task.id, task.task_spec.name)
            for task in self._workflow.get_tasks(state=TaskState.COMPLETED)
            if self._kinds.get(task.task_spec.name) is NodeKind.END
        ]

    @property
    def is_over(self) -> bool:
        return bool(self._workflow.completed)

    def take(self, token: Any, outcome: str) -> None:
        task = self._workflow.get_task_from_id(token)
        task.data[OUTCOME] = outcome
        task.run()
        self._workflow.do_engine_steps()

    def ring(self, token: Any) -> None:
        """The timer's time has come. Told to it alone: the engine keeps others of an earlier round in mind."""
        task = self._workflow.get_task_from_id(token)
        task.task_spec.catch(task, BpmnEvent(SignalEventDefinition(_SIGNAL + task.task_spec.name)))
        task.task_spec._update(task)
        self._workflow.do_engine_steps()


class _Answers(PythonScriptEngine):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """In the place of Python: conditions are looked up, scripts and services refused."""

    def __init__(self, asked: Callable[[str, str], bool]) -> None:
        super().__init__()
        self._asked = asked

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None) -> bool:
        return self._asked(expression, str(task.data.get(OUTCOME, "")))

    def execute(self, task: Any, script: str, external_context: Mapping[str, Any] | None = None) -> NoReturn:
        raise NotImplementedError

    def call_service(self, task: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError


def _written(procedure: Procedure) -> str:
    """The procedure's course as BPMN, with nothing in it but ids."""
    signals = "".join(
        f"<signal id={_id(_SIGNAL, timer.id)} name={_id(_SIGNAL, timer.id)}/>" for timer in procedure.timers
    )
    nodes = "".join(_node(procedure, node) for node in procedure.nodes)
    flows = "".join(map(_flow, procedure.flows))
    process = f'<process id={quoteattr(procedure.id)} isExecutable="true">{nodes}{flows}</process>'
    return f"{_HEAD}{signals}{process}</definitions>"


def _node(procedure: Procedure, node: Node) -> str:
    timer = procedure.timer(node.id)
    default = next((flow.id for flow in procedure.after(node.id) if flow.default), "")
    attributes = f" default={quoteattr(default)}" if default else ""
    inner = f"<signalEventDefinition signalRef={_id(_SIGNAL, node.id)}/>" if timer else ""
    if timer and timer.on:
        attributes += f' attachedToRef={quoteattr(timer.on)} cancelActivity="{str(timer.interrupts).lower()}"'
    if node.terminates:
        inner = "<terminateEventDefinition/>"
    ways = "".join(f"<incoming>{_text(flow.id)}</incoming>" for flow in procedure.before(node.id))
    ways += "".join(f"<outgoing>{_text(flow.id)}</outgoing>" for flow in procedure.after(node.id))
    return f"<{node.kind} id={quoteattr(node.id)}{attributes}>{ways}{inner}</{node.kind}>"


def _flow(flow: Flow) -> str:
    """The condition is the flow's own id: `_Answers` knows what is meant."""
    condition = f"<conditionExpression>{_text(flow.id)}</conditionExpression>" if flow.condition else ""
    ends = f"sourceRef={quoteattr(flow.source)} targetRef={quoteattr(flow.target)}"
    return f"<sequenceFlow id={quoteattr(flow.id)} {ends}>{condition}</sequenceFlow>"


def _id(prefix: str, element: str) -> str:
    return quoteattr(prefix + element)


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
