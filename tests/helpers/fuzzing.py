"""How much is tried with made-up data: little at each run, much when somebody has an hour for it."""

from __future__ import annotations

import os

FULL = os.environ.get("MUNI_ARCHIVE_FUZZ") == "full"
"""Twenty times as many examples, and others at each run; a failure prints what it was."""
TIMES = 20 if FULL else 1


def examples(usual: int) -> int:
    """How many of them, where so many are usual."""
    return usual * TIMES
