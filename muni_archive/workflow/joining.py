"""A parallel gateway that joins rightly in a circle, in the place of SpiffWorkflow's.

SpiffWorkflow's takes branches that ended in an earlier round for ended in this one: a case that came back would go on
before everybody had answered again. This one counts what has arrived and waits, and nothing else.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway
from SpiffWorkflow.util.task import TaskState


class Join(ParallelGateway):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """Goes on when something has arrived on each of its ways; what arrived is used up then."""

    def _update_hook(self, my_task: Any) -> bool:
        arrived = [
            task
            for task in my_task.workflow.get_tasks(spec_name=self.name)
            if task is my_task or task.state == TaskState.WAITING
        ]
        if {task.parent.task_spec.name for task in arrived} < {spec.name for spec in self.inputs}:
            my_task._set_state(TaskState.WAITING)
            return False
        for task in arrived:
            if task is not my_task:
                task.cancel()
        my_task._inherit_data()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        """Nothing to bring together: what people entered belongs to the case, not to a branch."""
        return True


class JoiningParser(BpmnParser):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """Reads BPMN with that gateway."""

    OVERRIDE_PARSER_CLASSES = {full_tag("parallelGateway"): (GatewayParser, Join)}
