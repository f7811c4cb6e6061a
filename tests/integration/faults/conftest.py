"""How large the runs are, and where their figures go."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.helpers.town import Town

FULL = os.environ.get("MUNI_ARCHIVE_FAULTS") == "full"
FIGURES = "MUNI_ARCHIVE_FIGURES"


@pytest.fixture
def figures(request):
    """Call it with what was counted; `python -m tests.faults` makes a table of it."""

    def tell(**counted) -> None:
        print(request.node.name, counted)
        if place := os.environ.get(FIGURES):
            with Path(place).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"test": request.node.name, **counted}) + "\n")

    return tell


@pytest.fixture
def many():
    """`many(reduced, full)`: the count for this run."""
    return lambda reduced, full: full if FULL else reduced


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.close()
