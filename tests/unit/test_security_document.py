"""The page on security names code and tests: what it names is there, and every item stands in it once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+", line)
]


def items(cell):
    """`2.4.1–2.4.4, 2.4.6` is five items."""
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        if not last:
            yield first
            continue
        section, _, begin = first.rpartition(".")
        same, _, end = last.rpartition(".")
        assert section == same
        yield from (f"{section}.{number}" for number in range(int(begin), int(end) + 1))


def named(pattern):
    return sorted(set(re.findall(pattern, PAGE)))


def test_every_item_has_one_state():
    listed = [item for row in ROWS for item in items(row[0])]
    assert len(listed) == len(set(listed)) == 258
    assert {row[2] for row in ROWS} == {"met", "not met", "n/a"}
    assert all(len(row) == 4 and row[3] for row in ROWS)


def test_the_figures_are_those_of_the_table():
    count = Counter(row[2] for row in ROWS for _ in items(row[0]))
    met, not_met, other = (count[state] for state in ("met", "not met", "n/a"))
    said = f"Of {count.total()} items, {met} are met, {not_met} are not met, {other} do not apply."
    assert said in " ".join(PAGE.split())


@pytest.mark.parametrize("test", named(r"`(test_\w+)`"))
def test_every_test_that_is_named_is_there(test):
    assert any(f"def {test}(" in file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("path", named(r"`((?:muni_archive|ui|scanners|tests|docs|installer)/[\w./-]*)`"))
def test_every_file_that_is_named_is_there(path):
    assert (ROOT / path).exists()
