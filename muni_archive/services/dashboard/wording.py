"""What the figures are called."""

from __future__ import annotations

from collections.abc import Mapping

from muni_archive.messages import N_

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
