"""A case on its way through its procedure: what waits after each move. Its state is nothing but its moves, replayed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from muni_archive.domain.comparing import OUTCOME
from muni_archive.domain.errors import StepGone
from muni_archive.domain.procedures import Procedure


@dataclass(frozen=True, kw_only=True)
class Waits:
    """A step, or a timer, that waits; the case's steps are counted from 1 as they open."""

    number: int
    element: str
    timer: bool = False


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Somebody took a step."""

    number: int
    outcome: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A timer's time came."""

    number: int


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What followed from a move."""

    opened: tuple[Waits, ...]
    lapsed: tuple[int, ...]
    """Numbers of what waits no more though nobody took it."""
    end: str = ""
    """The element at which the case ended, if it did."""


class CaseRun:
    """One case in the engine. Moves that do not fit raise `StepGone`."""

    def __init__(self, procedure: Procedure) -> None:
        from muni_archive.workflow.engine import Engine  # takes a third of a second, which a window does not have

        self._conditions = {flow.id: flow.condition for flow in procedure.flows}
        self._timers = frozenset(timer.id for timer in procedure.timers)
        self._values: dict[str, str] = {}
        self._numbers: dict[Any, Waits] = {}
        self._count = 0
        self._ends: set[Any] = set()
        self._engine = Engine(procedure, self._holds)
        self.began = self._look(())
        """What waits at the beginning."""

    @property
    def waiting(self) -> tuple[Waits, ...]:
        return tuple(self._numbers.values())

    @property
    def count(self) -> int:
        """Steps and timers that opened so far."""
        return self._count

    def take(self, move: Taken) -> Moved:
        token, waits = self._find(move.number, timer=False)
        self._values |= {**move.fields, f"{waits.element}.{OUTCOME}": move.outcome}
        self._engine.take(token, move.outcome)
        return self._look((move.number,))

    def ring(self, move: Passed) -> Moved:
        token, _ = self._find(move.number, timer=True)
        self._engine.ring(token)
        return self._look((move.number,))

    def _find(self, number: int, *, timer: bool) -> tuple[Any, Waits]:
        for token, waits in self._numbers.items():
            if waits.number == number and waits.timer == timer:
                return token, waits
        raise StepGone

    def _holds(self, flow: str, outcome: str) -> bool:
        condition = self._conditions[flow]
        return condition is not None and condition.holds({**self._values, OUTCOME: outcome})

    def _look(self, moved: tuple[int, ...]) -> Moved:
        """Number what has begun to wait, and forget what waits no more."""
        now = dict(self._engine.waiting())
        gone = [token for token in self._numbers if token not in now]
        lapsed = [self._numbers.pop(token).number for token in gone]
        opened = []
        for token, element in now.items():
            if token not in self._numbers:
                self._count += 1
                opened.append(Waits(number=self._count, element=element, timer=element in self._timers))
                self._numbers[token] = opened[-1]
        return Moved(
            opened=tuple(opened), lapsed=tuple(number for number in lapsed if number not in moved), end=self._end()
        )

    def _end(self) -> str:
        fresh = [(token, element) for token, element in self._engine.ends() if token not in self._ends]
        self._ends |= {token for token, _ in fresh}
        return fresh[-1][1] if fresh and self._engine.is_over else ""


def replay(procedure: Procedure, moves: Iterable[Taken | Passed]) -> CaseRun:
    """The case as it stands after these moves. Raises `StepGone` for one that does not fit."""
    run = CaseRun(procedure)
    for move in moves:
        if isinstance(move, Taken):
            run.take(move)
        else:
            run.ring(move)
    return run
