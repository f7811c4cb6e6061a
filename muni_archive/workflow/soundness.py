"""Plays a procedure through, every way it can go: a case must never get stuck, nor be at one place twice at once.

A token lies on a flow and carries the outcome that led there. The play is over all markings that can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from muni_archive.domain.procedures import NodeKind, Procedure
from muni_archive.messages import _
from muni_archive.workflow.flaws import Flaw
from muni_archive.workflow.ways import open_ways

MOST = 20_000
"""Markings that are looked at; a procedure with more is taken as it is."""


@dataclass(frozen=True, order=True)
class Token:
    """On the way to an element; `rung` says that a timer beside it, which interrupts nothing, went off already.

    One on a side way came from such a timer: it may be anywhere beside the others, more than once.
    """

    flow: str
    outcome: str = ""
    rung: tuple[str, ...] = ()
    side: bool = False


Marking = frozenset[Token]


def flaws_of_course(procedure: Procedure) -> Iterator[Flaw]:
    """The first marking in which the case is stuck, or is somewhere twice."""
    game = _Game(procedure)
    begin = game.begin()
    seen, waiting = {begin}, [begin]
    while waiting and len(seen) < MOST:
        marking = waiting.pop()
        following = list(game.following(marking))
        if marking and not following:
            stuck = min(marking)
            yield game.flaw(stuck, _("a case can get stuck here: not everything that it waits for can come"))
            return
        for tokens in following:
            if twice := _twice(tokens):
                yield game.flaw(twice, _("a case can come here twice at once; join its ways before"))
                return
            fresh = frozenset(tokens)
            if fresh not in seen:
                seen.add(fresh)
                waiting.append(fresh)


def _twice(tokens: list[Token]) -> Token | None:
    flows = [token.flow for token in tokens if not token.side]
    return next((token for token in tokens if flows.count(token.flow) > 1), None)


class _Game:
    """The rules: what each element does with the tokens before it."""

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self._flows = {flow.id: flow for flow in procedure.flows}
        self._kinds = {node.id: node for node in procedure.nodes}

    def begin(self) -> Marking:
        start = next(node for node in self._procedure.nodes if node.kind is NodeKind.START)
        return frozenset(Token(flow.id) for flow in self._procedure.after(start.id))

    def flaw(self, token: Token, text: str) -> Flaw:
        node = self._kinds[self._flows[token.flow].target]
        return Flaw(element=node.id, name=node.label["ar"], text=text)

    def following(self, marking: Marking) -> Iterator[list[Token]]:
        """All tokens after each thing that can happen next; what happens by itself comes before anybody acts."""
        by_itself = [token for token in sorted(marking) if self._goes_on(token, marking)]
        for token in by_itself[:1] or sorted(marking):
            rest = [other for other in marking if other != token]
            for fresh, gone in self._moved(token, marking):
                yield [*(other for other in rest if other not in gone), *fresh]

    def _goes_on(self, token: Token, marking: Marking) -> bool:
        kind = self._kinds[self._flows[token.flow].target].kind
        waits = kind in (NodeKind.STEP, NodeKind.TIMER)
        return not waits and next(self._moved(token, marking), None) is not None

    def _moved(self, token: Token, marking: Marking) -> Iterator[tuple[list[Token], frozenset[Token]]]:
        """What may come of the token, and which others go with it."""
        node = self._kinds[self._flows[token.flow].target]
        ways = self._procedure.after(node.id)
        match node.kind:
            case NodeKind.END:
                yield [], marking if node.terminates else frozenset()
            case NodeKind.EXCLUSIVE:
                for flow in open_ways(ways, token.outcome):
                    yield [Token(flow.id, token.outcome, side=token.side)], frozenset()
            case NodeKind.PARALLEL:
                before = {flow.id for flow in self._procedure.before(node.id)}
                arrived = frozenset(other for other in marking if other.flow in before)
                if len(arrived) == len(before):
                    outcome = token.outcome if len(before) == 1 else ""
                    yield [Token(flow.id, outcome, side=token.side) for flow in ways], arrived
            case NodeKind.STEP:
                yield from self._taken(token, node.id)
            case _:
                yield [Token(flow.id, token.outcome, side=token.side) for flow in ways], frozenset()

    def _taken(self, token: Token, step: str) -> Iterator[tuple[list[Token], frozenset[Token]]]:
        known = self._procedure.step(step)
        for outcome in known.outcomes if known else ():
            yield [Token(flow.id, outcome.id, side=token.side) for flow in self._procedure.after(step)], frozenset()
        for timer in self._procedure.timers:
            if timer.on == step and timer.id not in token.rung:
                side = token.side or not timer.interrupts
                fresh = [Token(flow.id, side=side) for flow in self._procedure.after(timer.id)]
                stays = [] if timer.interrupts else [replace(token, rung=(*token.rung, timer.id))]
                yield [*fresh, *stays], frozenset()
