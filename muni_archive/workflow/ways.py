"""Which ways out of a gateway an outcome can take, when nothing is known of the fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muni_archive.domain.comparing import OUTCOME, Condition
from muni_archive.domain.procedures import Flow


def open_ways(ways: Sequence[Flow], outcome: str) -> Iterator[Flow]:
    """Ways out of a gateway that may be taken after this outcome, whatever the fields say."""
    sure = any(flow.condition is not None and is_sure(flow.condition, outcome) for flow in ways)
    for flow in ways:
        if len(ways) == 1 or (flow.default and not sure) or (flow.condition and may_hold(flow.condition, outcome)):
            yield flow


def may_hold(condition: Condition, outcome: str) -> bool:
    """Whether it can be true after this outcome; of fields nothing is known."""
    said = {OUTCOME: outcome}
    return any(all(each.name != OUTCOME or each.holds(said) for each in group) for group in condition.groups)


def is_sure(condition: Condition | None, outcome: str) -> bool:
    """Whether it is true after this outcome, whatever the fields say."""
    said = {OUTCOME: outcome}
    return condition is not None and any(
        all(each.name == OUTCOME and each.holds(said) for each in group) for group in condition.groups
    )
