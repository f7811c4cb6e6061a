"""What the figures are called."""

from __future__ import annotations

from collections.abc import Mapping

from muni_archive.messages import N_, current_language
from muni_archive.services.dashboard.case_steps import CaseStepTime

WAITING: Mapping[str, str] = {
    "read": N_("pages to read"),
    "review": N_("words to review"),
    "register": N_("documents to register"),
    "conflicts": N_("conflicts to decide"),
    "cases": N_("steps of cases to take"),
    "overdue": N_("overdue steps"),
}
"""By what waits."""
STEPS: Mapping[str, str] = {
    "read": N_("scanned → read"),
    "registered": N_("read → registered"),
    "whole": N_("scanned → registered"),
}


def procedure_name(time: CaseStepTime) -> str:
    """In the user's language, or the id where the procedure's file cannot be had."""
    return time.procedure.get(current_language()) or time.procedure_id


def step_name(time: CaseStepTime) -> str:
    """The same of the step."""
    return time.step.get(current_language()) or time.element
